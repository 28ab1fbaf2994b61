/** Time travel: opens and leaves the past of the instrument looked at, and moves about in it. */

import type { TouchlineClient } from '../../browser/index.ts';
import type { Channels } from '../channels.ts';
import { formatMoment, groupThousands } from '../format.ts';
import type { Action } from '../keyboard.ts';
import { stepIn } from '../preferences.ts';
import type { PastTruth } from '../strip/truth-view.ts';
import { texts } from '../texts.ts';
import type { WatchOptions } from '../watched-instrument.ts';
import { PastBar } from './past-bar.ts';
import { PastBook, type PastStart } from './past-book.ts';
import { PAST_SPEEDS, USUAL_SPEED } from './past-speeds.ts';
import { type PastInput, pastReason } from './past-words.ts';

const NEWEST: PastStart = { timeUs: undefined, speed: 0 };

export class TimeTravel {
  readonly bar: PastBar;
  readonly #client: TouchlineClient;
  readonly #open: Channels['openHistory'];
  /** Called when the past is entered, is another book's, or is left. */
  readonly #changed: () => void;
  #book: PastBook | undefined;
  #speed: number = USUAL_SPEED;
  /** The end of the archive to go to. */
  #end: 'earliest' | 'latest' | undefined;

  constructor(client: TouchlineClient, channels: Channels | undefined, changed: () => void) {
    this.#client = client;
    this.#open = channels?.openHistory;
    this.#changed = changed;
    this.bar = new PastBar({
      seek: (timeUs) => this.#book?.seek(timeUs),
      togglePlay: () => this.togglePlay(),
      step: () => this.step(),
      setSpeed: (speed) => this.#setSpeed(speed),
      leave: () => this.leave(),
    });
    this.bar.showSpeed(this.#speed);
  }

  /** Whether there is anything to ask for the past. */
  get isOffered(): boolean {
    return this.#open !== undefined;
  }

  /** Undefined while the page shows what is live. */
  get book(): PastBook | undefined {
    return this.#book;
  }

  enter(symbol: string, options: WatchOptions): void {
    if (this.#book !== undefined) return;
    this.#show(symbol, options, NEWEST);
    if (this.#book !== undefined) this.bar.show(true);
  }

  leave(): void {
    if (this.#book === undefined) return;
    this.#book.close();
    this.#book = undefined;
    this.#end = undefined;
    this.bar.show(false);
    this.#changed();
  }

  /** Another instrument, or shown in another way: at the same moment, at the same speed. */
  follow(symbol: string, options: WatchOptions): void {
    const before = this.#book;
    if (before === undefined) return;
    const timeUs = before.timeUs > 0 ? before.timeUs : undefined;
    this.#show(symbol, options, { timeUs, speed: before.history.speed });
  }

  togglePlay(): void {
    if (this.#book?.isPlaying) this.#book.pause();
    else this.#book?.play(this.#speed);
  }

  step(): void {
    this.#book?.step();
  }

  stepSpeed(by: 1 | -1): void {
    this.#setSpeed(stepIn<number>(PAST_SPEEDS, this.#speed, by));
  }

  moveBy(seconds: number): void {
    const book = this.#book;
    // Before the first answer there is no moment to move from.
    if (book !== undefined && book.timeUs > 0) book.seek(book.timeUs + seconds * 1e6);
  }

  moveTo(end: 'earliest' | 'latest'): void {
    this.#end = end;
  }

  /** What the strip says of it; undefined while the page shows what is live. */
  truth(): PastTruth | undefined {
    const book = this.#book;
    if (book === undefined) return undefined;
    const { hashesChecked, position, timeMicros } = book.history;
    const moment = timeMicros > 0 ? formatMoment(timeMicros) : '';
    const place = position > 0 ? texts.past.position(groupThousands(String(position))) : '';
    return {
      reason: pastReason(this.input(book)),
      place: [moment, place].filter((part) => part !== '').join(' · '),
      hashesChecked,
    };
  }

  /** Does what a key or a button asks for in the past; false when it is none of its business. */
  act(action: Action): boolean {
    if (this.#book === undefined) return false;
    switch (action.type) {
      case 'pause':
        this.togglePlay();
        return true;
      case 'step':
        this.step();
        return true;
      case 'travel-by':
        this.moveBy(action.seconds);
        return true;
      case 'travel-to':
        this.moveTo(action.end);
        return true;
      case 'step-speed':
        this.stepSpeed(action.by);
        return true;
      default:
        return false;
    }
  }

  /** What the words about it are made of. */
  input(book: PastBook): PastInput {
    const { state, refusal, speed, timeMicros } = book.history;
    return {
      state,
      refusal,
      speed,
      hasLevels: book.hasLevels,
      timeMicros,
      link: this.#client.link,
    };
  }

  /** Once a frame. */
  draw(nowMs: number): void {
    const book = this.#book;
    if (book === undefined) return;
    const { range } = book.history;
    // Where the archive ends may have to be told first.
    if (this.#end !== undefined && range !== undefined) {
      book.seek(range[this.#end].timeMicros);
      this.#end = undefined;
    }
    book.send();
    this.bar.draw(book, nowMs);
  }

  #show(symbol: string, options: WatchOptions, start: PastStart): void {
    if (this.#open === undefined) return;
    const before = this.#book;
    this.#book = new PastBook(this.#open, this.#client, symbol, options, start);
    before?.close();
    this.#changed();
  }

  #setSpeed(speed: number): void {
    this.#speed = speed;
    this.bar.showSpeed(speed);
    if (this.#book?.isPlaying) this.#book.play(speed);
  }
}
