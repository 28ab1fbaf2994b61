/** Where one instrument's own records stand in one stream. */

import { nanos } from '../feed/index.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { StateReader, StateWriter } from './state.ts';

export class InstrumentStream {
  readonly id: number;
  readonly instrument: ListedInstrument;
  /** Of the last record written. */
  sequence = 0;
  /** What that was when a heartbeat last came by. */
  sequenceAtHeartbeat = -1;
  /** The last transaction that wrote one. */
  transaction = 0;
  /** Engine time of the last hash record; `hasHash` says that there is one. */
  hashTimeHigh = 0;
  hashTimeLow = 0;
  hasHash = false;
  /** The book was touched by the transaction under way. */
  isTouched = false;

  constructor(instrument: ListedInstrument) {
    this.id = instrument.id;
    this.instrument = instrument;
  }

  saveState(writer: StateWriter): void {
    writer.int(this.sequence);
    writer.int(this.transaction);
    writer.bool(this.hasHash);
    writer.u64(this.hashTimeHigh, this.hashTimeLow);
  }

  loadState(reader: StateReader): void {
    this.sequence = reader.int(0);
    this.transaction = reader.int(0);
    this.hasHash = reader.bool();
    const time = nanos();
    reader.u64(time);
    this.hashTimeHigh = time.high;
    this.hashTimeLow = time.low;
  }
}
