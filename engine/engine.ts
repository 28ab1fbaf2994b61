/** The engine without sockets: sequencer, market, recorder and stream, put together. */

import {
  type Crc32,
  type Epoch,
  type PacketSink,
  StreamLevel,
  StreamWriter,
  shardTopic,
  type WallClock,
} from '../feed/index.ts';
import type { DueAlarm } from './alarm.ts';
import { EngineStream } from './engine-stream.ts';
import { Market, type MarketOptions } from './market.ts';
import { LEVEL_PROOF, MarketRecorder, ORDER_PROOF } from './market-recorder.ts';
import {
  type CommandLog,
  type EngineStanding,
  type SequencedReports,
  Sequencer,
  type StandingEngine,
} from './sequencer.ts';
import type { Stateful, StateReader, StateWriter } from './state.ts';
import { StreamRecorder } from './stream-recorder.ts';

export interface EngineOptions {
  readonly epoch: Epoch;
  readonly wallClock: WallClock;
  readonly crc32: Crc32;
  /** Gets every packet of the L2 stream; see `StreamWriter`. */
  readonly sink?: PacketSink | undefined;
  /**
   * The same of the L3 stream. What has no sink is recorded all the same, up to making packets, so
   * that engines which publish more or less do the same and may take over each other's state.
   */
  readonly orderSink?: PacketSink | undefined;
  readonly reports: SequencedReports;
  /** Where the epoch before ended, as far as that counts; default: there was none. */
  readonly previous?: PreviousEpoch;
  /** Where commands are kept before they are done; default: nowhere. */
  readonly log?: CommandLog | undefined;
  readonly createBook?: MarketOptions['createBook'];
  readonly limits?: MarketOptions['limits'];
  readonly expectedOrders?: MarketOptions['expectedOrders'];
  /** See `SequencerOptions`. */
  readonly commandsPerReading?: number | undefined;
  /** Set after each turn to when something is due next; whoever wakes up then calls `advance`. */
  readonly alarm?: DueAlarm | undefined;
}

export interface PreviousEpoch {
  readonly epoch: Epoch;
  readonly lastSequence: number;
  /** Of the L3 stream; 0 or left out: not known. */
  readonly lastOrderSequence?: number;
}

/** Everything between a decoded command and a finished packet. */
export class Engine implements Stateful, StandingEngine {
  readonly epoch: Epoch;
  readonly market: Market;
  readonly sequencer: Sequencer;
  readonly recorder: StreamRecorder;
  readonly orderRecorder: StreamRecorder;
  /** The L2 stream, and the L3 stream: as heard by consumers, and as provider of book snapshots. */
  readonly levels: EngineStream;
  readonly orders: EngineStream;
  readonly #alarm: DueAlarm | undefined;
  /** What the alarm was set to; undefined after it has rung. */
  #alarmMs: number | undefined = Number.POSITIVE_INFINITY;

  constructor(options: EngineOptions) {
    const { epoch, wallClock, crc32, sink, reports, previous, log, createBook, limits } = options;
    this.epoch = epoch;
    this.#alarm = options.alarm;
    const open = (level: StreamLevel, to: PacketSink | undefined): StreamWriter => {
      const topic = shardTopic(level);
      return new StreamWriter({ epoch, topic, firstSequence: 1, crc32, wallClock, sink: to });
    };
    const levelWriter = open(StreamLevel.L2, sink);
    const orderWriter = open(StreamLevel.L3, options.orderSink);
    this.recorder = new StreamRecorder(levelWriter, LEVEL_PROOF);
    this.orderRecorder = new StreamRecorder(orderWriter, ORDER_PROOF);
    const recorder = new MarketRecorder(this.recorder, this.orderRecorder);
    this.market = new Market({
      stream: recorder,
      reports,
      ...(createBook === undefined ? {} : { createBook }),
      ...(limits === undefined ? {} : { limits }),
      ...(options.expectedOrders === undefined ? {} : { expectedOrders: options.expectedOrders }),
    });
    const { market } = this;
    this.levels = new EngineStream(epoch, StreamLevel.L2, market, levelWriter, this.recorder);
    this.orders = new EngineStream(epoch, StreamLevel.L3, market, orderWriter, this.orderRecorder);
    const { commandsPerReading } = options;
    this.sequencer = new Sequencer({
      clock: wallClock,
      market,
      recorder,
      reports,
      log,
      commandsPerReading,
    });
    this.recorder.startEpoch(previous?.epoch, previous?.lastSequence);
    this.orderRecorder.startEpoch(previous?.epoch, previous?.lastOrderSequence);
    log?.connect?.(this);
  }

  /**
   * Does what waits for its commit, and hands out the packets that are being filled. Throws after a
   * command has failed: nobody is to see what that has left.
   */
  flush(): void {
    if (this.sequencer.hasFailed) throw new Error('Engine: a command has failed; nothing is told');
    this.sequencer.commit();
    this.levels.flush();
    this.orders.flush();
    this.#setAlarm();
  }

  /** Does what is due by now, as the alarm asks for. */
  advance(): void {
    this.#alarmMs = undefined;
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
      this.orderRecorder.saveState(writer);
    });
  }

  /** Of a new engine; its streams go on where the saved ones stood. */
  loadState(reader: StateReader): void {
    reader.part('engn', () => {
      this.sequencer.loadState(reader);
      this.market.loadState(reader);
      this.recorder.loadState(reader, this.market.instruments);
      this.orderRecorder.loadState(reader, this.market.instruments);
    });
  }

  /**
   * Says in a few words where it stands, for the journal: whoever does the same commands again must
   * come to the same. The lanes cover every book hash told so far, trades and open orders.
   */
  standing(out: EngineStanding): void {
    const { lastTradeId, openOrders } = this.market;
    const { lanes } = this.recorder;
    const { lanes: orderLanes } = this.orderRecorder;
    out.transaction = this.sequencer.transaction;
    out.nextSequence = this.nextSequence;
    out.laneA = Math.imul(lanes.a ^ lastTradeId ^ orderLanes.b, 0x85eb_ca6b) >>> 0;
    out.laneB = (lanes.b ^ orderLanes.a ^ Math.imul(openOrders, 0x9e37_79b1)) >>> 0;
  }

  heartbeat(): void {
    if (this.sequencer.hasFailed) return;
    this.levels.heartbeat();
    this.orders.heartbeat();
  }

  endOfSession(): void {
    if (this.sequencer.hasFailed) return;
    this.levels.endOfSession();
    this.orders.endOfSession();
  }

  /** Of the L2 stream. */
  get nextSequence(): number {
    return this.levels.nextSequence;
  }
}
