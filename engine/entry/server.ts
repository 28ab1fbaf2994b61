/** The ROUTER socket of order entry: reads in batches, and ends each turn by publishing and replying. */

import { Router } from 'zeromq';
import type { MonotonicClock } from '../../feed/index.ts';
import { frameBytes, type SecureEndpoint } from '../../feed/node.ts';
import { MAX_ENTRY_FRAME_BYTES, MIN_ENTRY_HEARTBEAT_MS, Reason } from '../protocol/index.ts';
import type { EntrySession } from './session.ts';
import type { SessionTable } from './session-table.ts';

export interface EntryServerOptions {
  /** Publishes what the commands of this turn have caused; called before their reports leave. */
  readonly flush: () => void;
  /** The session table's clock. */
  readonly nowMs: MonotonicClock;
  /** Frames that may wait inside the socket per peer, in each direction; then it pushes back. */
  readonly highWaterMark?: number;
  /** Absent: in the clear. */
  readonly security?: SecureEndpoint | undefined;
}

const DEFAULT_HIGH_WATER_MARK = 1000;
/** A peer's socket that was full is tried again after this. */
const RETRY_MS = 5;
/** Commands of one turn of the event loop: other sockets and timers have theirs after so many. */
const COMMANDS_PER_TURN = 4096;
const POLL_MS = MIN_ENTRY_HEARTBEAT_MS / 4;

/**
 * A turn: everything that the socket has at once is applied, then the stream is flushed once and
 * each client gets its reports in as few frames as they fit. With one command waiting that is at
 * once; with thousands, thousands share a packet.
 */
export class EntryServer {
  readonly #options: EntryServerOptions;
  readonly #socket: Router;
  #table: SessionTable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #loop: Promise<void> | undefined;
  #turnIsOpen = false;
  #isClosed = false;

  constructor(options: EntryServerOptions) {
    this.#options = options;
    const highWaterMark = options.highWaterMark ?? DEFAULT_HIGH_WATER_MARK;
    // `mandatory` makes a gone or full peer an error instead of silence; a send time-out of 0
    // completes every send in the call, so that one peer never makes another wait.
    this.#socket = new Router({
      mandatory: true,
      sendTimeout: 0,
      sendHighWaterMark: highWaterMark,
      receiveHighWaterMark: highWaterMark,
      maxMessageSize: frameBytes(MAX_ENTRY_FRAME_BYTES, options.security?.curve),
      linger: 200,
      ...options.security?.curve,
    });
    options.security?.watch(this.#socket);
  }

  /** Binds and serves `table` from now on; answers with the endpoint, its port filled in. */
  async bind(endpoint: string, table: SessionTable): Promise<string> {
    this.#table = table;
    await this.#socket.bind(endpoint);
    table.open();
    this.#loop ??= this.#receive(table);
    this.#timer ??= setInterval(() => this.#poll(table), POLL_MS);
    return this.#socket.lastEndpoint ?? endpoint;
  }

  /** Sends a frame to a peer that has no session and may not be there any more. */
  reply(peer: string, frame: Uint8Array): void {
    if (this.#isClosed) return;
    this.#socket.send([Buffer.from(peer, 'latin1'), frame]).catch(ignore);
  }

  /** Reports have come about without a command: they are sent at the end of this turn. */
  wake(): void {
    if (this.#table !== undefined) this.#openTurn(this.#table);
  }

  /** Tells every client, and takes no more commands. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    clearInterval(this.#timer);
    if (this.#table !== undefined) {
      this.#endTurn(this.#table);
      this.#table.endAll(Reason.EngineStopping);
    }
    this.#isClosed = true;
    this.#socket.close();
    await this.#loop;
  }

  async #receive(table: SessionTable): Promise<void> {
    let turnStart = table.stats.commands;
    for await (const frames of this.#socket) {
      if (this.#isClosed) return;
      const [peer, frame] = frames;
      if (peer === undefined || frame === undefined || frames.length !== 2) continue;
      this.#openTurn(table);
      table.receive(peer.toString('latin1'), frame);
      if (table.stats.commands - turnStart >= COMMANDS_PER_TURN) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        turnStart = table.stats.commands;
      }
    }
  }

  #poll(table: SessionTable): void {
    table.poll();
    this.#openTurn(table);
    // This process may have slept itself: what has arrived meanwhile is read before judging.
    setImmediate(() => {
      if (!this.#isClosed) table.endSilent();
    });
  }

  #openTurn(table: SessionTable): void {
    if (this.#turnIsOpen) return;
    this.#turnIsOpen = true;
    setImmediate(() => {
      if (!this.#isClosed) this.#endTurn(table);
    });
  }

  #endTurn(table: SessionTable): void {
    this.#turnIsOpen = false;
    this.#options.flush();
    const { dirty } = table;
    for (const session of dirty) {
      session.isDirty = false;
      if (session.isTooFarBehind) table.end(session, Reason.SlowClient);
      else if (!session.isDelivering) void this.#deliver(table, session);
    }
    dirty.length = 0;
  }

  /** Sends what waits for a session, until nothing does, its peer is full, or its peer is gone. */
  async #deliver(table: SessionTable, session: EntrySession): Promise<void> {
    session.isDelivering = true;
    const peer = Buffer.from(session.peer, 'latin1');
    try {
      for (let frame = session.next(); frame !== undefined; frame = session.next()) {
        if (session.hasEnded || this.#isClosed) return;
        await this.#socket.send([peer, frame]);
        session.sent(this.#options.nowMs());
      }
      session.isDelivering = false;
    } catch (error) {
      if (this.#isClosed || session.hasEnded) return;
      // A full peer is tried again; one that is gone would be the first to know.
      if (isFull(error)) setTimeout(() => void this.#deliver(table, session), RETRY_MS);
      else table.end(session, Reason.HeartbeatLost);
    }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

function ignore(): void {}
