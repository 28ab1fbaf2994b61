/** All sessions: takes frames from peers, keeps who is logged on, gives commands to the sequencer. */

import { DecodeError, type Epoch, type MonotonicClock } from '../../feed/index.ts';
import type { Engine } from '../engine.ts';
import {
  CommandDecoder,
  decodeFindInstrument,
  decodeLogon,
  ENTRY_HEARTBEAT_INTERVAL_MS,
  ENTRY_TIMEOUT_MS,
  encodeHeartbeat,
  encodeInstrumentFound,
  encodeLoggedOn,
  encodeLogoff,
  isCommand,
  MAX_SESSIONS,
  MessageReader,
  MessageType,
  MessageWriter,
  ORDER_ENTRY_VERSION,
  Reason,
  readCommandNumber,
  writeRejected,
} from '../protocol/index.ts';
import { clientOrderIdOf } from '../sequencer.ts';
import type { ClientDirectory } from './client-directory.ts';
import { EntrySession } from './session.ts';

/** As much of a logger as is needed; pino's fits. */
export interface EntryLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface SessionTableOptions {
  readonly epoch: Epoch;
  readonly clients: ClientDirectory;
  readonly nowMs: MonotonicClock;
  readonly log: EntryLog;
  /** Sends a frame to a peer without a session; it may be lost. */
  readonly reply: (peer: string, frame: Uint8Array) => void;
  readonly maxSessions?: number;
}

/**
 * Knows no socket. Any bytes may come: what is no message is answered with a typed refusal, what is
 * no session is told to log on, and neither costs anybody else anything.
 */
export class SessionTable {
  readonly stats = { frames: 0, commands: 0, refused: 0, badMessages: 0, ended: 0 };
  /** Sessions with something to send, in the order in which it arose. */
  readonly dirty: EntrySession[] = [];
  readonly #options: SessionTableOptions;
  readonly #byPeer = new Map<string, EntrySession>();
  readonly #byOwner: (EntrySession | undefined)[] = [];
  readonly #reader = new MessageReader();
  readonly #decoder = new CommandDecoder();
  readonly #stray = new MessageWriter();
  #engine: Pick<Engine, 'sequencer' | 'market'> | undefined;

  constructor(options: SessionTableOptions) {
    this.#options = options;
  }

  /** Who sequences the commands and knows the instruments; to be said before any frame comes. */
  connect(engine: Pick<Engine, 'sequencer' | 'market'>): void {
    this.#engine = engine;
  }

  get size(): number {
    return this.#byPeer.size;
  }

  /** The live session of an owner. */
  ofOwner(owner: number): EntrySession | undefined {
    return this.#byOwner[owner];
  }

  /** Says that the session has something to send. */
  mark(session: EntrySession): void {
    if (session.isDirty) return;
    session.isDirty = true;
    this.dirty.push(session);
  }

