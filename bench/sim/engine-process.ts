/** The engine of a simulation: production's engine, journal, publisher and spine, and the naive one beside it. */

import {
  ClientDirectory,
  type CommandLog,
  ENGINE_OWNER,
  Engine,
  ReportRouter,
  SessionTable,
} from '../../engine/index.ts';
import { Journal, restartFrom } from '../../engine/journal/index.ts';
import type { Command } from '../../engine/protocol/index.ts';
import { type Epoch, PacketRing, type PacketSink, StreamLevel } from '../../feed/index.ts';
import { FeedPublisher, RepairServer } from '../../feed/node.ts';
import { crc32 } from '../../feed/process/index.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { EpochHistory, NaiveHistory } from './naive-history.ts';
import { LISTINGS, OWNERS } from './order-flow.ts';
import type { Seeded } from './seeded.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** Both carry the same. */
export const LINES = ['line-a', 'line-b'] as const;
export const SPINE = 'spine';
const SEGMENT_BYTES = 64 * 1024;
const MATCHER = new Uint8Array(16).fill(3);
const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
const CHOICE = { isOpen: false, heartbeatMs: 1000, cancelOnDisconnect: false } as const;

export interface EngineProcessOptions {
  readonly process: SimulatedProcess;
  readonly disk: MemoryDisk;
  readonly history: NaiveHistory;
  readonly random: Seeded;
  /** Which run of the machine this is: another one, another epoch. */
  readonly boot: number;
  readonly ringBytes: number;
  /** What the market is given instead of a command; for planted faults. */
  readonly mistake?: ((command: Command) => Command) | undefined;
}

export class EngineProcess {
  readonly process: SimulatedProcess;
  readonly engine: Engine;
  readonly #history: EpochHistory;
  readonly #publishers: readonly FeedPublisher[];
  readonly #spine: RepairServer;
  readonly #random: Seeded;
  #isServing = false;

  constructor(options: EngineProcessOptions) {
    const { process, disk, history, random, boot, ringBytes, mistake } = options;
    const { wallClock, nowMs } = process;
    this.process = process;
    this.#random = random;
    const journal = new Journal(disk, {
      fsync: false,
      segmentBytes: SEGMENT_BYTES,
      onDamage: 'refuse',
      crc32,
      wallClock,
      nowMs,
      random: () => random.below(2 ** 20),
      matcher: MATCHER,
      bootId: new Uint8Array(16).fill(boot),
      log: QUIET,
    });
    const log = journal.begin();
    const { epoch, previous } = journal.beginning;
    this.#history = history.begin(epoch);
    const clients = new ClientDirectory({
      newToken: () => 'f'.repeat(32),
      openOrdersOf: (owner) => this.engine.market.openOrdersOf(owner),
      onClaimed: (client) => log.client(client),
    });
    const sessions = new SessionTable({ epoch, clients, nowMs, log: QUIET, reply: () => {} });
    const ring = new PacketRing(ringBytes);
    const orderRing = new PacketRing(ringBytes);
    this.engine = new Engine({
      epoch,
      previous,
      wallClock,
      crc32,
      sink: this.#sink(StreamLevel.L2, ring),
      orderSink: this.#sink(StreamLevel.L3, orderRing),
      reports: new ReportRouter(sessions),
      log: this.#told(log),
    });
    const { engine } = this;
    if (mistake !== undefined) {
      const { market } = engine;
      const apply = market.apply.bind(market);
      market.apply = (owner, command, time) => apply(owner, mistake(command), time);
    }
    this.#publishers = LINES.map((_, line) => {
      const heartbeat = line === 0 ? () => engine.heartbeat() : () => {};
      return new FeedPublisher({ heartbeat, platform: process });
    });
    const orders = { ring: orderRing, snapshots: engine.orders, level: StreamLevel.L3 };
    this.#spine = new RepairServer({
      streams: [{ ring, snapshots: engine.levels }, orders],
      crc32,
      wallClock,
      nowMs,
      platform: process,
    });
    restartFrom(journal, { engine, clients }, nowMs);
    if (clients.size === 0) this.#open(clients);
    this.#markEnds();
  }

  get epoch(): Epoch {
    return this.engine.epoch;
  }

  async start(): Promise<void> {
    this.#isServing = true;
    for (const [line, publisher] of this.#publishers.entries()) {
      await publisher.bind(LINES[line] as string);
    }
    await this.#spine.bind(SPINE);
  }

  /** One turn. `isLast`: it is killed when everything is in the journal, and nothing is published. */
  turn(commands: readonly Command[], isLast = false): void {
    const { sequencer } = this.engine;
    for (const command of commands) {
      sequencer.submit(1 + this.#random.below(OWNERS), sequencer.transaction + 1, command);
    }
    sequencer.commit();
    if (isLast) {
      this.process.kill();
      return;
    }
    this.engine.flush();
    this.#markEnds();
  }

  #open(clients: ClientDirectory): void {
    const { sequencer } = this.engine;
    for (let owner = 1; owner <= OWNERS; owner++) clients.claim(`client-${owner}`, CHOICE, 0);
    for (const listing of LISTINGS) sequencer.submit(ENGINE_OWNER, 0, listing);
    this.engine.flush();
  }

  /** The stream says where a transaction begins; where the last one ends only the engine does. */
  #markEnds(): void {
    const { levels, orders, sequencer } = this.engine;
    const { streams } = this.#history;
    streams[StreamLevel.L2].end(sequencer.transaction, levels.nextSequence);
    streams[StreamLevel.L3].end(sequencer.transaction, orders.nextSequence);
  }

  #sink(level: StreamLevel, ring: PacketRing): PacketSink {
    return (packet, firstSequence, count) => {
      if (count > 0) this.#history.streams[level].packet(packet, firstSequence);
      ring.add(packet, firstSequence, count);
      // What a restart does again is not pushed at anybody: heartbeats announce it, relays ask.
      if (this.#isServing) for (const publisher of this.#publishers) publisher.send(packet);
    };
  }

  /** The journal, and the naive engine told of each command that is done. */
  #told(log: CommandLog): CommandLog {
    const { books } = this.#history;
    return {
      append: (...command) => log.append(...command),
      get isFull() {
        return log.isFull;
      },
      commit: (apply, refuse) =>
        log.commit((transaction, high, low, owner, number, command) => {
          apply(transaction, high, low, owner, number, command);
          books.apply(transaction, owner, command, { high: high >>> 0, low: low >>> 0 });
        }, refuse),
      connect: (engine) => log.connect?.(engine),
    };
  }
}
