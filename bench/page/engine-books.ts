/** Remembers the engine's book of one instrument after each transaction, straight from the feed. */

import { DecimalScale } from '../../feed/decimal.ts';
import { type FeedInstrument, Side } from '../../feed/index.ts';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import type { ShownLevel } from './shown-table.ts';

/** Books remembered: minutes of a lively instrument, in some tens of megabytes. */
const MAX_BOOKS = 20_000;

interface RecordedBook {
  readonly transaction: number;
  readonly sequence: number;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

export interface WrittenBook {
  readonly sequence: number;
  readonly bids: ShownLevel[];
  readonly asks: ShownLevel[];
}

export class EngineBooks {
  readonly #symbol: string;
  readonly #depth: number;
  readonly #subscriber: FeedSubscriber;
  #books: RecordedBook[] = [];
  #touched = false;
  #seen = 0;
  #reached = 0;

  /** `depth`: levels remembered on each side. */
  constructor(feed: string, relay: string, symbol: string, depth: number) {
    this.#symbol = symbol;
    this.#depth = depth;
    this.#subscriber = new FeedSubscriber(
      { feed: [feed], repair: [relay], wallClock, nowMs: monotonicMs, crc32 },
      {
        levelChanged: (instrument) => this.#touch(instrument),
        traded: (instrument) => this.#touch(instrument),
        bookReset: (instrument) => this.#touch(instrument),
        transactionApplied: (context) => this.#applied(context.transaction),
      },
    );
  }

  start(): Promise<void> {
    return this.#subscriber.start();
  }

  close(): Promise<void> {
    return this.#subscriber.close();
  }

  /** Times that the book changed since the start. */
  get changes(): number {
    return this.#seen;
  }

  /** The newest transaction that has arrived, whichever instrument it touched. */
  get reached(): number {
    return this.#reached;
  }

  /**
   * The book as `transaction` left it, in steps of `grouping` ticks, written as the page writes
   * levels; `undefined` when it was never seen or is no longer remembered.
   */
  after(transaction: number, grouping = 1): WrittenBook | undefined {
    const book = this.#books.findLast((recorded) => recorded.transaction <= transaction);
    const instrument = this.#subscriber.find(this.#symbol);
    if (book === undefined || instrument === undefined) return undefined;
    const { sequence } = book;
    // Bids are rounded down and asks up: no step promises a better price than its orders have.
    const bids = gathered(book.bids, (price) => Math.floor(price / grouping) * grouping);
    const asks = gathered(book.asks, (price) => Math.ceil(price / grouping) * grouping);
    return { sequence, bids: written(bids, instrument), asks: written(asks, instrument) };
  }

  #touch(instrument: FeedInstrument): void {
    if (instrument.symbol === this.#symbol) this.#touched = true;
  }

  #applied(transaction: number): void {
    this.#reached = transaction;
    if (!this.#touched) return;
    this.#touched = false;
    const instrument = this.#subscriber.find(this.#symbol);
    if (instrument === undefined) return;
    this.#seen += 1;
    this.#books.push({
      transaction,
      sequence: instrument.sequence,
      bids: this.#side(instrument, Side.Bid),
      asks: this.#side(instrument, Side.Ask),
    });
    if (this.#books.length > 2 * MAX_BOOKS) this.#books = this.#books.slice(-MAX_BOOKS);
  }

  /** Price, quantity and order count of each level, one after the other. */
  #side({ book }: FeedInstrument, side: Side): number[] {
    const flat: number[] = [];
    const count = Math.min(book.levelCount(side), this.#depth);
    for (let index = 0; index < count; index += 1) {
      flat.push(
        book.priceAt(side, index),
        book.quantityAt(side, index),
        book.orderCountAt(side, index),
      );
    }
    return flat;
  }
}

/** Adds up the levels whose prices round to the same. */
function gathered(flat: readonly number[], round: (price: number) => number): number[] {
  const steps = new Map<number, [quantity: number, orders: number]>();
  for (let index = 0; index < flat.length; index += 3) {
    const [price = 0, quantity = 0, orders = 0] = flat.slice(index, index + 3);
    const [quantities, counts] = steps.get(round(price)) ?? [0, 0];
    steps.set(round(price), [quantities + quantity, counts + orders]);
  }
  return [...steps].flatMap(([price, [quantity, orders]]) => [price, quantity, orders]);
}

function written(flat: readonly number[], instrument: FeedInstrument): ShownLevel[] {
  const prices = new DecimalScale(instrument.tickSize);
  const quantities = new DecimalScale(instrument.lotSize);
  const levels: ShownLevel[] = [];
  let total = 0;
  for (let index = 0; index < flat.length; index += 3) {
    const [price = 0, quantity = 0, orders = 0] = flat.slice(index, index + 3);
    total += quantity;
    levels.push({
      price: prices.format(price),
      size: quantities.format(quantity),
      orders: orders > 0 ? String(orders) : '',
      total: quantities.format(total),
    });
  }
  return levels;
}
