/** Writes what a relay works out by itself: best bid and offer, candles, statistics, its own state. */

import { openingOf } from './record-buffer.ts';
import { RecordWriter } from './record-writer.ts';
import { RecordType } from './records.ts';

/** What a CANDLE or STATISTICS record tells. Prices in ticks, the volume in lots. */
export interface CandleFields {
  /** Seconds. */
  readonly interval: number;
  /** Where the interval begins: seconds since 1970. */
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
  /** `CandleFlag`s. */
  readonly flags: number;
}

const NANOS_PER_SECOND = 1_000_000_000;
const TWO_32 = 4_294_967_296;

export class RelayRecordWriter extends RecordWriter {
  /** A quantity of 0 says that the side is empty. */
  bestBidOffer(
    instrument: number,
    sequence: number,
    bidPrice: number,
    bidQuantity: number,
    bidOrders: number,
    askPrice: number,
    askQuantity: number,
    askOrders: number,
  ): void {
    const at = this.open(openingOf(RecordType.BestBidOffer), 0, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, 0);
    this.i64(at + 16, bidPrice);
    this.i64(at + 24, bidQuantity);
    this.i64(at + 32, askPrice);
    this.i64(at + 40, askQuantity);
    this.u32(at + 48, bidOrders);
    this.u32(at + 52, askOrders);
  }

  candle(instrument: number, sequence: number, candle: CandleFields): void {
    this.#candle(RecordType.Candle, instrument, sequence, candle);
  }

  statistics(instrument: number, sequence: number, window: CandleFields): void {
    this.#candle(RecordType.Statistics, instrument, sequence, window);
  }

  /** `rotationMs`: within this every topic of every instrument has a heartbeat. */
  relayState(state: number, reason: number, rotationMs: number): void {
    const at = this.open(openingOf(RecordType.RelayState), state, 0);
    this.u32(at + 8, reason);
    this.u32(at + 12, rotationMs);
  }

  #candle(
    type: typeof RecordType.Candle | typeof RecordType.Statistics,
    instrument: number,
    sequence: number,
    candle: CandleFields,
  ): void {
    const at = this.open(openingOf(type), candle.flags, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, candle.interval);
    this.#seconds(at + 16, candle.start);
    this.i64(at + 24, candle.open);
    this.i64(at + 32, candle.high);
    this.i64(at + 40, candle.low);
    this.i64(at + 48, candle.close);
    this.i64(at + 56, candle.volume);
    this.i64(at + 64, candle.trades);
  }

  /** In nanoseconds, exactly: 10^9 is 2^9 x 1,953,125, so the product has at most 53 bits that count. */
  #seconds(at: number, seconds: number): void {
    const value = seconds * NANOS_PER_SECOND;
    this.u32(at, value % TWO_32);
    this.u32(at + 4, Math.floor(value / TWO_32));
  }
}
