/** Plays archived records forward on the books of a past moment, transaction by transaction. */

import type { Aggressor, StreamPosition, TradingStatus } from '../market.ts';
import type { Nanos } from '../nanos.ts';
import {
  type LoadedInstrument,
  readDefinition,
  readIndicative,
  readSide,
} from '../sync/snapshot-loader.ts';
import { DecodeError } from '../wire/decode-error.ts';
import type { Crc32 } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { RecordType } from '../wire/records.ts';
import type { LevelUpdate, StreamedTrade } from './instrument-listener.ts';

/** An instrument of the past; its book changes as it is played. */
export type PastInstrument = {
  -readonly [Field in keyof LoadedInstrument]: LoadedInstrument[Field];
};

/** The books of a stream as they were. */
export interface PastMoment {
  /** The books show every record before `sequence`. */
  readonly position: StreamPosition;
  /** Of the last transaction that they show, by the engine's clock. */
  readonly time: Readonly<Nanos>;
  readonly instruments: ReadonlyMap<number, PastInstrument>;
  /** What it took the relay: records read behind a keyframe, and the time. */
  readonly recordsRead: number;
  readonly micros: number;
  /** What is archived of the epoch: its oldest record, and the one after its newest. */
  readonly oldest: number;
  readonly next: number;
}

/** What one transaction did to one of the instruments that are played. */
export interface PastChange {
  readonly instrument: PastInstrument;
  readonly levels: readonly LevelUpdate[];
  readonly trades: readonly StreamedTrade[];
  /** Of earlier trades that no longer count. */
  readonly busted: readonly number[];
  readonly isStatusChanged: boolean;
  /** The book was emptied before the levels came. */
  readonly isCleared: boolean;
}

export interface PastTransaction {
  readonly transaction: number;
  /** The position behind its last record; of a filtered range, where its packet begins. */
  readonly next: number;
  readonly time: Readonly<Nanos>;
  readonly changes: readonly PastChange[];
}

interface OpenChange {
  readonly instrument: PastInstrument;
  readonly levels: LevelUpdate[];
  readonly trades: StreamedTrade[];
  readonly busted: number[];
  isStatusChanged: boolean;
  isCleared: boolean;
}

/** Of L2. Transactions may span packets. */
export class PastPlayer {
  readonly #instruments: ReadonlyMap<number, PastInstrument>;
  readonly #reader: RecordReader;
  #from: number;
  #transaction = 0;
  #time: Nanos = { high: 0, low: 0 };
  #changes = new Map<number, OpenChange>();

  constructor({ position, instruments }: PastMoment, crc32: Crc32) {
    this.#instruments = instruments;
    this.#from = position.sequence;
    this.#reader = new RecordReader(crc32);
  }

  /** The position up to which it has been played: the next packet begins there, or before. */
  get next(): number {
    return this.#from;
  }

  /** The next packet of the range behind the moment. Throws `DecodeError`, also when a hash differs. */
  *play(packet: Uint8Array): Generator<PastTransaction> {
    const reader = this.#reader;
    const { firstSequence, count, flags } = reader.open(packet);
    if (firstSequence > this.#from) {
      throw new DecodeError(
        'BAD_VALUE',
        24,
        `Records ${this.#from} to ${firstSequence} are missing.`,
      );
    }
    // Where the first packet is whole, it may begin before the moment; a filtered one never does.
    let skipped = flags === 0 ? this.#from - firstSequence : 0;
    this.#from = Math.max(this.#from, firstSequence + count);
    let next = firstSequence;
    while (reader.next()) {
      if (flags === 0) next += 1;
      skipped -= 1;
      if (skipped >= 0) continue;
      this.#record();
      if (!reader.isLast) continue;
      yield {
        transaction: this.#transaction,
        next,
        time: this.#time,
        changes: [...this.#changes.values()],
      };
      this.#changes = new Map();
    }
  }

  #record(): void {
    const reader = this.#reader;
    if (reader.type === RecordType.Transaction) {
      this.#transaction = reader.transaction;
      this.#time = { high: reader.timeHigh, low: reader.timeLow };
      this.#changes = new Map();
      return;
    }
    const instrument = this.#instruments.get(reader.instrument);
    if (instrument === undefined) return;
    instrument.sequence += 1;
    instrument.transaction = this.#transaction;
    this.#change(instrument, this.#changeOf(instrument));
  }

  #change(instrument: PastInstrument, change: OpenChange): void {
    const reader = this.#reader;
    switch (reader.type) {
      case RecordType.Level: {
        const { price, quantity, orderCount } = reader;
        const side = readSide(reader);
        instrument.book.apply(side, price, quantity, orderCount);
        change.levels.push({ side, price, quantity, orderCount });
        break;
      }
      case RecordType.BookClear:
        instrument.book.clear();
        change.isCleared = true;
        change.levels.length = 0;
        break;
      case RecordType.Trade: {
        const { tradeId, price, quantity, detail } = reader;
        change.trades.push({ tradeId, price, quantity, aggressor: detail as Aggressor });
        break;
      }
      case RecordType.TradeBusted:
        change.busted.push(reader.bustedTradeId);
        break;
      case RecordType.Instrument:
        instrument.definition = readDefinition(reader);
        instrument.status = reader.detail as TradingStatus;
        change.isStatusChanged = true;
        break;
      case RecordType.Status:
        instrument.status = reader.detail as TradingStatus;
        instrument.statusReason = reader.statusReason;
        change.isStatusChanged = true;
        break;
      case RecordType.Indicative:
        instrument.indicative = readIndicative(reader);
        change.isStatusChanged = true;
        break;
      case RecordType.BookHash:
        if (!instrument.book.hash.equals(reader.hashLaneA, reader.hashLaneB)) {
          throw new DecodeError(
            'BAD_CHECKSUM',
            0,
            `The book hash of ${instrument.definition.symbol}.`,
          );
        }
        break;
      default:
        break;
    }
  }

  #changeOf(instrument: PastInstrument): OpenChange {
    const known = this.#changes.get(instrument.id);
    if (known !== undefined) return known;
    const change: OpenChange = {
      instrument,
      levels: [],
      trades: [],
      busted: [],
      isStatusChanged: false,
      isCleared: false,
    };
    this.#changes.set(instrument.id, change);
    return change;
  }
}
