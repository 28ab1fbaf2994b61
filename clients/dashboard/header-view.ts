/** The top line: the instrument looked at, and the controls of the page as a whole. */

import type { InstrumentInfo } from '../browser/index.ts';
import { element, LiveAttribute, LiveText } from './dom.ts';
import type { DayTexts } from './overview/overview-row.ts';
import { INTERVALS, LAYOUTS, type LayoutName, type Preferences } from './preferences.ts';
import { texts } from './texts.ts';

export interface HeaderActions {
  setInterval(interval: number): void;
  setLayout(layout: LayoutName): void;
  togglePin(): void;
  toggleTravel(): void;
  togglePause(): void;
  step(): void;
  nextTheme(): void;
  nextPalette(): void;
  nextLanguage(): void;
  openHelp(): void;
}

export class HeaderView {
  readonly element: HTMLElement;
  readonly #symbol = new LiveText();
  readonly #last = new LiveText();
  readonly #change = new LiveText();
  readonly #status = new LiveText();
  readonly #day = { high: new LiveText(), low: new LiveText(), volume: new LiveText() };
  readonly #dayList: HTMLElement;
  readonly #direction: LiveAttribute;
  readonly #interval: HTMLSelectElement;
  readonly #layout: HTMLSelectElement;
  readonly #pin: HTMLButtonElement;
  readonly #travel: HTMLButtonElement;
  readonly #pauseText = new LiveText();
  readonly #pause: HTMLButtonElement;
  readonly #step: HTMLButtonElement;
  readonly #themeText = new LiveText();

  constructor(actions: HeaderActions) {
    const { header } = texts;
    this.#interval = choice(INTERVALS, (interval) =>
      interval === 0 ? header.everyTransaction : header.milliseconds(interval),
    );
    this.#interval.addEventListener('change', () =>
      actions.setInterval(Number(this.#interval.value)),
    );
    this.#layout = choice(LAYOUTS, (layout) => header.layouts[layout]);
    this.#layout.addEventListener('change', () =>
      actions.setLayout(this.#layout.value as LayoutName),
    );
    this.#pin = button('pin', header.pin, header.pinHint, actions.togglePin);
    this.#travel = button('travel', texts.past.name, texts.past.hint, actions.toggleTravel);
    this.#pause = button('pause', this.#pauseText.node, '', actions.togglePause);
    this.#pause.setAttribute('aria-keyshortcuts', 'Space');
    this.#step = button('step', header.step, header.stepHint, actions.step);
    this.#dayList = this.#dayFacts();
    const headline = this.#headline();
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
        labelled(header.layout, header.layoutHint, this.#layout, 'layout'),
        this.#pin,
        this.#pause,
        this.#step,
        this.#travel,
        this.#themeButton(actions),
        paletteButton(actions),
        button('language', header.language, header.languageHint, actions.nextLanguage),
        button('help', '?', header.helpHint, actions.openHelp),
      ),
    );
    this.showPaused(false);
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

  /** Undefined where nobody tells. */
  showDay(day: DayTexts | undefined): void {
    this.#dayList.hidden = day === undefined;
    if (day === undefined) return;
    this.#day.high.write(day.high);
    this.#day.low.write(day.low);
    this.#day.volume.write(day.volume);
  }

  showPreferences({ interval, layout, theme }: Preferences): void {
    this.#interval.value = String(interval);
    this.#layout.value = layout;
    this.#themeText.write(texts.header.theme[theme]);
  }

  showPinned(isPinned: boolean): void {
    this.#pin.setAttribute('aria-pressed', String(isPinned));
  }

  /** Prices of now do not stand over a book of the past. */
  showPast(isPast: boolean): void {
    this.#travel.setAttribute('aria-pressed', String(isPast));
    if (isPast) this.showPrice('', '', 'level');
    if (isPast) this.showDay(undefined);
  }

  /** Not offered where nobody could be asked. */
  offerPast(isOffered: boolean): void {
    this.#travel.hidden = !isOffered;
  }

  /** For whoever leaves the past: where they came from. */
  focusPast(): void {
    this.#travel.focus();
  }

  showPaused(isPaused: boolean): void {
    this.#pauseText.write(isPaused ? texts.header.goOn : texts.header.pause);
    this.#pause.setAttribute('aria-pressed', String(isPaused));
    this.#step.setAttribute('aria-disabled', String(!isPaused));
  }

  #headline(): HTMLElement {
    return element(
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
      this.#dayList,
    );
  }

  #dayFacts(): HTMLElement {
    const { day, dayHigh, dayLow, dayVolume } = texts.header;
    const fact = (name: string, value: LiveText) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, value.node));
    return element(
      'dl',
      { class: 'headline-day', 'aria-label': day, title: day, hidden: '' },
      fact(dayHigh, this.#day.high),
      fact(dayLow, this.#day.low),
      fact(dayVolume, this.#day.volume),
    );
  }

  #themeButton(actions: HeaderActions): HTMLButtonElement {
    const { theme, themeHint } = texts.header;
    const made = button('theme', element('span', {}, theme.label), themeHint, actions.nextTheme);
    made.append(element('b', {}, this.#themeText.node));
    return made;
  }
}

/** Shows the two colours themselves. */
function paletteButton(actions: HeaderActions): HTMLButtonElement {
  const { palette, paletteHint } = texts.header;
  const bid = element('span', { class: 'bid-sign', 'aria-hidden': 'true' }, '▲');
  const made = button('palette', bid, paletteHint, actions.nextPalette);
  made.append(element('span', { class: 'ask-sign', 'aria-hidden': 'true' }, '▼'));
  made.setAttribute('aria-label', palette);
  return made;
}

function choice<Value extends string | number>(
  values: readonly Value[],
  name: (value: Value) => string,
): HTMLSelectElement {
  const options = values.map((value) => element('option', { value: String(value) }, name(value)));
  return element('select', {}, ...options);
}

function labelled(text: string, hint: string, control: HTMLElement, name: string): HTMLElement {
  // The name is hidden where there is little room; the control keeps it.
  control.setAttribute('aria-label', text);
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
