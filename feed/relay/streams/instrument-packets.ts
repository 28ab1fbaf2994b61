/** Writes the packets of single instruments: what has changed since the last one of each topic. */

import type { FeedInstrument } from '../../listener.ts';
import { type Epoch, type FeedState, Side, type StateReason } from '../../market.ts';
import type { WallClock } from '../../nanos.ts';
import { CoveringWriter } from '../../wire/covering-writer.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { RECORD_BYTES, RecordType } from '../../wire/records.ts';
import type { CandleFields } from '../../wire/relay-record-writer.ts';
import { REASON_NUMBERS, STATE_NUMBERS } from '../../wire/state-numbers.ts';
import { encodeTopic, StreamLevel, TopicKind } from '../../wire/topic.ts';
import type { InstrumentKind, StreamedInstrument } from './streamed-instrument.ts';
import type { TradeEvent } from './transaction-trades.ts';

/** The replica of the L2 stream. */
export interface StreamSource {
  readonly isReady: boolean;
  readonly epoch: Epoch;
  /** After the last whole transaction that the books show. */
  readonly nextSequence: number;
  readonly state: FeedState;
  readonly reason: StateReason;
  readonly instruments: ReadonlyMap<number, FeedInstrument>;
  /** Whether the book of an instrument can be vouched for. */
  isProven(id: number): boolean;
}

export interface InstrumentPacketsOptions {
  readonly source: StreamSource;
  readonly shard?: number;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly send: (packet: Uint8Array) => void;
}

export class InstrumentPackets {
  readonly #source: StreamSource;
  readonly #writer: CoveringWriter;
  readonly #relayTopic: Uint8Array;

  constructor({ source, shard = 0, crc32, wallClock, send }: InstrumentPacketsOptions) {
    this.#source = source;
    this.#writer = new CoveringWriter({ crc32, wallClock, sink: send });
    const level = StreamLevel.L2;
    this.#relayTopic = encodeTopic({ kind: TopicKind.RelayState, level, shard, instrument: 0 });
  }

