/** One instrument as the gateway holds it: the feed's replica, and what classes need besides. */

import {
  BookKind,
  type Epoch,
  type FeedInstrument,
  FeedState,
  type LevelView,
  NO_EPOCH,
  OrderBook,
  Side,
  type StateReason,
  type TradingStatus,
} from '../feed/index.ts';
import { BookHistory } from './conflation/book-history.ts';
import type { OrderSource, QueueView } from './conflation/order-source.ts';
import { TradeRing } from './conflation/trade-ring.ts';

export class MarketInstrument implements OrderSource {
  readonly trades = new TradeRing();
  readonly history = new BookHistory();
  generation = 0;
  anchor = 0;
  isJoined = false;
  sequence = 0;
  transaction = 0;
  engineTimeUs = 0;
  epoch: Epoch = NO_EPOCH;
  /** The sequence up to which trades were seen or are named as lost. */
  #tradeSequence = 0;
  #feed: FeedInstrument;
  #isAnchored = false;
  /** Kept as text, because the feed changes its own object in place. */
  readonly #definition: string;
  readonly instrument: number;
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;

  constructor(feed: FeedInstrument) {
    this.#feed = feed;
    this.#definition = definitionOf(feed);
    this.instrument = feed.id;
    this.symbol = feed.symbol;
    this.tickSize = feed.tickSize;
    this.lotSize = feed.lotSize;
    this.sync();
  }

  get status(): TradingStatus {
    return this.#feed.status;
  }
  get statusReason(): number {
    return this.#feed.statusReason;
  }
  get state(): FeedState {
    return this.#feed.state;
  }
  get reason(): StateReason {
    return this.#feed.reason;
  }
  get book(): LevelView {
    return this.#feed.book;
  }
  /** Of a feed that tells orders, and an instrument that has some. */
  get queues(): QueueView | undefined {
    const { book, bookKind } = this.#feed;
    return book instanceof OrderBook && bookKind === BookKind.Orders ? book : undefined;
  }

  /** The feed may have another object for the same instrument, as after a new epoch. */
  adopt(feed: FeedInstrument): void {
    this.#feed = feed;
  }

  /** A level has changed, in a transaction that ends behind the present sequence. */
  touch(side: Side, price: number): void {
    this.history.touch(side, price, this.sequence + 1);
  }

  /** A transaction that touched the instrument has been applied, its trades told. */
  advance(transaction: number, engineTimeUs: number): void {
    this.#tradeSequence = this.#feed.sequence;
    this.sync();
    this.transaction = transaction;
    this.engineTimeUs = engineTimeUs;
  }

  /**
   * Takes over where the feed stands; the first book, and the first price, begin a generation. A
   * sequence that moved without transactions was jumped to: the trades on the way never come.
   */
  sync(): void {
    const feed = this.#feed;
    this.sequence = feed.sequence;
    this.transaction = Math.max(this.transaction, feed.transaction);
    const hasBook = feed.state !== FeedState.Syncing && feed.sequence > 0;
    if (this.isJoined && feed.sequence > this.#tradeSequence) {
      this.trades.lose(this.#tradeSequence, feed.sequence);
      // Levels changed on the way without a word.
      this.history.forget();
    }
    this.#tradeSequence = feed.sequence;
    if (!this.isJoined && hasBook) {
      this.isJoined = true;
      this.history.forget();
      this.trades.begin(feed.sequence);
      this.generation += 1;
    }
    if (this.isJoined) this.history.begin(feed.sequence);
    if (this.isJoined && !this.#isAnchored) this.#drop();
  }

  /** Whether the feed's instrument is this one, defined as this one is. */
  isSameAs(feed: FeedInstrument): boolean {
    return this.#definition === definitionOf(feed);
  }

  /** The first epoch that is known: nothing changes but its name. */
  name(epoch: Epoch): void {
    this.epoch = epoch;
    this.generation += 1;
  }

  /** A new history: what was sent leads nowhere, and there is no book yet. */
  begin(epoch: Epoch): void {
    this.epoch = epoch;
    this.trades.clear();
    this.history.forget();
    this.#tradeSequence = 0;
    this.sequence = 0;
    this.transaction = 0;
    this.engineTimeUs = 0;
    this.#isAnchored = false;
    this.isJoined = false;
    this.generation += 1;
  }

  /** Drops the anchor at the touch, from where most prices are a byte or two away. */
  #drop(): void {
    const side = this.book.levelCount(Side.Bid) > 0 ? Side.Bid : Side.Ask;
    if (this.book.levelCount(side) === 0) return;
    this.anchor = this.book.priceAt(side, 0);
    this.#isAnchored = true;
    this.generation += 1;
  }
}

function definitionOf({ id, symbol, tickSize, lotSize }: FeedInstrument): string {
  return `${id} ${tickSize} ${lotSize} ${symbol}`;
}
