/** Tells a listener what the packets of one topic say, each thing once and in order. */

import { NOTHING_CROSSES } from '../instruments.ts';
import {
  type Aggressor,
  type Epoch,
  type InstrumentId,
  NO_EPOCH,
  type TradingStatus,
} from '../market.ts';
import { type Nanos, nanos } from '../nanos.ts';
import { readDefinition, readIndicative, readSide } from '../sync/snapshot-loader.ts';
import { DecodeError } from '../wire/decode-error.ts';
import { RecordType } from '../wire/records.ts';
import type { RelayRecordReader } from '../wire/relay-record-reader.ts';
import type { CandleFields } from '../wire/relay-record-writer.ts';
import { TopicKind } from '../wire/topic.ts';
import type { InstrumentListener, StreamMoment } from './instrument-listener.ts';
import type { InstrumentView, TopicPlace } from './instrument-view.ts';

/** The one object that every call is given. */
class ReusedMoment implements StreamMoment {
  epoch: Epoch = NO_EPOCH;
  sequence = 0;
  transaction = 0;
  readonly engineTime: Nanos = nanos();
  readonly publishTime: Nanos = nanos();
}

export class TopicTeller {
  readonly #reader: RelayRecordReader;
  readonly #listener: InstrumentListener;
  readonly #moment = new ReusedMoment();

  constructor(reader: RelayRecordReader, listener: InstrumentListener) {
    this.#reader = reader;
    this.#listener = listener;
  }

  /** A packet that covers part of the shard's stream; it is open in the reader. */
  packet(view: InstrumentView, place: TopicPlace, epoch: Epoch): void {
    const { firstSequence: first, count } = this.#reader.header;
    const next = first + count;
    if (place.next !== 0 && next <= place.next) return;
    if (place.next !== 0 && first > place.next) this.#missed(view, place, first);
    if (!place.isOpen) place.firstCovered = first;
    place.next = next;
    this.#begin(place, epoch);
    while (this.#reader.next()) this.#record(view, place);
  }

  /** Nothing new: where the topic stands, and what is so there. */
  heartbeat(view: InstrumentView, place: TopicPlace, epoch: Epoch): void {
    const { firstSequence: next } = this.#reader.header;
    // What has been told since is newer; a heartbeat of another relay may be behind.
    if (next < place.next) return;
    if (place.next !== 0 && next > place.next) this.#missed(view, place, next);
    place.next = next;
    place.isOpen = false;
    this.#begin(place, epoch);
    while (this.#reader.next()) {
      if (place.kind === TopicKind.ConflatedBook) this.#position(view, next);
      else this.#tell(view, place);
    }
  }

  #begin(place: TopicPlace, epoch: Epoch): void {
    const moment = this.#moment;
    const { publishTime } = this.#reader.header;
    moment.epoch = epoch;
    moment.sequence = place.next;
    // A transaction may go on from the packet before.
    moment.transaction = place.isOpen ? place.transaction : 0;
    moment.engineTime.high = place.isOpen ? place.timeHigh : 0;
    moment.engineTime.low = place.isOpen ? place.timeLow : 0;
    moment.publishTime.high = publishTime.high;
    moment.publishTime.low = publishTime.low;
  }

