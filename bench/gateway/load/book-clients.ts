/** Clients that hold whole books, compare every view hash, and come back by themselves. */

import { monotonicMs } from '../../../feed/process/index.ts';
import type { BooksState, LoadPlan } from '../messages.ts';
import { BookSpeech } from './book-speech.ts';
import { RawClient } from './raw-client.ts';

/** The protocol's: between 0.5 s and a ceiling that doubles from 1 s to 20 s. */
const LEAST_WAIT_MS = 500;
const FIRST_CEILING_MS = 1000;
const LAST_CEILING_MS = 20_000;
const PEAK_WINDOW_MS = 100;

export class BookClients {
  readonly #plan: LoadPlan;
  readonly #speeches: BookSpeech[];
  readonly #attempts: number[];
  #waiting: number[] = [];
  #opening = 0;
  #opened = 0;
  #window = { at: 0, opened: 0, most: 0 };
  readonly #atOnce: number;

  constructor(plan: LoadPlan, atOnce: number) {
    this.#plan = plan;
    this.#atOnce = atOnce;
    this.#attempts = new Array(plan.connections).fill(0);
    this.#speeches = Array.from({ length: plan.connections }, (_, i) => {
      return new BookSpeech(plan, i, (afterMs) => this.#moveAfter(i, afterMs));
    });
    this.#waiting = Array.from({ length: plan.connections }, (_, i) => i);
    for (let i = 0; i < atOnce; i += 1) this.#openNext();
  }

  /** The counts since the last call; states as they are now. */
  take(): BooksState {
    const speeches = this.#speeches;
    const state = {
      connected: speeches.filter(({ isOpen }) => isOpen).length,
      proved: speeches.filter(({ isProved }) => isProved).length,
      snapshots: sum(speeches, ({ snapshots }) => snapshots),
      diffs: sum(speeches, ({ diffs }) => diffs),
      mismatches: sum(speeches, ({ mismatches }) => mismatches),
      opened: this.#opened,
      darkMsMost: Math.max(...speeches.map((speech) => speech.takeDarkMs(monotonicMs()))),
      openedPer100MsMost: this.#window.most,
    };
    for (const speech of speeches) speech.forgetCounts();
    this.#opened = 0;
    this.#window = { at: 0, opened: 0, most: 0 };
    return state;
  }

  /** The first connections are made some at a time; whoever comes back comes at its own time. */
  #openNext(): void {
    const index = this.#waiting.shift();
    if (index === undefined) return;
    this.#opening += 1;
    this.#open(index, () => {
      this.#opening -= 1;
      if (this.#opening < this.#atOnce) this.#openNext();
    });
  }

  #open(index: number, onReady: () => void = () => {}): void {
    const speech = this.#speeches[index] as BookSpeech;
    this.#countOpening();
    const line = speech.newLine(() => {
      this.#attempts[index] = 0;
      onReady();
    });
    const client: RawClient = new RawClient(this.#plan, line, {
      isFrozen: () => false,
      onEnd: () => {
        if (speech.ended(line, monotonicMs())) this.#comeBack(index);
      },
    });
    line.onReplaced = () => client.end();
    line.say = (messages) => client.say(messages);
  }

  #countOpening(): void {
    const nowMs = monotonicMs();
    if (nowMs - this.#window.at > PEAK_WINDOW_MS)
      this.#window = { ...this.#window, at: nowMs, opened: 0 };
    this.#window.opened += 1;
    this.#window.most = Math.max(this.#window.most, this.#window.opened);
    this.#opened += 1;
  }

  #comeBack(index: number): void {
    const attempt = this.#attempts[index] as number;
    this.#attempts[index] = attempt + 1;
    const ceiling = Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** attempt);
    const waitMs = LEAST_WAIT_MS + Math.random() * (ceiling - LEAST_WAIT_MS);
    setTimeout(() => this.#open(index), waitMs);
  }

  /** The gateway goes away: the next connection first, the old one is closed by its welcome. */
  #moveAfter(index: number, afterMs: number): void {
    setTimeout(() => this.#open(index), afterMs);
  }
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
