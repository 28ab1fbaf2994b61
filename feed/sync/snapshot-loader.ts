/** Builds books from the packets of a book snapshot, beside the books in use. */

import { LevelBook } from '../book/level-book.ts';
import { OrderBook } from '../book/order-book.ts';
import { type Indicative, type InstrumentDefinition, NOTHING_CROSSES } from '../instruments.ts';
import { BookKind, type Epoch, type Side, type TradingStatus } from '../market.ts';
import { DecodeError } from '../wire/decode-error.ts';
import { type Crc32, PacketFlag } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { RecordType } from '../wire/records.ts';
import { StreamLevel, shardTopic } from '../wire/topic.ts';
import { expectTopic } from './stream-topic.ts';

/** One instrument out of a snapshot: its hash has been compared. */
export interface LoadedInstrument {
  readonly id: number;
  readonly definition: InstrumentDefinition;
  readonly status: TradingStatus;
  readonly statusReason: number;
  readonly indicative: Indicative;
  readonly book: LevelBook;
  /** The instrument's own sequence, and the last transaction that touched it. */
  readonly sequence: number;
  readonly transaction: number;
  /** The stream's position that this book has reached. */
  readonly streamSequence: number;
}

interface OpenInstrument {
  readonly id: number;
  readonly definition: InstrumentDefinition;
  readonly status: TradingStatus;
  statusReason: number;
  indicative: Indicative;
  readonly book: LevelBook;
}

export class SnapshotLoader {
  readonly #reader: RecordReader;
  #open: OpenInstrument | undefined;
  readonly loaded: LoadedInstrument[] = [];
  /** Of the first packet: where the stream is to be followed from. 0 before it. */
  firstSequence = 0;
  #epoch: Epoch | undefined;
  readonly #level: StreamLevel;
  readonly #topic: Uint8Array;

  constructor(crc32: Crc32, level: StreamLevel = StreamLevel.L2, shard = 0) {
    this.#level = level;
    this.#topic = shardTopic(level, shard);
    this.#reader = new RecordReader(crc32);
  }

  get epoch(): Epoch | undefined {
    return this.#epoch;
  }

  /** True between two instruments: a snapshot may end only there. */
  get isComplete(): boolean {
    return this.#epoch !== undefined && this.#open === undefined;
  }

  /** Throws `DecodeError` for what is no part of this snapshot; it is then of no use any more. */
  add(packet: Uint8Array): void {
    const reader = this.#reader;
    const header = reader.open(packet);
    if ((header.flags & PacketFlag.Snapshot) === 0) {
      throw new DecodeError('BAD_HEADER', 0, 'It is not marked as part of a snapshot.');
    }
    expectTopic(packet, this.#topic);
    const epoch = { seconds: header.epochSeconds, random: header.epochRandom };
    if (this.#epoch === undefined) {
      this.#epoch = epoch;
      this.firstSequence = header.firstSequence;
    } else if (epoch.seconds !== this.#epoch.seconds || epoch.random !== this.#epoch.random) {
      throw new DecodeError('BAD_VALUE', 0, 'The epoch changed within a snapshot.');
    }
    while (reader.next()) this.#record(reader, header.firstSequence);
  }

  #record(reader: RecordReader, streamSequence: number): void {
    switch (reader.type) {
      case RecordType.Instrument:
        if (this.#open !== undefined) throw unexpected(reader);
        this.#open = {
          id: reader.instrument,
          definition: readDefinition(reader),
          status: reader.detail as TradingStatus,
          statusReason: 0,
          indicative: NOTHING_CROSSES,
          book: this.#newBook(reader.instrument),
        };
        break;
      case RecordType.Status:
        this.#expectOpen(reader).statusReason = reader.statusReason;
        break;
      case RecordType.Indicative:
        this.#expectOpen(reader).indicative = readIndicative(reader);
        break;
      case RecordType.OrderAdded:
        this.#addOrder(reader, this.#expectOpen(reader));
        break;
      case RecordType.Level:
        this.#addLevel(reader, this.#expectOpen(reader));
        break;
      case RecordType.InstrumentPosition:
        this.#close(reader, streamSequence);
        break;
      default:
        break;
    }
  }

  #newBook(id: number): LevelBook {
    return this.#level === StreamLevel.L3 ? new OrderBook(id) : new LevelBook(id);
  }

  /** A book of orders that came as levels has the right levels, and nothing in its queues. */
  #addLevel(reader: RecordReader, { book, definition }: OpenInstrument): void {
    const isOfOrders = this.#level === StreamLevel.L3 && definition.bookKind === BookKind.Orders;
    if (isOfOrders) throw wrongLevel(reader);
    book.apply(readSide(reader), reader.price, reader.quantity, reader.orderCount);
  }

  #addOrder(reader: RecordReader, { book, definition }: OpenInstrument): void {
    const side = readSide(reader);
    const { orderId, orderPrice, orderQuantity } = reader;
    const isOfLevels = definition.bookKind === BookKind.Levels;
    if (!(book instanceof OrderBook) || isOfLevels) throw wrongLevel(reader);
    if (orderId < 1 || orderQuantity < 1 || book.findRow(orderId) !== 0) {
      throw new DecodeError('BAD_VALUE', 16, `Order ${orderId} does not fit the book.`);
    }
    book.add(side, orderPrice, orderId, orderQuantity);
  }

  #close(reader: RecordReader, streamSequence: number): void {
    const open = this.#expectOpen(reader);
    if (!open.book.hash.equals(reader.hashLaneA, reader.hashLaneB)) {
      throw new DecodeError('BAD_CHECKSUM', 0, `The book hash of ${open.definition.symbol}.`);
    }
    this.#open = undefined;
    this.loaded.push({
      ...open,
      sequence: reader.lastSequence,
      transaction: reader.lastTransaction,
      streamSequence,
    });
  }

  #expectOpen(reader: RecordReader): OpenInstrument {
    const open = this.#open;
    if (open === undefined || open.id !== reader.instrument) throw unexpected(reader);
    return open;
  }
}

/** The definition in an INSTRUMENT record. Throws `DecodeError`. */
export function readDefinition(reader: RecordReader): InstrumentDefinition {
  return {
    symbol: reader.symbol,
    tickSize: reader.tickSize,
    lotSize: reader.lotSize,
    bookKind: reader.bookKind as BookKind,
    lowestPrice: reader.lowestPrice,
    highestPrice: reader.highestPrice,
  };
}

/** What an INDICATIVE record tells. Throws `DecodeError`. */
export function readIndicative(reader: RecordReader): Indicative {
  const { price, quantity: volume, imbalance } = reader;
  return { price, volume, imbalance, side: readSide(reader) };
}

/** The side in a LEVEL, ORDER_ADDED or INDICATIVE record. Throws `DecodeError`. */
export function readSide(reader: RecordReader): Side {
  const side = reader.detail;
  if (side !== 0 && side !== 1) throw new DecodeError('BAD_VALUE', 3, `There is no side ${side}.`);
  return side;
}

function wrongLevel(reader: RecordReader): DecodeError {
  const what = `Record type ${reader.type} tells no book of instrument ${reader.instrument} here.`;
  return new DecodeError('WRONG_LEVEL', 0, what);
}

function unexpected(reader: RecordReader): DecodeError {
  const what = `Record type ${reader.type} of instrument ${reader.instrument} is out of place.`;
  return new DecodeError('BAD_VALUE', 0, what);
}
