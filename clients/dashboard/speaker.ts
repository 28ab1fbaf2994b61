/** Says the best prices to those who hear the page, when asked and not more often than it helps. */

import type { Best, Book } from '../browser/index.ts';
import { element } from './dom.ts';
import { groupThousands } from './format.ts';
import type { PastBook } from './past/past-book.ts';
import { texts } from './texts.ts';

/** A sentence is spoken to its end before the next one. */
const PAUSE_MS = 5000;

export class Speaker {
  readonly element = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  #nextMs = 0;

  /** Of a book of the past, with its moment. */
  sayPast(moment: string, book: PastBook, nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + PAUSE_MS;
    this.element.textContent = texts.past.say(moment, pricesOf(book, book.history.best));
  }

  sayBest(book: Book | undefined, nowMs: number): void {
    if (book === undefined || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + PAUSE_MS;
    const prices = pricesOf(book, book.best);
    // Prices that are not live are never said as if they were.
    this.element.textContent =
      book.state === 'LIVE' ? prices : `${texts.states[book.state]}. ${texts.reasons[book.reason]}`;
  }
}

function pricesOf(book: Pick<Book, 'symbol' | 'formatPrice'>, { bid, ask }: Best): string {
  const written = (price: number | undefined) =>
    price === undefined ? texts.noValue : groupThousands(book.formatPrice(price));
  return texts.ladder.say(book.symbol, written(bid), written(ask));
}
