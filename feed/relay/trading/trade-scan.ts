/** Counts the trades in archived packets, without building books. */

import { nanosToMicros } from '../../nanos.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { RecordReader } from '../../wire/record-reader.ts';
import { RecordType } from '../../wire/records.ts';
import type { TradingHistory } from './trading-history.ts';

const MICROS_PER_SECOND = 1_000_000;

/** Of whole transactions only: what is behind the last one comes again with its end. */
export class TradeScan {
  readonly #history: TradingHistory;
  readonly #reader: RecordReader;
  #transaction = 0;
  #second = 0;
  #changes: (() => void)[] = [];

  constructor(history: TradingHistory, crc32: Crc32) {
    this.#history = history;
    this.#reader = new RecordReader(crc32);
  }

  /** The next packet of an archive, which was checked when it was kept. Throws `DecodeError`. */
  packet(packet: Uint8Array): void {
    const reader = this.#reader;
    reader.open(packet);
    while (reader.next()) {
      if (reader.type === RecordType.Transaction) {
        this.#transaction = reader.transaction;
        const micros = nanosToMicros(reader.timeHigh, reader.timeLow);
        this.#second = Math.floor(micros / MICROS_PER_SECOND);
        this.#changes = [];
      } else {
        this.#trade(reader);
      }
      if (reader.isLast && this.#transaction > 0) this.#end();
    }
  }

  #trade(reader: RecordReader): void {
    const history = this.#history;
    const { instrument } = reader;
    if (reader.type === RecordType.Trade) {
      const { tradeId, price, quantity } = reader;
      this.#changes.push(() => history.traded(instrument, tradeId, price, quantity));
    } else if (reader.type === RecordType.TradeBusted) {
      const { bustedTradeId } = reader;
      this.#changes.push(() => history.busted(instrument, bustedTradeId));
    } else if (reader.type === RecordType.TradeCorrected) {
      const { tradeId, price, quantity } = reader;
      this.#changes.push(() => history.corrected(instrument, tradeId, price, quantity));
    }
  }

  #end(): void {
    if (this.#history.begin(this.#transaction, this.#second)) {
      for (const change of this.#changes) change();
    }
    this.#transaction = 0;
    this.#changes = [];
  }
}
