/** Writes the rarer records: listings, statuses, hashes, positions, and trades that change. */

import { openingOf, RecordBuffer } from './record-buffer.ts';
import { RecordType } from './records.ts';

export abstract class StateRecordWriter extends RecordBuffer {
  bookClear(instrument: number, sequence: number): void {
    const at = this.open(openingOf(RecordType.BookClear), 0, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, 0);
  }

  status(instrument: number, sequence: number, status: number, reason: number): void {
    const at = this.open(openingOf(RecordType.Status), status, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, reason);
  }

  /** `sequence` is 0 in snapshots. */
  indicative(
    instrument: number,
    sequence: number,
    imbalanceSide: number,
    price: number,
    volume: number,
    imbalance: number,
  ): void {
    const at = this.open(openingOf(RecordType.Indicative), imbalanceSide, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, 0);
    this.i64(at + 16, price);
    this.i64(at + 24, volume);
    this.i64(at + 32, imbalance);
  }

  tradeBusted(instrument: number, sequence: number, tradeId: number): void {
    const at = this.open(openingOf(RecordType.TradeBusted), 0, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, 0);
    this.i64(at + 16, tradeId);
  }

  tradeCorrected(
    instrument: number,
    sequence: number,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    const at = this.open(openingOf(RecordType.TradeCorrected), 0, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, 0);
    this.i64(at + 16, price);
    this.i64(at + 24, quantity);
    this.i64(at + 32, tradeId);
  }

  instrument(
    instrument: number,
    sequence: number,
    status: number,
    bookKind: number,
    lowestPrice: number,
    highestPrice: number,
    tickSize: string,
    lotSize: string,
    symbol: string,
  ): void {
    const at = this.open(openingOf(RecordType.Instrument), status, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, bookKind);
    this.i64(at + 16, lowestPrice);
    this.i64(at + 24, highestPrice);
    this.text(at + 32, 24, tickSize);
    this.text(at + 56, 24, lotSize);
    this.text(at + 80, 32, symbol);
  }

  bookHash(
    instrument: number,
    sequence: number,
    laneA: number,
    laneB: number,
    bidLevels: number,
    askLevels: number,
  ): void {
    const at = this.open(openingOf(RecordType.BookHash), 0, instrument);
    this.u32(at + 8, sequence);
    this.u32(at + 12, 0);
    this.i64(at + 16, sequence);
    this.u32(at + 24, laneA);
    this.u32(at + 28, laneB);
    this.u32(at + 32, bidLevels);
    this.u32(at + 36, askLevels);
  }

  epochStart(previousSeconds: number, previousRandom: number, lastSequence: number): void {
    const at = this.open(openingOf(RecordType.EpochStart), 0, 0);
    this.u32(at + 8, previousSeconds);
    this.u32(at + 12, previousRandom);
    this.i64(at + 16, lastSequence);
  }

  instrumentPosition(
    instrument: number,
    lastSequence: number,
    laneA: number,
    laneB: number,
    lastTransaction: number,
  ): void {
    const at = this.open(openingOf(RecordType.InstrumentPosition), 0, instrument);
    this.i64(at + 8, lastSequence);
    this.u32(at + 16, laneA);
    this.u32(at + 20, laneB);
    this.i64(at + 24, lastTransaction);
  }
}
