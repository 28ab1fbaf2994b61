/** Reads what a relay works out by itself, beside the records of the shard's stream. */

import { nanosToMicros } from '../nanos.ts';
import { RecordReader } from './record-reader.ts';
import type { CandleFields } from './relay-record-writer.ts';

const MICROS_PER_SECOND = 1_000_000;

export class RelayRecordReader extends RecordReader {
  // BestBidOffer
  get bidPrice(): number {
    return this.i64(16);
  }
  get bidQuantity(): number {
    return this.u64(24);
  }
  get askPrice(): number {
    return this.i64(32);
  }
  get askQuantity(): number {
    return this.u64(40);
  }
  get bidOrders(): number {
    return this.u32(48);
  }
  get askOrders(): number {
    return this.u32(52);
  }

  // Candle and Statistics
  get interval(): number {
    return this.u32(12);
  }
  get openPrice(): number {
    return this.i64(24);
  }
  get high(): number {
    return this.i64(32);
  }
  get low(): number {
    return this.i64(40);
  }
  get close(): number {
    return this.i64(48);
  }
  get volume(): number {
    return this.u64(56);
  }
  get trades(): number {
    return this.u64(64);
  }
  /** The whole record as an object. Throws `DecodeError`. */
  get candle(): CandleFields {
    return {
      interval: this.interval,
      start: Math.floor(nanosToMicros(this.timeHigh, this.timeLow) / MICROS_PER_SECOND),
      open: this.openPrice,
      high: this.high,
      low: this.low,
      close: this.close,
      volume: this.volume,
      trades: this.trades,
      flags: this.detail,
    };
  }

  // RelayState
  get relayReason(): number {
    return this.u32(8);
  }
  get rotationMs(): number {
    return this.u32(12);
  }
}
