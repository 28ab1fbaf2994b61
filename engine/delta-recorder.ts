/** Writes what the market tells into the L2 stream: every book as price levels. */

import { type Aggressor, BOOK_HASH_INTERVAL_NS, type BookHash, type Side } from '../feed/index.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import { StreamRecorder } from './stream-recorder.ts';

export class DeltaRecorder extends StreamRecorder {
  protected override readonly part = 'dlta';

  levelChanged(
    instrument: ListedInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    this.writeLevel(instrument, side, price, quantity, orderCount);
  }

  traded(
    instrument: ListedInstrument,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    this.writeTrade(instrument, aggressor, price, quantity, tradeId);
  }

  rested(): void {
    // The L2 stream knows levels only.
  }

  reduced(): void {
    // The L2 stream knows levels only.
  }

  protected hashOf(instrument: ListedInstrument): BookHash {
    return instrument.bookHash();
  }

  protected hashIntervalNs(): number {
    return BOOK_HASH_INTERVAL_NS;
  }
}
