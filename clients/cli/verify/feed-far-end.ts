/** The far end of the feed: a subscriber as an internal service would have one. */

import {
  Aggressor,
  type FeedInstrument,
  FeedState,
  type LevelBook,
  Side,
  type Subscription,
  subscribe,
} from '../../subscriber/index.ts';
import type { FarBook, FarEnd, FarEndLog, FarTrade } from './far-end.ts';
import type { SideLevels } from './levels.ts';

export interface FeedFarEndOptions {
  readonly feed: string;
  readonly repair: string;
  readonly log: FarEndLog;
}

const AGGRESSORS: Readonly<Record<Aggressor, FarTrade['aggressor']>> = {
  [Aggressor.Bid]: 'bid',
  [Aggressor.Ask]: 'ask',
  [Aggressor.None]: 'nobody',
};

/** How often to look whether the subscriber has joined. */
const JOIN_POLL_MS = 10;

export class FeedFarEnd implements FarEnd {
  readonly name = 'the subscriber library';
  readonly depth = Number.POSITIVE_INFINITY;
  readonly gathersTrades = false;
  readonly #options: FeedFarEndOptions;
  readonly #log: FarEndLog;
  /** Instruments whose book the current transaction has changed. */
  readonly #touched = new Set<FeedInstrument>();
  #subscription: Subscription | undefined;
  #isClosed = false;

  constructor(options: FeedFarEndOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  /** Resolves once it has joined: what is published before that comes merged, as a snapshot. */
  async start(): Promise<void> {
    const touch = (instrument: FeedInstrument): void => {
      this.#touched.add(instrument);
    };
    const { feed, repair } = this.#options;
    const listener = {
      levelChanged: touch,
      bookReset: touch,
      traded: (
        { symbol }: FeedInstrument,
        by: Aggressor,
        price: number,
        quantity: number,
        id: number,
      ) => this.#log.trade(symbol, { id, price, quantity, aggressor: AGGRESSORS[by] }),
      instrumentChanged: ({ symbol, tickSize, lotSize }: FeedInstrument) =>
        this.#log.instrument({ symbol, tickSize, lotSize }),
      transactionApplied: ({ transaction }: { readonly transaction: number }) =>
        this.#applied(transaction),
    };
    const subscription = subscribe({ feed, repair, listener });
    this.#subscription = subscription;
    while (subscription.state !== FeedState.Live && !this.#isClosed) {
      await new Promise((resolve) => setTimeout(resolve, JOIN_POLL_MS));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#subscription?.close();
  }

  book(symbol: string): FarBook | undefined {
    const instrument = this.#subscription?.find(symbol);
    return instrument && bookOf(instrument);
  }

  ownChecks(): string {
    const { hashChecks = 0, hashMismatches = 0 } = this.#subscription?.stats ?? {};
    const compared = `${hashChecks.toLocaleString('en')} book hashes compared`;
    return hashMismatches === 0 ? compared : `${compared}, ${hashMismatches} not equal`;
  }

  describe(): string {
    if (this.#subscription === undefined) return 'not connected';
    const { state, reason, stats } = this.#subscription;
    const counts = `${stats.transactions} transactions, ${stats.gaps} gaps, ${stats.snapshots} snapshots, ${stats.badPackets} bad packets, ${stats.hashMismatches} hash mismatches`;
    return `${state} (${reason}) after ${counts}`;
  }

  #applied(transaction: number): void {
    for (const instrument of this.#touched) {
      this.#log.book(instrument.symbol, transaction, bookOf(instrument));
    }
    this.#touched.clear();
    this.#log.heard(transaction);
  }
}

function bookOf({ book, state, reason }: FeedInstrument): FarBook {
  return {
    levels: { bids: copySide(book, Side.Bid), asks: copySide(book, Side.Ask) },
    state: state === FeedState.Live ? state : `${state} (${reason})`,
  };
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
