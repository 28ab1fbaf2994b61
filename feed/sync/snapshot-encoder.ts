/** Turns live books into the packets of a book snapshot, one bounded piece at a time. */

import type { LevelView } from '../book/level-book.ts';
import type { Indicative, Instrument } from '../instruments.ts';
import { TARGET_PACKET_BYTES } from '../limits.ts';
import { type Epoch, Side } from '../market.ts';
import type { WallClock } from '../nanos.ts';
import { type Crc32, PacketFlag, packetHeader, sealPacket } from '../wire/packet.ts';
import { RecordWriter } from '../wire/record-writer.ts';
import { RECORD_BYTES, RecordType } from '../wire/records.ts';
import { type BookCopy, type CopiedLevels, isOfOrders } from './book-copy.ts';

/** An instrument with its book, as a snapshot shows it. */
export interface SnapshotInstrument extends Instrument {
  /** The instrument's own sequence: of the last record that the book shows. */
  readonly sequence: number;
  /** The last transaction that touched it. */
  readonly transaction: number;
  readonly book: SnapshotBook;
  /** As `FeedInstrument` has them; absent: nothing is known of them. */
  readonly statusReason?: number;
  readonly indicative?: Indicative;
}

/** A book of a stream: of L3 with the queues of its levels. */
export interface SnapshotBook extends LevelView {
  readonly hash: { readonly laneA: number; readonly laneB: number };
  /** Visits the orders of a level, the one that fills first first, with what each shows. */
  forEachOrder?(
    side: Side,
    price: number,
    visit: (orderId: number, quantity: number) => void,
  ): void;
}

/** Where book snapshots come from: an engine's own books, or a relay's replicas. */
export interface SnapshotProvider {
  /** False while it has not caught up: requests are told NOT_READY. */
  readonly isReady: boolean;
  readonly epoch: Epoch;
  /** Of the stream, after every record that the books show; always between two transactions. */
  readonly nextSequence: number;
  instrumentIds(): readonly number[];
  /** `undefined`: unknown, or its book cannot be vouched for now. */
  instrument(id: number): SnapshotInstrument | undefined;
  findId(symbol: string): number | undefined;
}

export interface SnapshotEncoderOptions {
  /** Of the stream that the snapshot belongs to. */
  readonly topic: Uint8Array;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
}

/**
 * For each instrument: INSTRUMENT, STATUS and INDICATIVE where they say more, its LEVEL records (bids, then asks, sequence 0), or the
 * ORDER_ADDED records of each level's queue, and INSTRUMENT_POSITION, which closes it. Each side goes from the worst level to the best, so that a
 * sorted array with its best level at the end is filled without moving anything. The first sequence in a packet's header is the stream's
 * position that the books in it have reached; it may rise from piece to piece of one snapshot.
 */
export class SnapshotEncoder {
  readonly #records = new RecordWriter();
  readonly #header = packetHeader();
  readonly #options: SnapshotEncoderOptions;

  constructor(options: SnapshotEncoderOptions) {
    this.#options = options;
    this.#records.bytes.set(options.topic);
  }

