/** Places the panels on the page: side by side where there is room, behind tabs on a phone. */

import { element } from './dom.ts';
import type { LayoutName } from './preferences.ts';
import { texts } from './texts.ts';

export const PANEL_NAMES = ['ladder', 'tape', 'depth', 'price', 'heatmap', 'overview'] as const;
export type PanelName = (typeof PANEL_NAMES)[number];

export interface PanelContent {
  readonly body: readonly HTMLElement[];
  /** In the panel's head, behind its title. */
  readonly tools: readonly HTMLElement[];
  /** Under the body, of a fixed height. */
  readonly foot?: HTMLElement;
}

export interface PageParts {
  readonly header: HTMLElement;
  /** Under the header while the page shows the past. */
  readonly past: HTMLElement;
  readonly panels: Readonly<Record<PanelName, PanelContent>>;
  /** The books beside the one looked at. */
  readonly pinned: HTMLElement;
  readonly strip: HTMLElement;
  readonly help: HTMLElement;
}

export class Layout {
  readonly #root: HTMLElement;
  readonly #tabs = new Map<PanelName, HTMLButtonElement>();

  constructor(root: HTMLElement, { header, past, panels, pinned, strip, help }: PageParts) {
    this.#root = root;
    const section = (name: PanelName) => panel(name, texts[name].title, panels[name]);
    root.replaceChildren(
      element('a', { class: 'skip', href: '#ladder' }, texts.header.skip),
      header,
      past,
      element(
        'main',
        { class: 'panels' },
        section('overview'),
        section('price'),
        section('heatmap'),
        section('depth'),
        section('tape'),
        pinned,
        section('ladder'),
      ),
      this.#tabBar(),
      strip,
      help,
    );
    this.show('ladder');
  }

  /** Which panel a phone shows; a wide screen shows those of its layout. */
  show(name: PanelName): void {
    this.#root.dataset['panel'] = name;
    for (const [other, tab] of this.#tabs) tab.setAttribute('aria-pressed', String(other === name));
  }

  arrange(layout: LayoutName): void {
    this.#root.dataset['layout'] = layout;
  }

  #tabBar(): HTMLElement {
    for (const name of PANEL_NAMES) {
      const tab = element('button', { type: 'button', class: 'tab' }, texts.tabs[name]);
      tab.addEventListener('click', () => this.show(name));
      this.#tabs.set(name, tab);
    }
    return element(
      'nav',
      { class: 'tabs', 'aria-label': texts.tabs.label },
      ...this.#tabs.values(),
    );
  }
}

function panel(name: PanelName, title: string, { body, tools, foot }: PanelContent): HTMLElement {
  const headingId = `${name}-heading`;
  return element(
    'section',
    { class: `panel ${name}`, id: name, 'aria-labelledby': headingId },
    element('div', { class: 'panel-head' }, element('h2', { id: headingId }, title), ...tools),
    element('div', { class: 'panel-body' }, ...body),
    ...(foot === undefined ? [] : [foot]),
  );
}
