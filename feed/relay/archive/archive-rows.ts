/** An archived history as rows of a table: every record with the times of each hop, and every hole. */

import { DecimalScale } from '../../decimal.ts';
import { formatEpoch } from '../../market.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { RecordReader } from '../../wire/record-reader.ts';
import { RecordType } from '../../wire/records.ts';
import { type ArchivedHistory, segmentAt } from './archive-reader.ts';
import { type ArchivedPacket, readSegment } from './segment-reader.ts';

/** One record, or one hole; what a record does not have is `undefined`. */
export interface ArchiveRow {
  /** Name of the record's type, such as LEVEL; HOLE for records that are not kept. */
  readonly record: string;
  readonly epoch: string;
  /** Of the stream: of the record, or the first that is missing. */
  readonly sequence: number;
  /** Of a hole: the last that is missing. */
  readonly lastSequence?: number | undefined;
  readonly transaction?: number | undefined;
  /** Nanoseconds since 1970: sequenced by the engine, sent by it, received by the relay. */
  readonly engineTime?: bigint | undefined;
  readonly publishTime?: bigint | undefined;
  readonly receiveTime?: bigint | undefined;
  readonly instrument?: number | undefined;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  /** Decimal, as the instrument's tick and lot sizes say. */
  readonly price?: string | undefined;
  readonly quantity?: string | undefined;
  readonly orderCount?: number | undefined;
  readonly orderId?: number | undefined;
  readonly tradeId?: number | undefined;
  readonly status?: number | undefined;
}

/** In this order in every table. */
export const ROW_COLUMNS = [
  'record',
  'epoch',
  'sequence',
  'lastSequence',
  'transaction',
  'engineTime',
  'publishTime',
  'receiveTime',
  'instrument',
  'symbol',
  'side',
  'price',
  'quantity',
  'orderCount',
  'orderId',
  'tradeId',
  'status',
] as const satisfies readonly (keyof ArchiveRow)[];

export interface RowRange {
  /** Sequences of the stream, both included. */
  readonly from: number;
  readonly to: number;
  /** Only this one; holes are of all. */
  readonly symbol?: string | undefined;
}

interface Listed {
  readonly symbol: string;
  readonly price: DecimalScale;
  readonly quantity: DecimalScale;
}

