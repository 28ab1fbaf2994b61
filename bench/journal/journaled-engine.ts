/** The engine as engine/main.ts puts it together, without sockets, with a journal on disk or none. */

import { randomInt } from 'node:crypto';
import {
  ClientDirectory,
  COMMANDS_PER_CLOCK_READING,
  ENGINE_OWNER,
  Engine,
  EXPECTED_OPEN_ORDERS,
  ReportRouter,
  SessionTable,
} from '../../engine/index.ts';
import { Journal, matcherFingerprint, restartFrom } from '../../engine/journal/index.ts';
import { CommandType } from '../../engine/protocol/index.ts';
import { Spine } from '../../engine/spine/index.ts';
import { BookKind, type Epoch, PACKET_RING_BYTES, StreamLevel } from '../../feed/index.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { type CommandStream, INSTRUMENTS, OWNERS } from './command-stream.ts';

const EPOCH: Epoch = { seconds: 1_700_000_000, random: 7 };
const SEGMENT_BYTES = 64 * 2 ** 20;
const BOOT = new Uint8Array(16).fill(1);
/** Made once: it is what every start of an engine makes, whatever the journal holds. */
const MATCHER = matcherFingerprint(crc32);
const QUIET = { info: () => {}, warn: () => {}, error: () => {} };

export class JournaledEngine {
  readonly engine: Engine;
  readonly journal: Journal | undefined;
  readonly #clients: ClientDirectory;

  /** Without `directory` there is no journal. `fsync`: every write is waited for. */
  constructor(directory: string | undefined, fsync = false) {
    this.journal = directory === undefined ? undefined : openJournal(directory, fsync);
    const { epoch, previous } = this.journal?.beginning ?? { epoch: EPOCH };
    const log = this.journal?.begin();
    this.#clients = new ClientDirectory({
      newToken: () => 'f'.repeat(32),
      openOrdersOf: (owner) => this.engine.market.openOrdersOf(owner),
      onClaimed: (client) => log?.client(client),
    });
    const sessions = new SessionTable({
      epoch,
      clients: this.#clients,
      nowMs: monotonicMs,
      log: QUIET,
      reply: () => {},
    });
    const spine = new Spine({
      epoch,
      levels: [StreamLevel.L2, StreamLevel.L3],
      relays: [],
      ringBytes: PACKET_RING_BYTES,
      log: QUIET,
      crc32,
      wallClock,
    });
    this.engine = new Engine({
      epoch,
      wallClock,
      crc32,
      expectedOrders: EXPECTED_OPEN_ORDERS,
      commandsPerReading: COMMANDS_PER_CLOCK_READING,
      sink: spine.sink(StreamLevel.L2),
      orderSink: spine.sink(StreamLevel.L3),
      reports: new ReportRouter(sessions),
      ...(previous === undefined ? {} : { previous }),
      log,
    });
  }

  /** Clients and instruments; a journal that has them already brings them. */
  list(): void {
    const choice = { isOpen: false, heartbeatMs: 1000, cancelOnDisconnect: false };
    for (let owner = 1; owner <= OWNERS; owner++) this.#clients.claim(`client-${owner}`, choice, 0);
    for (let id = 1; id <= INSTRUMENTS; id++) {
      this.engine.sequencer.submit(ENGINE_OWNER, 0, {
        type: CommandType.ListInstrument,
        symbol: `SYM-${id}`,
        tickSize: '0.01',
        lotSize: '1',
        bookKind: BookKind.Orders,
        lowestPrice: 1,
        highestPrice: 1_000_000,
      });
    }
    this.engine.flush();
  }

  /** Milliseconds of processor time for the commands from `from` up to `to`, committed after `batch` of them. */
  play(stream: CommandStream, from: number, to: number, batch: number): number {
    const { sequencer } = this.engine;
    const start = processorMs();
    for (let i = from; i < to; ) {
      const end = Math.min(to, i + batch);
      for (; i < end; i += 1) sequencer.submit(stream.ownerOf(i), i + 1, stream.command(i));
      this.engine.flush();
    }
    return processorMs() - start;
  }

  /** What a restart does. */
  restart(): void {
    const { journal, engine } = this;
    if (journal !== undefined)
      restartFrom(journal, { engine, clients: this.#clients }, monotonicMs);
  }
}

/** Of this process, the system's share included: others on the machine do not count. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Reads, checks and decodes a journal, and does nothing of it: commands there are. */
export function readJournal(directory: string): number {
  let commands = 0;
  openJournal(directory, false).play({
    command: () => {
      commands += 1;
    },
    client: () => {},
  });
  return commands;
}

function openJournal(directory: string, fsync: boolean): Journal {
  return Journal.inDirectory(directory, {
    fsync,
    segmentBytes: SEGMENT_BYTES,
    onDamage: 'refuse',
    crc32,
    wallClock,
    nowMs: monotonicMs,
    random: () => randomInt(2 ** 20),
    matcher: MATCHER,
    bootId: BOOT,
    log: QUIET,
  });
}
