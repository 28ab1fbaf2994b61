/** Places the panels on the page: side by side where there is room, behind tabs on a phone. */

import { element } from './dom.ts';
import { texts } from './texts.ts';

export type PanelName = 'ladder' | 'tape' | 'overview';

export interface Panels {
  readonly header: HTMLElement;
  readonly overview: HTMLElement;
  readonly ladder: readonly HTMLElement[];
  readonly ladderTool: HTMLElement;
  readonly tape: readonly HTMLElement[];
  readonly strip: HTMLElement;
  readonly help: HTMLElement;
}

export class Layout {
  readonly #root: HTMLElement;
  readonly #tabs = new Map<PanelName, HTMLButtonElement>();

  constructor(root: HTMLElement, panels: Panels) {
    this.#root = root;
    const skip = element('a', { class: 'skip', href: '#ladder' }, texts.header.skip);
    root.replaceChildren(
      skip,
      panels.header,
      element(
        'main',
        { class: 'panels' },
        panel('overview', texts.overview.title, [], [panels.overview]),
        panel('ladder', texts.ladder.title, [panels.ladderTool], panels.ladder),
        panel('tape', texts.tape.title, [], panels.tape),
      ),
      this.#tabBar(),
      panels.strip,
      panels.help,
    );
    this.show('ladder');
  }

  /** Which panel a phone shows; a wide screen shows all. */
  show(name: PanelName): void {
    this.#root.dataset['panel'] = name;
    for (const [other, tab] of this.#tabs) tab.setAttribute('aria-pressed', String(other === name));
  }

  #tabBar(): HTMLElement {
    for (const name of ['ladder', 'tape', 'overview'] as const) {
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

function panel(
  name: PanelName,
  title: string,
  tools: readonly HTMLElement[],
  content: readonly HTMLElement[],
): HTMLElement {
  const headingId = `${name}-heading`;
  return element(
    'section',
    { class: `panel ${name}`, id: name, 'aria-labelledby': headingId },
    element('div', { class: 'panel-head' }, element('h2', { id: headingId }, title), ...tools),
    element('div', { class: 'panel-body' }, ...content),
  );
}
