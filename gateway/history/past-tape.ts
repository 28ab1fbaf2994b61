/**
 * The book of a past moment, and what has been read of the time behind it: transactions wait in a
 * queue until the time that is played has come to them.
 *
 * ```
 *   moment        shown              read
 *     |--- taken ---|--- the queue ---|      positions of the engine's stream
 *                 book            the player's own book, which hash records are compared with
 * ```
 */

import {
  type Crc32,
  LevelBook,
  nanosToMicros,
  type PastChange,
  type PastInstrument,
  type PastMoment,
  PastPlayer,
  Side,
} from '../../feed/index.ts';

/** One transaction of the instrument. */
export interface TapeEntry {
  /** The position behind it, and the instrument's sequence. */
  readonly position: number;
  readonly sequence: number;
  readonly transaction: number;
  readonly timeUs: number;
  readonly change: PastChange;
}

export class PastTape {
  readonly moment: PastMoment;
  readonly instrument: PastInstrument;
  /** As shown; a copy, because the player's is ahead of it. */
  readonly book: LevelBook;
  sequence: number;
  transaction: number;
  /** Of the last transaction that is shown, whosever it was at the moment. */
  timeUs: number;
  position: number;
  /** Of the newest transaction that has been read. */
  readTimeUs: number;
  readonly #player: PastPlayer;
  #queue: TapeEntry[] = [];
  #taken = 0;

  constructor(moment: PastMoment, instrument: PastInstrument, crc32: Crc32) {
    this.moment = moment;
    this.instrument = instrument;
    this.#player = new PastPlayer(moment, crc32);
    this.book = copyOf(instrument.id, instrument.book);
    this.sequence = instrument.sequence;
    this.transaction = instrument.transaction;
    this.timeUs = nanosToMicros(moment.time.high, moment.time.low);
    this.position = moment.position.sequence;
    this.readTimeUs = this.timeUs;
  }

  /** The position up to which everything has been read. */
  get read(): number {
    return this.#player.next;
  }

  /** Packets from `read` on. Throws `DecodeError`, also when a book does not have its hash. */
  add(packets: readonly Uint8Array[]): void {
    for (const packet of packets) {
      for (const { transaction, next, time, changes } of this.#player.play(packet)) {
        this.readTimeUs = nanosToMicros(time.high, time.low);
        const change = changes.find(({ instrument }) => instrument === this.instrument);
        if (change === undefined) continue;
        const { sequence } = this.instrument;
        const timeUs = this.readTimeUs;
        this.#queue.push({ position: next, sequence, transaction, timeUs, change });
      }
    }
  }

  /** The next transaction that is not shown yet. */
  peek(): TapeEntry | undefined {
    return this.#queue[this.#taken];
  }

  /** Shows the next transaction. */
  take(): TapeEntry | undefined {
    const entry = this.peek();
    if (entry === undefined) return undefined;
    this.#taken += 1;
    if (this.#taken === this.#queue.length) {
      this.#queue = [];
      this.#taken = 0;
    }
    const { change, position, sequence, transaction, timeUs } = entry;
    if (change.isCleared) this.book.clear();
    for (const { side, price, quantity, orderCount } of change.levels) {
      this.book.apply(side, price, quantity, orderCount);
    }
    Object.assign(this, { position, sequence, transaction, timeUs });
    return entry;
  }
}

function copyOf(id: number, from: LevelBook): LevelBook {
  const copy = new LevelBook(id);
  for (const side of [Side.Bid, Side.Ask]) {
    for (let i = 0; i < from.levelCount(side); i += 1) {
      copy.apply(side, from.priceAt(side, i), from.quantityAt(side, i), from.orderCountAt(side, i));
    }
  }
  return copy;
}
