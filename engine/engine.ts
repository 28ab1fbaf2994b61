/** The engine without sockets: sequencer, market, recorder and stream, put together. */

import {
  type Crc32,
  type Epoch,
  type PacketSink,
  PositionRotation,
  type SnapshotInstrument,
  type SnapshotProvider,
  StreamLevel,
  StreamWriter,
  shardTopic,
  type WallClock,
} from '../feed/index.ts';
import type { DueAlarm } from './alarm.ts';
import { DeltaRecorder } from './delta-recorder.ts';
import { Market, type MarketOptions } from './market.ts';
import {
  type CommandLog,
  type EngineStanding,
  type SequencedReports,
  Sequencer,
  type StandingEngine,
} from './sequencer.ts';
import type { Stateful, StateReader, StateWriter } from './state.ts';

export interface EngineOptions {
  readonly epoch: Epoch;
  readonly wallClock: WallClock;
  readonly crc32: Crc32;
  /** Gets every packet of the L2 stream; see `StreamWriter`. */
  readonly sink: PacketSink;
  readonly reports: SequencedReports;
  /** Where the epoch before ended, as far as that counts; default: there was none. */
  readonly previous?: { readonly epoch: Epoch; readonly lastSequence: number };
  /** Where commands are kept before they are done; default: nowhere. */
  readonly log?: CommandLog | undefined;
  readonly createBook?: MarketOptions['createBook'];
  /** Set after each turn to when something is due next; whoever wakes up then calls `advance`. */
  readonly alarm?: DueAlarm | undefined;
}

/** Everything between a decoded command and a finished packet; also provides book snapshots. */
export class Engine implements SnapshotProvider, Stateful, StandingEngine {
  readonly epoch: Epoch;
  readonly market: Market;
  readonly sequencer: Sequencer;
  readonly recorder: DeltaRecorder;
  readonly #stream: StreamWriter;
  readonly #alarm: DueAlarm | undefined;
  /** What the alarm was set to. */
  #alarmMs = Number.POSITIVE_INFINITY;
  readonly #rotation = new PositionRotation();

  constructor(options: EngineOptions) {
    const { epoch, wallClock, crc32, sink, reports, previous, log, createBook } = options;
    this.epoch = epoch;
    this.#alarm = options.alarm;
    const topic = shardTopic(StreamLevel.L2);
    this.#stream = new StreamWriter({ epoch, topic, firstSequence: 1, crc32, wallClock, sink });
    this.recorder = new DeltaRecorder(this.#stream);
    this.market = new Market({
      stream: this.recorder,
      reports,
      ...(createBook === undefined ? {} : { createBook }),
    });
    const { market, recorder } = this;
    this.sequencer = new Sequencer({ clock: wallClock, market, recorder, reports, log });
    this.recorder.startEpoch(previous?.epoch, previous?.lastSequence);
    log?.connect?.(this);
  }

  /** Does what waits for its commit, and hands out the packet that is being filled. */
  flush(): void {
    this.sequencer.commit();
    this.#stream.flush();
    this.#setAlarm();
  }

  /** Does what is due by now, as the alarm asks for. */
  advance(): void {
    this.#alarmMs = Number.POSITIVE_INFINITY;
    this.sequencer.advance();
    this.flush();
  }

  #setAlarm(): void {
    const { nextDueMs } = this.market;
    if (this.#alarm === undefined || nextDueMs === this.#alarmMs) return;
    this.#alarmMs = nextDueMs;
    this.#alarm.set(nextDueMs);
  }

  /**
   * All that decides what later commands do, hidden parts included, but not the clients' accounts:
   * those are order entry's. Does what waits first.
   */
  saveState(writer: StateWriter): void {
    this.flush();
    writer.part('engn', () => {
      this.sequencer.saveState(writer);
      this.market.saveState(writer);
      this.recorder.saveState(writer);
      writer.int(this.#stream.nextSequence);
    });
  }

  /** Of a new engine; its stream goes on where the saved one stood. */
  loadState(reader: StateReader): void {
    reader.part('engn', () => {
      this.sequencer.loadState(reader);
      this.market.loadState(reader);
      this.recorder.loadState(reader, this.market.instruments);
      this.#stream.continueAt(reader.int(1));
    });
  }

  /**
   * Says in a few words where it stands, for the journal: whoever does the same commands again must
   * come to the same. The lanes cover every book hash told so far, trades and open orders.
   */
  standing(out: EngineStanding): void {
    const { lastTradeId, openOrders } = this.market;
    const { lanes } = this.recorder;
    out.transaction = this.sequencer.transaction;
    out.nextSequence = this.#stream.nextSequence;
    out.laneA = Math.imul(lanes.a ^ lastTradeId, 0x85eb_ca6b) >>> 0;
    out.laneB = (lanes.b ^ Math.imul(openOrders, 0x9e37_79b1)) >>> 0;
  }

  heartbeat(): void {
    this.#rotation.heartbeat(this.#stream, this.market.instruments.length, (records, index) => {
      this.recorder.writePosition(records, index + 1);
    });
  }

  endOfSession(): void {
    this.#stream.endOfSession();
  }

  // As a provider of book snapshots. Nothing runs between two transactions but its callers.

  get isReady(): boolean {
    return true;
  }

  get nextSequence(): number {
    return this.#stream.nextSequence;
  }

  instrumentIds(): readonly number[] {
    return this.market.instruments.map(({ id }) => id);
  }

  instrument(id: number): SnapshotInstrument | undefined {
    const listed = this.market.instrument(id);
    if (listed === undefined) return undefined;
    const { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice, status } = listed;
    return {
      id: listed.id,
      symbol,
      tickSize,
      lotSize,
      bookKind,
      lowestPrice,
      highestPrice,
      status,
      sequence: this.recorder.sequenceOf(id),
      transaction: this.recorder.transactionOf(id),
      book: listed.levelBook(),
    };
  }

  findId(symbol: string): number | undefined {
    return this.market.find(symbol)?.id;
  }
}