  /** All that wait, each transaction's together. */
  trades(streamed: StreamedInstrument): void {
    const groups = streamed.trades;
    if (groups.length === 0) return;
    streamed.trades = [];
    const { id } = streamed.instrument;
    if (!this.#open(streamed, TopicKind.Trades)) return;
    const writer = this.#writer;
    for (const [i, { transaction, timeHigh, timeLow, events }] of groups.entries()) {
      writer.reserve(RECORD_BYTES[RecordType.Transaction]);
      writer.records.transaction(transaction, timeHigh, timeLow, id);
      for (const event of events) this.#trade(event);
      if (i < groups.length - 1) writer.records.endTransaction();
    }
    this.#close(streamed, TopicKind.Trades);
  }

  best(streamed: StreamedInstrument): void {
    if (!streamed.takeBest() || !this.#open(streamed, TopicKind.TopOfBook)) return;
    this.#transaction(streamed);
    streamed.writeBest(this.#writer.records);
    this.#close(streamed, TopicKind.TopOfBook);
  }

  status(streamed: StreamedInstrument): void {
    if (!this.#open(streamed, TopicKind.Status)) return;
    this.#transaction(streamed);
    streamed.writeStatus(this.#writer.records);
    this.#close(streamed, TopicKind.Status);
  }

  /** Every level that differs from what was published last, and the hash that the book then has. */
  book(streamed: StreamedInstrument): void {
    if (!this.#open(streamed, TopicKind.ConflatedBook)) return;
    const writer = this.#writer;
    const { id, sequence, book } = streamed.instrument;
    let changes = 0;
    streamed.mirror.follow(book, (side, price, quantity, orderCount) => {
      if (changes === 0) this.#transaction(streamed);
      changes += 1;
      writer.reserve(RECORD_BYTES[RecordType.Level]);
      writer.records.level(id, sequence, side, price, quantity, orderCount);
    });
    if (changes === 0) return;
    writer.reserve(RECORD_BYTES[RecordType.BookHash]);
    const { laneA, laneB } = book.hash;
    const [bids, asks] = [book.levelCount(Side.Bid), book.levelCount(Side.Ask)];
    writer.records.bookHash(id, sequence, laneA, laneB, bids, asks);
    this.#close(streamed, TopicKind.ConflatedBook);
  }

  candles(streamed: StreamedInstrument, candles: readonly CandleFields[]): void {
    if (candles.length === 0 || !this.#open(streamed, TopicKind.Candles)) return;
    this.#transaction(streamed);
    const { id, sequence } = streamed.instrument;
    for (const candle of candles) {
      this.#writer.reserve(RECORD_BYTES[RecordType.Candle]);
      this.#writer.records.candle(id, sequence, candle);
    }
    this.#close(streamed, TopicKind.Candles);
  }

  /** False when it cannot be told, for nothing has come that it could be as of. */
  statistics(streamed: StreamedInstrument, window: CandleFields): boolean {
    if (!this.#open(streamed, TopicKind.Statistics)) return false;
    this.#transaction(streamed);
    const { id, sequence } = streamed.instrument;
    this.#writer.records.statistics(id, sequence, window);
    this.#close(streamed, TopicKind.Statistics);
    return true;
  }

  /** Where each topic stands, and what is so there. */
  heartbeats(
    streamed: StreamedInstrument,
    newest: readonly CandleFields[],
    window: CandleFields,
  ): void {
    const { instrument } = streamed;
    const { id, sequence } = instrument;
    const { records } = this.#writer;
    this.#beat(streamed, TopicKind.TopOfBook, () => streamed.writeBest(records));
    this.#beat(streamed, TopicKind.Trades, () => {});
    this.#beat(streamed, TopicKind.Status, () => streamed.writeStatus(records));
    // The hash of a book of which part waits is not that of what was published.
    if (!streamed.isBookDirty) {
      const { laneA, laneB } = instrument.book.hash;
      this.#beat(streamed, TopicKind.ConflatedBook, () =>
        records.instrumentPosition(id, sequence, laneA, laneB, instrument.transaction),
      );
    }
    this.#beat(streamed, TopicKind.Candles, () => {
      for (const candle of newest) records.candle(id, sequence, candle);
    });
    this.#beat(streamed, TopicKind.Statistics, () => records.statistics(id, sequence, window));
  }

  /** Whether the relay follows the engine, and up to where. */
  relayState(rotationMs: number): void {
    const { epoch, nextSequence, state, reason } = this.#source;
    this.#writer.begin(this.#relayTopic, epoch, nextSequence);
    this.#writer.records.relayState(STATE_NUMBERS[state], REASON_NUMBERS[reason], rotationMs);
    this.#writer.endHeartbeat();
  }

  #trade(event: TradeEvent): void {
    const writer = this.#writer;
    const { records } = writer;
    const { instrument, sequence, tradeId } = event;
    writer.reserve(RECORD_BYTES[RecordType.Trade]);
    switch (event.type) {
      case 'traded': {
        const { aggressor, price, quantity } = event;
        records.trade(instrument.id, sequence, aggressor, 0, price, quantity, tradeId);
        break;
      }
      case 'busted':
        records.tradeBusted(instrument.id, sequence, tradeId);
        break;
      case 'corrected':
        records.tradeCorrected(instrument.id, sequence, event.price, event.quantity, tradeId);
        break;
    }
  }

  #transaction({ instrument, transaction, timeHigh, timeLow }: StreamedInstrument): void {
    this.#writer.records.transaction(transaction, timeHigh, timeLow, instrument.id);
  }

  /** Covers all that is not covered yet; false when nothing has come since. */
  #open(streamed: StreamedInstrument, kind: InstrumentKind): boolean {
    const covered = streamed.covered.get(kind) ?? 0;
    if (this.#source.nextSequence <= covered) return false;
    this.#writer.begin(streamed.topic(kind), this.#source.epoch, covered);
    return true;
  }

  #close(streamed: StreamedInstrument, kind: InstrumentKind): void {
    const next = this.#source.nextSequence;
    this.#writer.records.endTransaction();
    this.#writer.end(next);
    streamed.covered.set(kind, next);
  }

  #beat(streamed: StreamedInstrument, kind: InstrumentKind, write: () => void): void {
    const covered = streamed.covered.get(kind) ?? 0;
    this.#writer.begin(streamed.topic(kind), this.#source.epoch, covered);
    write();
    this.#writer.endHeartbeat();
  }
}
