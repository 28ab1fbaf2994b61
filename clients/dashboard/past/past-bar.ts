/** The bar of time travel: the slider over the archive, playing, stepping, and the way back to live. */

import type { HistoryRange } from '../../browser/channels/index.ts';
import { element, LiveAttribute, LiveText } from '../dom.ts';
import { formatMoment, groupThousands } from '../format.ts';
import { texts } from '../texts.ts';
import type { PastBook } from './past-book.ts';
import { PAST_SPEEDS } from './past-speeds.ts';

/** What is spoken of a slider that moves by itself changes at this pace. */
const SPOKEN_MS = 1000;

export interface PastActions {
  seek(timeUs: number): void;
  togglePlay(): void;
  step(): void;
  setSpeed(speed: number): void;
  leave(): void;
}

export class PastBar {
  readonly element: HTMLElement;
  readonly slider: HTMLInputElement;
  readonly #playText = new LiveText();
  readonly #time = new LiveText();
  readonly #position = new LiveText();
  readonly #earliest = new LiveText();
  readonly #latest = new LiveText();
  readonly #speed: HTMLSelectElement;
  readonly #most: LiveAttribute;
  readonly #spoken: LiveAttribute;
  #earliestUs = 0;
  #isHeld = false;
  #nextSpokenMs = 0;

  constructor(actions: PastActions) {
    const { past } = texts;
    this.slider = element('input', {
      type: 'range',
      class: 'past-slider',
      min: '0',
      max: '0',
      step: '1',
      'aria-label': past.slider,
      'aria-keyshortcuts': 'ArrowLeft ArrowRight PageUp PageDown Home End',
    });
    this.#most = new LiveAttribute(this.slider, 'max');
    this.#spoken = new LiveAttribute(this.slider, 'aria-valuetext');
    this.slider.addEventListener('input', () =>
      actions.seek(this.#earliestUs + this.slider.valueAsNumber * 1000),
    );
    // While it is held, nothing but the hand moves it: the archive's end does not push it aside.
    this.slider.addEventListener('pointerdown', () => this.#hold(true));
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture', 'change', 'blur']) {
      this.slider.addEventListener(end, () => this.#hold(false));
    }
    const options = PAST_SPEEDS.map((speed) =>
      element('option', { value: String(speed) }, past.times(speed)),
    );
    this.#speed = element(
      'select',
      { 'aria-label': past.speed, title: past.speedHint },
      ...options,
    );
    this.#speed.addEventListener('change', () => actions.setSpeed(Number(this.#speed.value)));
    const edge = (name: string, text: LiveText) =>
      element('span', { class: `past-edge ${name}`, 'aria-hidden': 'true' }, text.node);
    this.element = element(
      'section',
      { class: 'past-bar', 'aria-label': past.label, hidden: '' },
      element('strong', { class: 'past-name' }, past.name),
      element(
        'span',
        { class: 'past-place' },
        element('span', { class: 'past-time' }, this.#time.node),
        element('span', { class: 'past-position' }, this.#position.node),
      ),
      element(
        'span',
        { class: 'past-track' },
        edge('earliest', this.#earliest),
        this.slider,
        edge('latest', this.#latest),
      ),
      button('play', this.#playText.node, past.playHint, actions.togglePlay),
      button('forward', past.step, past.stepHint, actions.step),
      this.#speed,
      button('live', past.live, past.liveHint, actions.leave),
    );
  }

  show(isShown: boolean): void {
    this.element.hidden = !isShown;
    this.#isHeld = false;
    if (isShown) this.slider.focus();
  }

  showSpeed(speed: number): void {
    this.#speed.value = String(speed);
  }

  draw(book: PastBook, nowMs: number): void {
    const { history, timeUs } = book;
    const { past } = texts;
    this.#playText.write(book.isPlaying ? past.pause : past.play);
    const { range } = history;
    const moment = timeUs > 0 ? formatMoment(timeUs) : texts.noValue;
    const position = past.position(groupThousands(String(history.position)));
    this.#time.write(moment);
    this.#position.write(history.position > 0 && !book.isMoving ? position : '');
    if (range === undefined || this.#isHeld) return;
    this.#drawTrack(range, timeUs);
    if (nowMs < this.#nextSpokenMs && book.isPlaying) return;
    this.#nextSpokenMs = nowMs + SPOKEN_MS;
    this.#spoken.write(moment);
  }

  #drawTrack({ earliest, latest }: HistoryRange, timeUs: number): void {
    this.#earliestUs = earliest.timeMicros;
    this.#earliest.write(formatMoment(earliest.timeMicros).slice(0, -4));
    this.#latest.write(formatMoment(latest.timeMicros).slice(0, -4));
    this.#most.write(String(Math.ceil((latest.timeMicros - earliest.timeMicros) / 1000)));
    const value = String(Math.round((timeUs - earliest.timeMicros) / 1000));
    if (this.slider.value !== value) this.slider.value = value;
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }
}

function button(
  name: string,
  content: Node | string,
  hint: string,
  act: () => void,
): HTMLButtonElement {
  const attributes = { type: 'button', class: `control ${name}`, title: hint };
  const made = element('button', attributes, content);
  made.addEventListener('click', act);
  return made;
}
