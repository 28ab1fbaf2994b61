/** A feed driven by hand: what a test does to it reaches the market as the real one's calls do. */

import {
  Aggressor,
  BookKind,
  type Epoch,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  type InstrumentId,
  LevelBook,
  NOTHING_CROSSES,
  type Side,
  type StateReason,
  setNanos,
  TradingStatus,
} from '../../feed/index.ts';

export class FakeInstrument implements FeedInstrument {
  readonly id: InstrumentId;
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly bookKind = BookKind.Levels;
  readonly lowestPrice = -(2 ** 52);
  readonly highestPrice = 2 ** 52;
  status: TradingStatus = TradingStatus.Continuous;
  statusReason = 0;
  indicative = NOTHING_CROSSES;
  book: LevelBook;
  state: FeedState = FeedState.Syncing;
  reason: StateReason = 'JOINING';
  sequence = 1;
  transaction = 0;

  constructor(id: number, symbol: string, tickSize: string, lotSize: string) {
    this.id = id as InstrumentId;
    this.symbol = symbol;
    this.tickSize = tickSize;
    this.lotSize = lotSize;
    this.book = new LevelBook(id);
  }
}

/** What may be done within one transaction; each step is one record. */
export interface Steps {
  level(
    instrument: FakeInstrument,
    side: Side,
    price: number,
    quantity: number,
    orders?: number,
  ): void;
  trade(instrument: FakeInstrument, price: number, quantity: number, aggressor?: Aggressor): void;
  clear(instrument: FakeInstrument): void;
  status(instrument: FakeInstrument, status: TradingStatus): void;
}

export class FakeFeed {
  epoch: Epoch = { seconds: 1_700_000_000, random: 7 };
  transactionNumber = 0;
  timeUs = 1_700_000_000_000_000;
  #listener: FeedListener;
  #nextId = 1;
  #nextTrade = 1;

  constructor(listener: FeedListener) {
    this.#listener = listener;
  }

  /** Lists an instrument, LIVE with an empty book unless told otherwise. */
  list(
    symbol: string,
    { tickSize = '0.01', lotSize = '1', isLive = true, id = this.#nextId } = {},
  ): FakeInstrument {
    const instrument = new FakeInstrument(id, symbol, tickSize, lotSize);
    this.#nextId = Math.max(this.#nextId, id) + 1;
    this.#listener.instrumentChanged?.(instrument);
    this.transaction(() => {});
    if (isLive) this.state(instrument, FeedState.Live, 'NONE');
    return instrument;
  }

  /** One transaction; with no steps, one that changes nothing of `concerned`. Returns its number. */
  transaction(body: (steps: Steps) => void, concerned?: FakeInstrument): number {
    this.transactionNumber += 1;
    this.timeUs += 1000;
    body({
      level: (instrument, side, price, quantity, orders = 1) => {
        this.#touch(instrument);
        instrument.book.apply(side, price, quantity, orders);
        this.#listener.levelChanged?.(instrument, side, price, quantity, orders);
      },
      trade: (instrument, price, quantity, aggressor = Aggressor.Bid) => {
        this.#touch(instrument);
        this.#listener.traded?.(instrument, aggressor, price, quantity, this.#nextTrade);
        this.#nextTrade += 1;
      },
      clear: (instrument) => {
        this.#touch(instrument);
        instrument.book.clear();
        this.#listener.bookReset?.(instrument);
      },
      status: (instrument, status) => {
        this.#touch(instrument);
        instrument.status = status;
        this.#listener.instrumentChanged?.(instrument);
      },
    });
    const time = { high: 0, low: 0 };
    setNanos(time, BigInt(this.timeUs) * 1000n);
    this.#listener.transactionApplied?.({
      transaction: this.transactionNumber,
      instrument: concerned?.id ?? 0,
      epoch: this.epoch,
      engineTime: time,
      publishTime: time,
    });
    return this.transactionNumber;
  }

  state(instrument: FakeInstrument, state: FeedState, reason: StateReason): void {
    instrument.state = state;
    instrument.reason = reason;
    this.#listener.stateChanged?.(instrument);
  }

  /** The replica is replaced by a book snapshot, as after a gap that could not be filled. */
  replaceBook(instrument: FakeInstrument, sequence: number, fill: (book: LevelBook) => void): void {
    instrument.book.clear();
    fill(instrument.book);
    instrument.sequence = sequence;
    this.#listener.instrumentChanged?.(instrument);
    this.#listener.bookReset?.(instrument);
    this.state(instrument, FeedState.Live, 'NONE');
  }

  /** A new history: the feed forgets its instruments, and lists those again that are given. */
  restart(
    forgotten: readonly FakeInstrument[],
    listed: readonly FakeInstrument[] = forgotten,
  ): FakeInstrument[] {
    const previous = this.epoch;
    this.epoch = { seconds: previous.seconds + 60, random: previous.random + 1 };
    this.transactionNumber = 0;
    for (const instrument of forgotten) this.state(instrument, FeedState.Syncing, 'JOINING');
    this.#listener.event?.({ type: 'epoch', previous, current: this.epoch });
    return listed.map(({ id, symbol, tickSize, lotSize }) =>
      this.list(symbol, { id, tickSize, lotSize }),
    );
  }

  #touch(instrument: FakeInstrument): void {
    instrument.sequence += 1;
    instrument.transaction = this.transactionNumber;
  }
}

/** One listener that tells two, as two gateways on one feed hear the same. */
export function fanOut(first: FeedListener, second: FeedListener): FeedListener {
  return {
    levelChanged(...told) {
      first.levelChanged?.(...told);
      second.levelChanged?.(...told);
    },
    traded(...told) {
      first.traded?.(...told);
      second.traded?.(...told);
    },
    bookReset(instrument) {
      first.bookReset?.(instrument);
      second.bookReset?.(instrument);
    },
    instrumentChanged(instrument) {
      first.instrumentChanged?.(instrument);
      second.instrumentChanged?.(instrument);
    },
    transactionApplied(context) {
      first.transactionApplied?.(context);
      second.transactionApplied?.(context);
    },
    stateChanged(instrument) {
      first.stateChanged?.(instrument);
      second.stateChanged?.(instrument);
    },
    event(event) {
      first.event?.(event);
      second.event?.(event);
    },
  };
}