  /**
   * Encodes instruments from `ids[from]` on until a packet is full or they end, and appends the
   * packets to `out` (at least one). Returns the index of the first id that is still to do. It ends
   * before one that `isLarge`, which is to be copied and encoded by `encodePiece`: without a packet
   * where that is the first.
   */
  encode(
    provider: SnapshotProvider,
    ids: readonly number[],
    from: number,
    out: Uint8Array[],
    isLarge?: (instrument: SnapshotInstrument) => boolean,
  ): number {
    const header = this.#header;
    header.epochSeconds = provider.epoch.seconds;
    header.epochRandom = provider.epoch.random;
    header.firstSequence = provider.nextSequence;
    header.flags = PacketFlag.Snapshot;
    const before = out.length;
    let index = from;
    while (index < ids.length && out.length === before) {
      const instrument = provider.instrument(ids[index] as number);
      if (instrument !== undefined && isLarge?.(instrument) === true) {
        if (index === from) return index;
        break;
      }
      if (instrument !== undefined) this.#writeInstrument(instrument, out);
      index += 1;
    }
    if (!this.#records.isEmpty || out.length === before) this.#seal(out);
    return index;
  }

  /** Encodes the next packet of a copied book, which is all of one position; true: it was the last. */
  encodePiece(copy: BookCopy, out: Uint8Array[]): boolean {
    const header = this.#header;
    header.epochSeconds = copy.epoch.seconds;
    header.epochRandom = copy.epoch.random;
    header.firstSequence = copy.position;
    header.flags = PacketFlag.Snapshot;
    const { id, sequence, transaction } = copy.instrument;
    if (copy.level === 0 && copy.order === 0) this.#writeHead(copy.instrument, out);
    let level = 0;
    for (const side of copy.sides) {
      for (let i = Math.max(0, copy.level - level); i < side.prices.length; i++) {
        const isWhole =
          copy.orders === undefined
            ? this.#pieceOfSide(copy, side, i)
            : this.#pieceOfQueue(copy, side, i);
        if (!isWhole) {
          this.#seal(out);
          return false;
        }
      }
      level += side.prices.length;
    }
    if (!this.#hasRoom(RECORD_BYTES[RecordType.InstrumentPosition])) {
      this.#seal(out);
      return false;
    }
    this.#records.instrumentPosition(id, sequence, copy.laneA, copy.laneB, transaction);
    this.#seal(out);
    return true;
  }

  #pieceOfSide(
    copy: BookCopy,
    { side, prices, quantities, orderCounts }: CopiedLevels,
    i: number,
  ): boolean {
    if (!this.#hasRoom(RECORD_BYTES[RecordType.Level])) return false;
    const [price, quantity] = [prices[i] as number, quantities[i] as number];
    this.#records.level(copy.instrument.id, 0, side, price, quantity, orderCounts[i] as number);
    copy.level += 1;
    return true;
  }

  #pieceOfQueue(copy: BookCopy, { side, prices }: CopiedLevels, i: number): boolean {
    const { orders } = copy;
    if (orders === undefined) return true;
    const { ends, ids, shown } = orders;
    const end = ends[copy.level] as number;
    for (; copy.order < end; copy.order++) {
      if (!this.#hasRoom(RECORD_BYTES[RecordType.OrderAdded])) return false;
      const [orderId, quantity] = [ids[copy.order] as number, shown[copy.order] as number];
      this.#records.orderAdded(copy.instrument.id, 0, side, prices[i] as number, orderId, quantity);
    }
    copy.level += 1;
    return true;
  }

  #writeInstrument(instrument: SnapshotInstrument, out: Uint8Array[]): void {
    const { id, sequence, book } = instrument;
    this.#writeHead(instrument, out);
    for (const side of [Side.Bid, Side.Ask]) {
      if (isOfOrders(instrument)) this.#writeQueues(id, side, book, out);
      else this.#writeSide(id, side, book, out);
    }
    this.#reserve(RECORD_BYTES[RecordType.InstrumentPosition], out);
    const { laneA, laneB } = book.hash;
    this.#records.instrumentPosition(id, sequence, laneA, laneB, instrument.transaction);
  }

  #writeHead(instrument: Omit<SnapshotInstrument, 'book'>, out: Uint8Array[]): void {
    const { id, sequence } = instrument;
    this.#reserve(RECORD_BYTES[RecordType.Instrument], out);
    this.#records.instrument(
      id,
      sequence,
      instrument.status,
      instrument.bookKind,
      instrument.lowestPrice,
      instrument.highestPrice,
      instrument.tickSize,
      instrument.lotSize,
      instrument.symbol,
    );
    this.#writeAuction(instrument, out);
  }

  #writeAuction(
    { id, status, statusReason, indicative }: Omit<SnapshotInstrument, 'book'>,
    out: Uint8Array[],
  ) {
    if (statusReason !== undefined && statusReason !== 0) {
      this.#reserve(RECORD_BYTES[RecordType.Status], out);
      this.#records.status(id, 0, status, statusReason);
    }
    if (indicative !== undefined && indicative.volume > 0) {
      this.#reserve(RECORD_BYTES[RecordType.Indicative], out);
      const { price, volume, imbalance, side } = indicative;
      this.#records.indicative(id, 0, side, price, volume, imbalance);
    }
  }

  #writeSide(id: number, side: Side, book: LevelView, out: Uint8Array[]): void {
    for (let i = book.levelCount(side) - 1; i >= 0; i--) {
      this.#reserve(RECORD_BYTES[RecordType.Level], out);
      const price = book.priceAt(side, i);
      this.#records.level(id, 0, side, price, book.quantityAt(side, i), book.orderCountAt(side, i));
    }
  }

  #writeQueues(id: number, side: Side, book: SnapshotBook, out: Uint8Array[]): void {
    for (let i = book.levelCount(side) - 1; i >= 0; i--) {
      const price = book.priceAt(side, i);
      book.forEachOrder?.(side, price, (orderId, quantity) => {
        this.#reserve(RECORD_BYTES[RecordType.OrderAdded], out);
        this.#records.orderAdded(id, 0, side, price, orderId, quantity);
      });
    }
  }

  #reserve(bytes: number, out: Uint8Array[]): void {
    if (!this.#hasRoom(bytes)) this.#seal(out);
  }

  #hasRoom(bytes: number): boolean {
    return this.#records.length < TARGET_PACKET_BYTES && this.#records.fits(bytes);
  }

  #seal(out: Uint8Array[]): void {
    this.#options.wallClock(this.#header.publishTime);
    this.#header.count = 0;
    const packet = this.#records.take();
    sealPacket(packet, this.#header, this.#options.crc32);
    out.push(packet);
  }
}
