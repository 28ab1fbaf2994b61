/** The whole engine between its sockets, put together as engine/main.ts does, and all it gives out. */

import { randomBytes } from 'node:crypto';
import {
  ClientDirectory,
  COMMANDS_PER_CLOCK_READING,
  ENGINE_OWNER,
  Engine,
  EXPECTED_OPEN_ORDERS,
  JournalCommandLog,
  ReportRouter,
  type SealedBatch,
  type Sequencer,
  SessionTable,
} from '../../engine/index.ts';
import {
  CommandType,
  encodeLogon,
  MessageWriter,
  SESSION_TOKEN_BYTES,
} from '../../engine/protocol/index.ts';
import { BookKind, type InstrumentId, MAX_INTEGER, type WallClock } from '../../feed/index.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { CLIENTS } from './client-orders.ts';

export const EPOCH = { seconds: 1_700_000_000, random: 7 };
export const INSTRUMENT = 1 as InstrumentId;

/** Everything that leaves the engine, kept as it left: nothing of it is looked at before the end. */
export class Output {
  /** The packets of the L2 stream. */
  readonly levelPackets: Uint8Array[] = [];
  /** The packets of the L3 stream. */
  readonly orderPackets: Uint8Array[] = [];
  /** The journal's batches, as they would be written. */
  readonly journalBatches: Uint8Array[] = [];
  /** The frames of reports, by place of the client. */
  readonly reportFrames: Uint8Array[][] = Array.from({ length: CLIENTS }, () => []);
}

/** Stands where the journal's writer stands: takes sealed batches and keeps them in memory. */
class BatchKeeper {
  chain = 0;
  readonly #batches: Uint8Array[];

  constructor(batches: Uint8Array[]) {
    this.#batches = batches;
  }

  prepare(): boolean {
    return true;
  }

  append({ bytes, chain }: SealedBatch): boolean {
    this.chain = chain;
    // The bytes are the batch's own, which is filled again.
    this.#batches.push(bytes.slice());
    return true;
  }
}

/**
 * Sequencer, journal encoding, market, streams, order directory, sessions and reports are the ones
 * of production; only sockets and the file are replaced.
 */
export class FullEngine {
  readonly engine: Engine;
  readonly output = new Output();
  /** The owner number of each client, by its place. */
  readonly owners: readonly number[];
  readonly #sessions: SessionTable;

  constructor(clock: WallClock = wallClock) {
    const { levelPackets, orderPackets, journalBatches } = this.output;
    const clients = new ClientDirectory({
      newToken: () => randomBytes(SESSION_TOKEN_BYTES).toString('hex'),
      openOrdersOf: (owner) => this.engine.market.openOrdersOf(owner),
    });
    this.#sessions = new SessionTable({
      epoch: EPOCH,
      clients,
      nowMs: monotonicMs,
      log: { info: () => {}, warn: () => {} },
      reply: (peer) => {
        throw new Error(`${peer} has no session`);
      },
    });
    this.engine = new Engine({
      epoch: EPOCH,
      wallClock: clock,
      crc32,
      sink: (packet) => levelPackets.push(packet),
      orderSink: (packet) => orderPackets.push(packet),
      expectedOrders: EXPECTED_OPEN_ORDERS,
      commandsPerReading: COMMANDS_PER_CLOCK_READING,
      reports: new ReportRouter(this.#sessions),
      log: new JournalCommandLog(new BatchKeeper(journalBatches), crc32, 0),
    });
    this.#sessions.connect(this.engine);
    this.owners = Array.from({ length: CLIENTS }, (_, place) => {
      this.#logOn(place);
      return clients.ofName(nameOf(place))?.owner ?? fail('a client is not logged on');
    });
    this.sequencer.submit(ENGINE_OWNER, 0, {
      type: CommandType.ListInstrument,
      symbol: 'LEAGUE',
      tickSize: '0.005',
      lotSize: '1',
      bookKind: BookKind.Orders,
      lowestPrice: -MAX_INTEGER,
      highestPrice: MAX_INTEGER,
    });
    this.endTurn();
  }

  get sequencer(): Sequencer {
    return this.engine.sequencer;
  }

  /** What the entry server does at the end of a turn, its socket aside. */
  endTurn(): void {
    this.engine.flush();
    const { dirty } = this.#sessions;
    for (const session of dirty) {
      session.isDirty = false;
      const frames = this.output.reportFrames[Number(session.peer)] ?? fail('an unknown peer');
      for (let frame = session.next(); frame !== undefined; frame = session.next()) {
        frames.push(frame);
        session.sent(0);
      }
    }
    dirty.length = 0;
  }

  /** What production gives to its sockets and file, and forgets. */
  forgetOutput(): void {
    const { levelPackets, orderPackets, journalBatches, reportFrames } = this.output;
    levelPackets.length = 0;
    orderPackets.length = 0;
    journalBatches.length = 0;
    for (const frames of reportFrames) frames.length = 0;
  }

  #logOn(place: number): void {
    const writer = new MessageWriter();
    encodeLogon(writer, { name: nameOf(place) });
    this.#sessions.receive(String(place), writer.take());
  }
}

function nameOf(place: number): string {
  return `client-${place}`;
}

function fail(what: string): never {
  throw new Error(`League: ${what}`);
}
