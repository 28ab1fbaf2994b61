/** The far end of the feed: a subscriber as an internal service would have one. */

import { type FeedInstrument, type LevelBook, Side } from '../../../feed/index.ts';
import { FeedSubscriber } from '../../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../../feed/process/index.ts';
import type { FarEnd, FarEndLog } from './far-end.ts';
import type { SideLevels } from './levels.ts';

export interface FeedFarEndOptions {
  readonly feed: string;
  readonly repair: string;
  readonly log: FarEndLog;
}

/** How often to look whether the subscriber has joined. */
const JOIN_POLL_MS = 10;

export class FeedFarEnd implements FarEnd {
  readonly name = 'the subscriber library';
  readonly depth = Number.POSITIVE_INFINITY;
  readonly hearsEverything = true;
  readonly #log: FarEndLog;
  readonly #subscriber: FeedSubscriber;
  /** Instruments whose book the current transaction has changed. */
  readonly #touched = new Set<FeedInstrument>();
  #isClosed = false;

  constructor({ feed, repair, log }: FeedFarEndOptions) {
    this.#log = log;
    const touch = (instrument: FeedInstrument): void => {
      this.#touched.add(instrument);
    };
    const options = { feed: [feed], repair: [repair], wallClock, nowMs: monotonicMs, crc32 };
    this.#subscriber = new FeedSubscriber(options, {
      levelChanged: touch,
      bookReset: touch,
      instrumentChanged: ({ symbol, tickSize, lotSize }) =>
        log.instrument({ symbol, tickSize, lotSize }),
      transactionApplied: ({ transaction }) => this.#applied(transaction),
    });
  }

  /** Resolves once packets have come: a subscription takes effect some time after connecting. */
  async start(): Promise<void> {
    await this.#subscriber.start();
    while (this.#subscriber.stats.packets === 0 && !this.#isClosed) {
      await new Promise((resolve) => setTimeout(resolve, JOIN_POLL_MS));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#subscriber.close();
  }

  describe(): string {
    const { state, reason, stats } = this.#subscriber;
    const counts = `${stats.transactions} transactions, ${stats.gaps} gaps, ${stats.snapshots} snapshots, ${stats.badPackets} bad packets, ${stats.hashMismatches} hash mismatches`;
    return `${state} (${reason}) after ${counts}`;
  }

  #applied(transaction: number): void {
    for (const { symbol, book } of this.#touched) {
      this.#log.book(symbol, transaction, {
        bids: copySide(book, Side.Bid),
        asks: copySide(book, Side.Ask),
      });
    }
    this.#touched.clear();
    this.#log.heard(transaction);
  }
}

function copySide(book: LevelBook, side: Side): SideLevels {
  const prices: number[] = [];
  const quantities: number[] = [];
  const count = book.levelCount(side);
  for (let i = 0; i < count; i++) {
    prices.push(book.priceAt(side, i));
    quantities.push(book.quantityAt(side, i));
  }
  return { prices, quantities };
}
