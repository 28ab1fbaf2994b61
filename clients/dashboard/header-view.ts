/** The top line: the instrument looked at, and the controls. */

import type { InstrumentInfo } from '../browser/index.ts';
import { element, LiveAttribute, LiveText } from './dom.ts';
import { DEPTHS, INTERVALS, type Theme } from './preferences.ts';
import { texts } from './texts.ts';

export interface HeaderActions {
  setDepth(depth: number): void;
  setInterval(interval: number): void;
  togglePause(): void;
  nextTheme(): void;
  openHelp(): void;
}

export class HeaderView {
  readonly element: HTMLElement;
  readonly #symbol = new LiveText();
  readonly #last = new LiveText();
  readonly #change = new LiveText();
  readonly #status = new LiveText();
  readonly #direction: LiveAttribute;
  readonly #depth: HTMLSelectElement;
  readonly #interval: HTMLSelectElement;
  readonly #pauseText = new LiveText();
  readonly #pause: HTMLButtonElement;
  readonly #themeText = new LiveText();

  constructor(actions: HeaderActions) {
    const { header } = texts;
    this.#interval = choice(INTERVALS, (interval) =>
      interval === 0 ? header.everyTransaction : header.milliseconds(interval),
    );
    this.#interval.addEventListener('change', () =>
      actions.setInterval(Number(this.#interval.value)),
    );
    this.#depth = choice(DEPTHS, String);
    this.#depth.addEventListener('change', () => actions.setDepth(Number(this.#depth.value)));
    this.#pause = button('pause', this.#pauseText.node, '', actions.togglePause);
    this.#pause.setAttribute('aria-keyshortcuts', 'Space');
    const headline = element(
      'div',
      { class: 'headline' },
      element('h1', { class: 'headline-symbol' }, this.#symbol.node),
      element('span', { class: 'headline-last' }, this.#last.node),
      element(
        'span',
        { class: 'headline-change', title: texts.overview.changeHint },
        this.#change.node,
      ),
      element('span', { class: 'headline-status' }, this.#status.node),
    );
    this.#direction = new LiveAttribute(headline, 'data-direction');
    this.element = element(
      'header',
      { class: 'top' },
      element('span', { class: 'wordmark' }, texts.wordmark),
      headline,
      element(
        'div',
        { class: 'controls' },
        labelled(header.interval, header.intervalHint, this.#interval, 'interval'),
        labelled(header.depth, header.depthHint, this.#depth, 'depth'),
        this.#pause,
        this.#themeButton(actions),
        button('help', '?', header.helpHint, actions.openHelp),
      ),
    );
    this.showPaused(false);
  }

  #themeButton(actions: HeaderActions): HTMLButtonElement {
    const { theme, themeHint } = texts.header;
    const made = button('theme', element('span', {}, theme.label), themeHint, actions.nextTheme);
    made.append(element('b', {}, this.#themeText.node));
    return made;
  }

  showInstrument(symbol: string, info: InstrumentInfo | undefined): void {
    this.#symbol.write(symbol);
    this.#status.write(info === undefined ? '' : (texts.tradingStatus[info.status] ?? ''));
  }

  showPrice(last: string, change: string, direction: 'up' | 'down' | 'level'): void {
    this.#last.write(last);
    this.#change.write(change);
    this.#direction.write(direction);
  }

  showPreferences(depth: number, interval: number, theme: Theme): void {
    this.#depth.value = String(depth);
    this.#interval.value = String(interval);
    this.#themeText.write(texts.header.theme[theme]);
  }

  showPaused(isPaused: boolean): void {
    this.#pauseText.write(isPaused ? texts.header.goOn : texts.header.pause);
    this.#pause.setAttribute('aria-pressed', String(isPaused));
  }
}

function choice(values: readonly number[], name: (value: number) => string): HTMLSelectElement {
  const options = values.map((value) => element('option', { value: String(value) }, name(value)));
  return element('select', {}, ...options);
}

function labelled(text: string, hint: string, control: HTMLElement, name: string): HTMLElement {
  return element(
    'label',
    { class: `choice ${name}`, title: hint },
    element('span', {}, text),
    control,
  );
}

function button(
  name: string,
  content: Node | string,
  hint: string,
  act: () => void,
): HTMLButtonElement {
  const made = element('button', { type: 'button', class: `control ${name}` }, content);
  if (hint !== '') made.title = hint;
  made.addEventListener('click', act);
  return made;
}