const NAMES = new Map<number, string>(
  Object.entries(RecordType).map(([name, type]) => [
    type,
    name.replaceAll(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  ]),
);
const SIDES = ['BID', 'ASK', 'NONE'];
const TWO_32 = 4_294_967_296n;

/** Reads from the keyframe before the range on, so that every row knows its instrument and time. */
export class ArchiveRows {
  readonly #history: ArchivedHistory;
  readonly #range: RowRange;
  readonly #crc32: Crc32;
  readonly #reader: RecordReader;
  readonly #listed = new Map<number, Listed>();
  readonly #epoch: string;
  #transaction: number | undefined;
  #engineTime: bigint | undefined;

  constructor(history: ArchivedHistory, range: RowRange, crc32: Crc32) {
    this.#history = history;
    this.#range = range;
    this.#crc32 = crc32;
    this.#reader = new RecordReader(crc32);
    this.#epoch = formatEpoch(history.epoch);
  }

  /** Of all instruments that have been met so far, asked for or not. */
  get symbols(): ReadonlySet<string> {
    return new Set([...this.#listed.values()].map(({ symbol }) => symbol));
  }

  *rows(): Generator<ArchiveRow> {
    const { segments } = this.#history;
    const { from, to } = this.#range;
    const start = segmentAt(this.#history, from) ?? segments[0];
    let next = start?.firstSequence ?? 0;
    for (const segment of segments.slice(start === undefined ? 0 : segments.indexOf(start))) {
      if (segment.firstSequence > to) break;
      if (segment.firstSequence > next) yield* this.#hole(next, segment.firstSequence - 1);
      const { keyframe, packets } = readSegment(segment.path, this.#crc32);
      for (const packet of keyframe) this.#learn(packet);
      this.#transaction = undefined;
      this.#engineTime = undefined;
      for (const packet of packets) yield* this.#packet(packet);
      next = segment.nextSequence;
    }
  }

  *#hole(first: number, last: number): Generator<ArchiveRow> {
    const { from, to } = this.#range;
    if (last < from || first > to) return;
    yield { record: 'HOLE', epoch: this.#epoch, sequence: first, lastSequence: last };
  }

  *#packet({ packet, firstSequence, receivedAt }: ArchivedPacket): Generator<ArchiveRow> {
    const reader = this.#reader;
    const { from, to, symbol } = this.#range;
    const { publishTime } = reader.open(packet);
    const times = { publishTime: nanosOf(publishTime), receiveTime: nanosOf(receivedAt) };
    for (let sequence = firstSequence; reader.next(); sequence += 1) {
      if (reader.type === RecordType.Transaction) {
        this.#transaction = reader.transaction;
        this.#engineTime = nanosOf({ high: reader.timeHigh, low: reader.timeLow });
      }
      if (reader.type === RecordType.Instrument) this.#list();
      if (sequence < from || sequence > to) continue;
      const listed = this.#listed.get(reader.instrument);
      if (symbol !== undefined && listed?.symbol !== symbol) continue;
      yield { ...this.#row(listed), ...times, sequence };
    }
  }

  #row(listed: Listed | undefined): Omit<ArchiveRow, 'sequence'> {
    const reader = this.#reader;
    const { instrument } = reader;
    const base = {
      record: NAMES.get(reader.type) ?? `TYPE_${reader.type}`,
      epoch: this.#epoch,
      transaction: this.#transaction,
      engineTime: this.#engineTime,
      ...(instrument === 0 ? {} : { instrument, symbol: listed?.symbol }),
    };
    const side = SIDES[reader.detail];
    switch (reader.type) {
      case RecordType.Level: {
        const { orderCount } = reader;
        const amounts = amountsOf(listed, reader.price, reader.quantity);
        return { ...base, side, ...amounts, orderCount };
      }
      case RecordType.Trade: {
        const amounts = amountsOf(listed, reader.price, reader.quantity);
        return { ...base, side, ...amounts, tradeId: reader.tradeId };
      }
      case RecordType.OrderAdded: {
        const amounts = amountsOf(listed, reader.orderPrice, reader.orderQuantity);
        return { ...base, side, ...amounts, orderId: reader.orderId };
      }
      case RecordType.OrderExecuted: {
        const amounts = amountsOf(listed, reader.orderPrice, reader.orderQuantity);
        const { orderId, executedTradeId: tradeId } = reader;
        return { ...base, side, ...amounts, orderId, tradeId };
      }
      case RecordType.OrderReduced: {
        const quantity = listed?.quantity.format(reader.orderQuantity);
        return { ...base, quantity, orderId: reader.orderId };
      }
      case RecordType.OrderRemoved:
        return { ...base, orderId: reader.orderId };
      case RecordType.Status:
      case RecordType.Instrument:
        return { ...base, status: reader.detail };
      case RecordType.Indicative:
        return { ...base, side, ...amountsOf(listed, reader.price, reader.quantity) };
      case RecordType.TradeBusted:
        return { ...base, tradeId: reader.bustedTradeId };
      case RecordType.TradeCorrected: {
        const amounts = amountsOf(listed, reader.price, reader.quantity);
        return { ...base, ...amounts, tradeId: reader.tradeId };
      }
      default:
        return base;
    }
  }

  #learn(packet: Uint8Array): void {
    this.#reader.open(packet);
    while (this.#reader.next()) if (this.#reader.type === RecordType.Instrument) this.#list();
  }

  #list(): void {
    const { instrument, symbol, tickSize, lotSize } = this.#reader;
    const scales = { price: new DecimalScale(tickSize), quantity: new DecimalScale(lotSize) };
    this.#listed.set(instrument, { symbol, ...scales });
  }
}

function amountsOf(listed: Listed | undefined, price: number, quantity: number) {
  return { price: listed?.price.format(price), quantity: listed?.quantity.format(quantity) };
}

function nanosOf({ high, low }: { readonly high: number; readonly low: number }): bigint {
  return BigInt(high) * TWO_32 + BigInt(low);
}