  /** Takes any bytes from a peer. */
  receive(peer: string, frame: Uint8Array): void {
    this.stats.frames += 1;
    const session = this.#byPeer.get(peer);
    if (session !== undefined) session.heardMs = this.#options.nowMs();
    try {
      this.#reader.open(frame);
      while (this.#reader.next()) this.#readMessage(peer);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#refuse(peer, 0, 0, Reason.BadMessage);
    }
    if (this.#stray.length > 0) this.#options.reply(peer, this.#stray.take());
  }

  /** Heartbeats where nothing else was said. Call it a few times per heartbeat interval. */
  poll(): void {
    const now = this.#options.nowMs();
    for (const session of this.#byPeer.values()) {
      if (session.hasOutput || now - session.spokeMs < ENTRY_HEARTBEAT_INTERVAL_MS) continue;
      encodeHeartbeat(session.writer());
      this.mark(session);
    }
  }

  /** Ends sessions that have gone silent; to be called when everything that arrived is read. */
  endSilent(): void {
    const now = this.#options.nowMs();
    for (const session of this.#byPeer.values()) {
      if (now - session.heardMs >= ENTRY_TIMEOUT_MS) this.end(session, Reason.HeartbeatLost);
    }
  }

  /** Ends a session for the engine's own reasons; the client is told if it can still hear. */
  end(session: EntrySession, reason: Reason): void {
    if (session.hasEnded) return;
    const { peer, name, owner } = session;
    this.#forget(session);
    this.#options.log.warn({ client: name, owner, reason }, 'order entry: session ended');
    const writer = new MessageWriter();
    encodeLogoff(writer, reason);
    this.#options.reply(peer, writer.take());
  }

  endAll(reason: Reason): void {
    for (const session of [...this.#byPeer.values()]) this.end(session, reason);
  }

  #readMessage(peer: string): void {
    // Looked up for each message: one before it in the frame may have begun or ended the session.
    const session = this.#byPeer.get(peer);
    const { type } = this.#reader;
    if (type === MessageType.Logon) this.#logon(peer, session);
    else if (isCommand(type)) this.#readCommand(peer, session);
    else if (type === MessageType.Heartbeat || type === MessageType.Logoff) {
      if (session === undefined) encodeLogoff(this.#stray, Reason.NotLoggedOn);
      else if (type === MessageType.Logoff) this.#logoff(session);
    } else if (type === MessageType.FindInstrument) this.#findInstrument(peer, session);
    else this.#refuse(peer, 0, 0, Reason.BadMessage);
  }

  #findInstrument(peer: string, session: EntrySession | undefined): void {
    if (session === undefined) {
      this.#refuse(peer, 0, 0, Reason.NotLoggedOn);
      return;
    }
    try {
      const symbol = decodeFindInstrument(this.#reader);
      const instrument = this.#engine?.market.find(symbol);
      encodeInstrumentFound(session.writer(), { symbol, instrument });
      this.mark(session);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#refuse(peer, 0, 0, Reason.BadField);
    }
  }

  #readCommand(peer: string, session: EntrySession | undefined): void {
    let number = 0;
    try {
      // A command of a type that this version does not know may be too short to have a number.
      this.#reader.require(16);
      number = readCommandNumber(this.#reader);
      const command = this.#decoder.read(this.#reader);
      if (command === undefined) this.#refuse(peer, number, 0, Reason.BadMessage);
      else if (session === undefined) {
        this.#refuse(peer, number, clientOrderIdOf(command), Reason.NotLoggedOn);
      } else if (number <= session.lastNumber) {
        this.#refuse(peer, number, clientOrderIdOf(command), Reason.CommandOutOfOrder);
      } else {
        session.lastNumber = number;
        this.stats.commands += 1;
        this.#engine?.sequencer.submit(session.owner, number, command);
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const isField = error.code === 'BAD_VALUE' || error.code === 'BAD_TEXT';
      this.#refuse(peer, number, 0, isField ? Reason.BadField : Reason.BadMessage);
      if (session !== undefined && number > session.lastNumber) session.lastNumber = number;
    }
  }

  #refuse(peer: string, number: number, clientOrderId: number, reason: Reason): void {
    this.stats.refused += 1;
    if (reason === Reason.BadMessage) this.stats.badMessages += 1;
    const session = this.#byPeer.get(peer);
    if (session === undefined) {
      writeRejected(this.#stray, 0, number, clientOrderId, reason);
      return;
    }
    writeRejected(session.writer(), 0, number, clientOrderId, reason);
    this.mark(session);
  }

  #logon(peer: string, session: EntrySession | undefined): void {
    let reason: Reason = Reason.BadMessage;
    try {
      const { version, name } = decodeLogon(this.#reader);
      if (version !== ORDER_ENTRY_VERSION) reason = Reason.WrongVersion;
      else if (session === undefined) reason = this.#begin(peer, name);
      // Asked twice, because the first answer was late: the session is the same.
      else if (session.name === name) reason = this.#welcome(session);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.stats.badMessages += 1;
    }
    if (reason !== Reason.None) encodeLogoff(this.#stray, reason);
  }

  #begin(peer: string, name: string): Reason {
    const { clients, nowMs, maxSessions = MAX_SESSIONS, log } = this.#options;
    if (this.#byPeer.size >= maxSessions) return Reason.TooManyClients;
    const owner = clients.ownerOf(name);
    if (owner === 0) return Reason.TooManyClients;
    if (this.#byOwner[owner] !== undefined) return Reason.NameInUse;
    const session = new EntrySession(peer, name, owner, nowMs());
    this.#byPeer.set(peer, session);
    this.#byOwner[owner] = session;
    log.info({ client: name, owner }, 'order entry: logged on');
    return this.#welcome(session);
  }

  #welcome(session: EntrySession): Reason {
    const { epoch } = this.#options;
    encodeLoggedOn(session.writer(), session.owner, ENTRY_HEARTBEAT_INTERVAL_MS, epoch);
    this.mark(session);
    return Reason.None;
  }

  #logoff(session: EntrySession): void {
    this.#forget(session);
    this.#options.log.info(
      { client: session.name, owner: session.owner },
      'order entry: logged off',
    );
  }

  #forget(session: EntrySession): void {
    session.hasEnded = true;
    this.stats.ended += 1;
    this.#byPeer.delete(session.peer);
    this.#byOwner[session.owner] = undefined;
  }
}
