/** What every book was after every transaction, as the naive engine says, and where that is in the stream. */

import { NaiveMarket } from '../../engine/naive/index.ts';
import type { Command } from '../../engine/protocol/index.ts';
import {
  type Epoch,
  formatEpoch,
  type Nanos,
  RecordReader,
  RecordType,
  Side,
  StreamLevel,
} from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { SimulationFailure } from './simulation-failure.ts';

/** Price, quantity and order count of each level, best first, one after the other. */
export type FlatLevels = readonly number[];

/** One instrument as it was from a transaction on. */
export interface NaiveBook {
  readonly transaction: number;
  /** Bids, asks. */
  readonly levels: readonly FlatLevels[];
  /** Order id and lots shown of each order, in priority, best level first. */
  readonly orders: readonly (readonly number[])[];
}

const SIDES = [Side.Bid, Side.Ask] as const;
const NO_BOOK: NaiveBook = { transaction: 0, levels: [[], []], orders: [[], []] };

/** One market from its first command on; a journal that was lost begins another. */
class NaiveBooks {
  readonly market = new NaiveMarket();
  readonly #books = new Map<number, NaiveBook[]>();

  apply(transaction: number, owner: number, command: Command, time: Readonly<Nanos>): void {
    this.market.apply(owner, command, time);
    this.market.take();
    for (const { id } of this.market.world.instruments) {
      if (!('instrument' in command) || command.instrument === id) this.#keep(transaction, id);
    }
  }

  at(id: number, transaction: number): NaiveBook {
    const books = this.#books.get(id) ?? [];
    let [low, high] = [0, books.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((books[middle] as NaiveBook).transaction <= transaction) low = middle + 1;
      else high = middle;
    }
    return books[low - 1] ?? NO_BOOK;
  }

  #keep(transaction: number, id: number): void {
    const { world } = this.market;
    const instrument = world.instruments[id - 1];
    if (instrument === undefined) return;
    const levels = SIDES.map((side) => naiveLevels(world, instrument, side));
    const orders = SIDES.map((side) =>
      world
        .queue(instrument, side)
        .filter(({ isHidden }) => !isHidden)
        .flatMap(({ orderId, shown }) => [orderId, shown]),
    );
    const books = this.#books.get(id) ?? [];
    this.#books.set(id, books);
    books.push({ transaction, levels, orders });
  }
}

/** What others see of one side: hidden orders are in no level. */
export function naiveLevels(
  world: NaiveMarket['world'],
  instrument: NaiveMarket['world']['instruments'][number],
  side: Side,
): FlatLevels {
  const flat: number[] = [];
  for (const { price, shown, isHidden } of world.queue(instrument, side)) {
    if (isHidden) continue;
    const last = flat.length - 3;
    if (flat[last] === price) {
      flat[last + 1] = (flat[last + 1] as number) + shown;
      flat[last + 2] = (flat[last + 2] as number) + 1;
    } else {
      flat.push(price, shown, 1);
    }
  }
  const venue = [...instrument.venueLevels[side]];
  venue.sort(([a], [b]) => (side === Side.Bid ? b - a : a - b));
  for (const [price, quantity] of venue) flat.push(price, quantity, 0);
  return flat;
}

/** Where transactions end in one stream, and where hashes stand; learned from what was published. */
class StreamMap {
  /** By transaction: the sequence behind its last record. */
  readonly ends: number[] = [];
  /** Sequences of book hashes, by instrument. */
  readonly #hashes = new Map<number, number[]>();
  readonly #reader = new RecordReader(crc32);

  packet(packet: Uint8Array, firstSequence: number): void {
    const reader = this.#reader;
    reader.open(packet);
    for (let sequence = firstSequence; reader.next(); sequence += 1) {
      if (reader.type === RecordType.Transaction) this.end(reader.transaction - 1, sequence);
      if (reader.type === RecordType.BookHash) this.#hash(reader.instrument, sequence);
    }
  }

  end(transaction: number, sequence: number): void {
    const known = this.ends[transaction];
    if (known !== undefined && known !== sequence) {
      const what = `transaction ${transaction} ended at ${known}, and done again at ${sequence}`;
      throw new SimulationFailure('SAME_RECORDS', what);
    }
    // One that was refused has no records: it ends where it began.
    while (this.ends.length <= transaction) this.ends.push(sequence);
  }

  /** The last transaction that ends at `sequence` or before; -1: none. */
  transactionAt(sequence: number): number {
    const { ends } = this;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Behind the first hash of an instrument that comes after `sequence`. */
  behindNextHash(id: number, sequence: number): number {
    const found = this.#hashes.get(id)?.find((at) => at > sequence);
    return found === undefined ? Number.POSITIVE_INFINITY : found + 1;
  }

  #hash(id: number, sequence: number): void {
    const sequences = this.#hashes.get(id) ?? [];
    this.#hashes.set(id, sequences);
    if ((sequences.at(-1) ?? 0) < sequence) sequences.push(sequence);
  }
}

/** One epoch: its books, and its two streams. */
export interface EpochHistory {
  readonly books: NaiveBooks;
  readonly streams: Readonly<Record<StreamLevel, StreamMap>>;
}

export class NaiveHistory {
  #books = new NaiveBooks();
  readonly #epochs = new Map<string, EpochHistory>();

  /** An engine starts in this epoch: a new one, or that of before. */
  begin(epoch: Epoch): EpochHistory {
    const key = formatEpoch(epoch);
    const known = this.#epochs.get(key);
    if (known !== undefined) return known;
    const streams = { [StreamLevel.L2]: new StreamMap(), [StreamLevel.L3]: new StreamMap() };
    const history = { books: this.#books, streams };
    this.#epochs.set(key, history);
    return history;
  }

  /** The market itself is lost. */
  startOver(): void {
    this.#books = new NaiveBooks();
  }

  of(epoch: Epoch): EpochHistory | undefined {
    return this.#epochs.get(formatEpoch(epoch));
  }

  get all(): Iterable<EpochHistory> {
    return this.#epochs.values();
  }
}
