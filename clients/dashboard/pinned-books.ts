/** The books beside the one looked at: which of them are shown, and their drawing. */

import type { TouchlineClient } from '../browser/index.ts';
import { element } from './dom.ts';
import { type PinnedActions, PinnedBook } from './pinned-book.ts';
import { texts } from './texts.ts';
import type { WatchOptions } from './watched-instrument.ts';

/** What the books beside take over from the one looked at. */
export interface SharedPause {
  linkForMs(nowMs: number): number;
  pausedMs(nowMs: number): number | undefined;
}

export class PinnedBooks {
  readonly element = element('div', { class: 'pinned' });
  readonly #client: TouchlineClient;
  readonly #optionsOf: (symbol: string) => WatchOptions;
  readonly #actions: PinnedActions;
  #books: readonly PinnedBook[] = [];

  constructor(
    client: TouchlineClient,
    optionsOf: (symbol: string) => WatchOptions,
    actions: PinnedActions,
  ) {
    this.#client = client;
    this.#optionsOf = optionsOf;
    this.#actions = actions;
    this.element.append(element('p', { class: 'empty' }, texts.ladder.noPinned));
  }

  /** Shows exactly these; books that stay are not subscribed to anew. */
  show(symbols: readonly string[]): void {
    const known = new Map(this.#books.map((book) => [book.symbol, book]));
    const isSame = symbols.length === known.size && symbols.every((symbol) => known.has(symbol));
    if (isSame) return;
    this.#books = symbols.map((symbol) => known.get(symbol) ?? this.#open(symbol));
    for (const [symbol, book] of known) {
      if (!symbols.includes(symbol)) book.close();
    }
    const notice = element('p', { class: 'empty' }, texts.ladder.noPinned);
    const panels = this.#books.map((book) => book.element);
    this.element.replaceChildren(...(panels.length === 0 ? [notice] : panels));
  }

  /** Depth, interval or grouping are wanted otherwise. */
  modify(): void {
    for (const book of this.#books) book.modify(this.#optionsOf(book.symbol));
  }

  draw(nowMs: number, shared: SharedPause, brighten: boolean): void {
    for (const book of this.#books) {
      book.draw(nowMs, shared.linkForMs(nowMs), shared.pausedMs(nowMs), brighten);
    }
  }

  #open(symbol: string): PinnedBook {
    return new PinnedBook(this.#client, symbol, this.#optionsOf(symbol), this.#actions);
  }
}