  #missed(view: InstrumentView, place: TopicPlace, to: number): void {
    const from = place.next;
    place.isOpen = false;
    place.levels = [];
    if (place.kind === TopicKind.Trades) this.#listener.tradesMissed?.(view, from, to);
  }

  #record(view: InstrumentView, place: TopicPlace): void {
    const reader = this.#reader;
    if (reader.type === RecordType.Transaction) {
      this.#open(place);
    } else if (!place.isOpen) {
      // The beginning of a transaction is lost: of a book that cannot be made good.
      if (place.kind === TopicKind.ConflatedBook) view.follower?.missed(place.next);
    } else if (!place.isRepeated) {
      this.#tell(view, place);
    }
    if (reader.isLast && place.isOpen) this.#end(view, place);
  }

  #open(place: TopicPlace): void {
    const { transaction, timeHigh, timeLow } = this.#reader;
    // Of trades each transaction is told once, also where packets overlap.
    place.isRepeated = place.kind === TopicKind.Trades && transaction <= place.transaction;
    place.isOpen = true;
    place.levels = [];
    place.transaction = Math.max(place.transaction, transaction);
    place.timeHigh = timeHigh;
    place.timeLow = timeLow;
    this.#moment.transaction = transaction;
    this.#moment.engineTime.high = timeHigh;
    this.#moment.engineTime.low = timeLow;
  }

  #end(view: InstrumentView, place: TopicPlace): void {
    place.isOpen = false;
    if (place.kind !== TopicKind.ConflatedBook) return;
    const { levels, next } = place;
    const { type, hashLaneA: laneA, hashLaneB: laneB } = this.#reader;
    const hash = type === RecordType.BookHash ? { laneA, laneB } : undefined;
    const isChanged = view.follower?.diff({ first: place.firstCovered, next, levels, hash });
    place.levels = [];
    place.firstCovered = next;
    if (isChanged) this.#listener.bookChanged?.(view, levels, this.#moment);
  }

  #position(view: InstrumentView, next: number): void {
    const { type, hashLaneA, hashLaneB } = this.#reader;
    if (type === RecordType.InstrumentPosition)
      view.follower?.announced(next, hashLaneA, hashLaneB);
  }

  #tell(view: InstrumentView, place: TopicPlace): void {
    const reader = this.#reader;
    switch (reader.type) {
      case RecordType.Level: {
        const { price, quantity, orderCount } = reader;
        place.levels.push({ side: readSide(reader), price, quantity, orderCount });
        break;
      }
      case RecordType.BestBidOffer:
        this.#best(view);
        break;
      case RecordType.Trade: {
        const { tradeId, price, quantity } = reader;
        const trade = { tradeId, aggressor: readAggressor(reader), price, quantity };
        this.#listener.traded?.(view, trade, this.#moment);
        break;
      }
      case RecordType.TradeBusted:
        this.#listener.tradeBusted?.(view, reader.bustedTradeId, this.#moment);
        break;
      case RecordType.TradeCorrected: {
        const { tradeId, price, quantity } = reader;
        this.#listener.tradeCorrected?.(view, { tradeId, price, quantity }, this.#moment);
        break;
      }
      case RecordType.Candle:
        this.#candle(view, reader.candle);
        break;
      case RecordType.Statistics: {
        const before = view.statistics;
        view.statistics = reader.candle;
        if (!isSame(view.statistics, before)) {
          this.#listener.statisticsChanged?.(view, this.#moment);
        }
        break;
      }
      default:
        this.#status(view);
    }
  }

  #best(view: InstrumentView): void {
    const { bidPrice, bidQuantity, bidOrders, askPrice, askQuantity, askOrders } = this.#reader;
    const before = view.best;
    const bid = { price: bidPrice, quantity: bidQuantity, orderCount: bidOrders };
    const ask = { price: askPrice, quantity: askQuantity, orderCount: askOrders };
    view.best = { bid, ask };
    if (isSame(bid, before?.bid) && isSame(ask, before?.ask)) return;
    this.#listener.bestChanged?.(view, this.#moment);
  }

  #candle(view: InstrumentView, candle: CandleFields): void {
    const known = view.candles.get(candle.interval);
    if (known !== undefined && isSame(candle, known)) return;
    if (known === undefined || candle.start >= known.start) {
      view.candles.set(candle.interval, candle);
    }
    this.#listener.candleChanged?.(view, candle, this.#moment);
  }

  /** INSTRUMENT, STATUS and INDICATIVE come together; the last of them completes what is known. */
  #status(view: InstrumentView): void {
    const reader = this.#reader;
    if (reader.type === RecordType.Instrument) {
      const { statusReason = 0, indicative = NOTHING_CROSSES } = view.status ?? {};
      const status = reader.detail as TradingStatus;
      const id = view.id as InstrumentId;
      view.draft = { ...readDefinition(reader), id, status, statusReason, indicative };
    } else if (view.draft !== undefined && reader.type === RecordType.Status) {
      const { statusReason } = reader;
      view.draft = { ...view.draft, status: reader.detail as TradingStatus, statusReason };
    } else if (view.draft !== undefined && reader.type === RecordType.Indicative) {
      const now = { ...view.draft, indicative: readIndicative(reader) };
      const before = view.status;
      view.status = now;
      const { indicative, ...plain } = now;
      const { indicative: indicativeBefore, ...plainBefore } = before ?? {};
      if (isSame(plain, plainBefore) && isSame(indicative, indicativeBefore)) return;
      this.#listener.statusChanged?.(view, this.#moment);
    }
  }
}

/** Of flat objects. */
function isSame(now: object, before: object | undefined): boolean {
  if (before === undefined) return false;
  const known = before as Readonly<Record<string, unknown>>;
  return Object.entries(now).every(([name, value]) => known[name] === value);
}

function readAggressor(reader: RelayRecordReader): Aggressor {
  const { detail } = reader;
  if (detail > 2) throw new DecodeError('BAD_VALUE', 3, `There is no aggressor ${detail}.`);
  return detail as Aggressor;
}
