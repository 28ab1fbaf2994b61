/** What stands over everything: the price of the instrument looked at, here and in the window's title. */

import { FeedState } from '../../feed/index.ts';
import type { BookPanels } from './book-panels.ts';
import type { HeaderView } from './header-view.ts';
import type { OverviewView } from './overview/overview-view.ts';
import type { ShownState } from './shown-state.ts';
import { texts } from './texts.ts';

/** Read at a glance: it follows slowly. */
const INTERVAL_MS = 250;

export class Headline {
  readonly #header: HeaderView;
  readonly #overview: OverviewView;
  readonly #book: BookPanels;
  #nextDrawMs = 0;

  constructor(header: HeaderView, overview: OverviewView, book: BookPanels) {
    this.#header = header;
    this.#overview = overview;
    this.#book = book;
  }

  /** Something else is shown from now on. */
  hurry(): void {
    this.#nextDrawMs = 0;
  }

  /** When it is due; whether it was. */
  draw(symbol: string, { state }: ShownState, nowMs: number): boolean {
    if (nowMs < this.#nextDrawMs) return false;
    this.#nextDrawMs = nowMs + INTERVAL_MS;
    if (this.#book.travel.book !== undefined) {
      document.title = [symbol, texts.past.name, texts.title].join(' · ');
      return true;
    }
    const row = this.#overview.row(symbol);
    const last = row?.lastText() ?? '';
    this.#header.showPrice(last, row?.changeText() ?? '', row?.direction ?? 'level');
    this.#header.showDay(row?.dayTexts());
    const news = state === FeedState.Live ? last : texts.states[state];
    document.title = [symbol, news, texts.title].filter((part) => part !== '').join(' · ');
    return true;
  }
}
