/** The style sheet's colours as a canvas needs them, read again when the look of the page changes. */

import { element } from '../dom.ts';

const NAMES = [
  'panel',
  'line',
  'text',
  'text-2',
  'text-3',
  'bid',
  'ask',
  'bid-bar',
  'ask-bar',
] as const;
export type ColourName = (typeof NAMES)[number];

export class PageColours {
  /** Grows whenever the colours may have changed. */
  version = 0;
  readonly #probe: HTMLElement;
  readonly #known = new Map<ColourName, string>();

  constructor(root: HTMLElement) {
    this.#probe = element('span', { hidden: '', class: 'probe' });
    root.append(this.#probe);
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => this.refresh());
  }

  /** Call it after the theme or the palette has changed. */
  refresh(): void {
    this.#known.clear();
    this.version += 1;
  }

  /** As the browser resolves it, such as "rgb(10, 85, 163)". */
  css(name: ColourName): string {
    let colour = this.#known.get(name);
    if (colour === undefined) {
      // A custom property is only resolved where it is used.
      this.#probe.style.color = `var(--${name})`;
      colour = getComputedStyle(this.#probe).color;
      this.#known.set(name, colour);
    }
    return colour;
  }

  /** Red, green and blue, 0 to 255. */
  channels(name: ColourName): readonly [number, number, number] {
    const [red = 0, green = 0, blue = 0] = (this.css(name).match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue];
  }
}
