/** A bounded queue between the fast path and an async iterator: it merges, drops and says so. */

import type {
  FeedEvent,
  FeedInstrument,
  FeedState,
  Indicative,
  LevelBook,
  Side,
  StateReason,
  StreamPosition,
  TradingStatus,
} from '../../feed/index.ts';

/** A book has changed; read it from `instrument`. Changes not yet read are merged into one. */
export interface BookEvent<Book extends LevelBook = LevelBook> {
  readonly type: 'book';
  readonly instrument: FeedInstrument<Book>;
  /** The instrument's own sequence, and the transaction, of the newest change. */
  readonly sequence: number;
  readonly transaction: number;
  /** Transactions merged into this event. */
  readonly merged: number;
}

export interface TradeEvent<Book extends LevelBook = LevelBook> {
  readonly type: 'trade';
  readonly instrument: FeedInstrument<Book>;
  /** `undefined` for a trade without an aggressor. */
  readonly aggressor: Side | undefined;
  /** Ticks and lots. */
  readonly price: number;
  readonly quantity: number;
  readonly tradeId: number;
}

/** A trade told before does not count; or it counts with this price and quantity. */
export type ChangedTradeEvent<Book extends LevelBook = LevelBook> =
  | {
      readonly type: 'trade-busted';
      readonly instrument: FeedInstrument<Book>;
      readonly tradeId: number;
    }
  | {
      readonly type: 'trade-corrected';
      readonly instrument: FeedInstrument<Book>;
      readonly tradeId: number;
      readonly price: number;
      readonly quantity: number;
    };

/** An instrument was listed, or its definition or trading status has changed. */
export interface StatusEvent<Book extends LevelBook = LevelBook> {
  readonly type: 'status';
  readonly instrument: FeedInstrument<Book>;
  readonly status: TradingStatus;
  /** Why, as a code of the engine's; 0: nobody said. */
  readonly statusReason: number;
}

/** What an auction would do now; a volume of 0: nothing crosses. */
export interface IndicativeEvent<Book extends LevelBook = LevelBook> extends Indicative {
  readonly type: 'indicative';
  readonly instrument: FeedInstrument<Book>;
}

export interface StateEvent<Book extends LevelBook = LevelBook> {
  readonly type: 'state';
  readonly instrument: FeedInstrument<Book>;
  readonly state: FeedState;
  readonly reason: StateReason;
}

/** The reader was too slow: this many events were dropped before the next one. */
export interface DroppedEvent {
  readonly type: 'dropped';
  readonly count: number;
  /** Trades among them, busted and corrected ones too. */
  readonly trades: number;
  /** They are among these records of the stream, `to` not included: `from` reads them again. */
  readonly from: StreamPosition;
  readonly to: StreamPosition;
}

export type SubscriptionEvent<Book extends LevelBook = LevelBook> =
  | BookEvent<Book>
  | TradeEvent<Book>
  | ChangedTradeEvent<Book>
  | StatusEvent<Book>
  | IndicativeEvent<Book>
  | StateEvent<Book>
  | DroppedEvent
  | FeedEvent;

/** Events that wait for the reader; book events of one instrument count once. */
export const MAX_QUEUED_EVENTS = 10_000;
/** Room beyond that for what a reader must not miss. */
const RESERVED_EVENTS = 1000;
const LOUD: ReadonlySet<string> = new Set<FeedEvent['type']>([
  'gap',
  'repaired',
  'snapshot',
  'trades-missed',
  'slow-consumer',
  'epoch',
  'lower-epoch',
  'hash-mismatch',
  'stale',
  'end-of-session',
]);
const TRADES: ReadonlySet<string> = new Set(['trade', 'trade-busted', 'trade-corrected']);

export class EventQueue implements AsyncIterableIterator<SubscriptionEvent> {
  #events: SubscriptionEvent[] = [];
  #head = 0;
  #dropped = 0;
  #droppedTrades = 0;
  #droppedFrom: StreamPosition | undefined;
  #isClosed = false;
  #waiting: ((result: IteratorResult<SubscriptionEvent>) => void)[] = [];
  /** Where the unread book event of an instrument is, by id. */
  readonly #books = new Map<number, number>();
  readonly #closed: () => void;
  readonly #position: () => StreamPosition;

  /** `closed` is told when the reader leaves its loop; `position` is that of the books. */
  constructor(closed: () => void, position: () => StreamPosition) {
    this.#closed = closed;
    this.#position = position;
  }

  push(event: Exclude<SubscriptionEvent, BookEvent>): void {
    if (this.#isClosed) return;
    if (!this.#hasRoom(LOUD.has(event.type))) {
      this.#drop(event);
      return;
    }
    this.#append(event);
  }

  book(instrument: FeedInstrument): void {
    if (this.#isClosed) return;
    const { id, sequence, transaction } = instrument;
    const at = this.#books.get(id);
    const unread = at === undefined ? undefined : this.#events[at];
    if (at !== undefined && unread?.type === 'book') {
      const merged = unread.merged + 1;
      this.#events[at] = { type: 'book', instrument, sequence, transaction, merged };
      return;
    }
    // One per instrument at most, so the bound on instruments bounds them.
    if (this.#waiting.length === 0) this.#books.set(id, this.#events.length);
    this.#append({ type: 'book', instrument, sequence, transaction, merged: 1 });
  }

  next(): Promise<IteratorResult<SubscriptionEvent>> {
    const event = this.#shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#isClosed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  return(): Promise<IteratorResult<SubscriptionEvent>> {
    this.close();
    this.#closed();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What is queued can still be read; then the iterator ends. */
  close(): void {
    this.#isClosed = true;
    for (const resolve of this.#waiting) resolve({ done: true, value: undefined });
    this.#waiting = [];
  }

  #hasRoom(isLoud: boolean): boolean {
    const room = isLoud ? MAX_QUEUED_EVENTS + RESERVED_EVENTS : MAX_QUEUED_EVENTS;
    return this.#events.length - this.#head < room;
  }

  #drop({ type }: SubscriptionEvent): void {
    this.#dropped += 1;
    if (TRADES.has(type)) this.#droppedTrades += 1;
    // Within a packet the position is that before it: not too late in any case.
    this.#droppedFrom ??= this.#position();
  }

  #whatWasDropped(from: StreamPosition): DroppedEvent {
    const [count, trades] = [this.#dropped, this.#droppedTrades];
    this.#dropped = 0;
    this.#droppedTrades = 0;
    this.#droppedFrom = undefined;
    return { type: 'dropped', count, trades, from, to: this.#position() };
  }

  #append(event: SubscriptionEvent): void {
    const resolve = this.#waiting.shift();
    if (resolve === undefined) this.#events.push(event);
    else resolve({ done: false, value: event });
  }

  #shift(): SubscriptionEvent | undefined {
    if (this.#dropped > 0) {
      return this.#whatWasDropped(this.#droppedFrom ?? this.#position());
    }
    const event = this.#events[this.#head];
    if (event === undefined) return undefined;
    if (event.type === 'book') this.#books.delete(event.instrument.id);
    this.#head += 1;
    if (this.#head === this.#events.length) {
      this.#events = [];
      this.#head = 0;
    } else if (this.#head >= MAX_QUEUED_EVENTS) {
      this.#compact();
    }
    return event;
  }

  #compact(): void {
    this.#events = this.#events.slice(this.#head);
    for (const [id, at] of this.#books) this.#books.set(id, at - this.#head);
    this.#head = 0;
  }
}
