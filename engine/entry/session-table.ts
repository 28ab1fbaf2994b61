/** All sessions: takes frames from peers, keeps who is logged on, gives commands to the sequencer. */

import { DecodeError, type Epoch, type MonotonicClock } from '../../feed/index.ts';
import type { Engine } from '../engine.ts';
import {
  type Command,
  CommandDecoder,
  CommandType,
  decodeLogon,
  ENTRY_HEARTBEAT_INTERVAL_MS,
  ENTRY_TIMEOUT_MS,
  encodeHeartbeat,
  encodeLoggedOn,
  encodeLogoff,
  encodeReportsLost,
  isCommand,
  LEVELS_PER_COMMAND,
  type Logon,
  MASS_CANCEL_COST,
  MAX_SESSIONS,
  MessageReader,
  MessageType,
  MessageWriter,
  NO_TOKEN,
  ORDER_ENTRY_VERSION,
  RESUME_WINDOW_MS,
  Reason,
  readCommandNumber,
  writeRejected,
} from '../protocol/index.ts';
import { clientOrderIdOf } from '../sequencer.ts';
import { answerQuestion, isQuestion } from './answer-question.ts';
import type { ClientAccount } from './client-account.ts';
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
  readonly clients: ClientDirectory;
  readonly #options: SessionTableOptions;
  readonly #byPeer = new Map<string, EntrySession>();
  readonly #reader = new MessageReader();
  readonly #decoder = new CommandDecoder();
  /** For a peer without a session. */
  readonly #stray = new MessageWriter();
  /** Holds the refusal that is being written. */
  readonly #refusal = new MessageWriter();
  #engine: Pick<Engine, 'sequencer' | 'market'> | undefined;

  constructor(options: SessionTableOptions) {
    this.#options = options;
    this.clients = options.clients;
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
    return this.clients.ofOwner(owner)?.session;
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
    const { peer, account } = session;
    this.#forget(session);
    if (session.hasSpoken) account.heldUntilMs = this.#options.nowMs() + RESUME_WINDOW_MS;
    const { name, owner } = account;
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
    if (session !== undefined && type !== MessageType.Logon) session.hasSpoken = true;
    if (type === MessageType.Logon) this.#logon(peer, session);
    else if (isCommand(type)) this.#readCommand(peer, session);
    else if (type === MessageType.Heartbeat || type === MessageType.Logoff) {
      if (session === undefined) encodeLogoff(this.#stray, Reason.NotLoggedOn);
      else if (type === MessageType.Logoff) this.#logoff(session);
    } else if (isQuestion(type)) this.#answer(peer, session);
    else this.#refuse(peer, 0, 0, Reason.BadMessage);
  }

  #answer(peer: string, session: EntrySession | undefined): void {
    const engine = this.#engine;
    if (session === undefined) {
      this.#refuse(peer, 0, 0, Reason.NotLoggedOn);
      return;
    }
    try {
      if (engine !== undefined) answerQuestion(this.#reader, session, engine);
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
      } else if (number <= session.account.lastCommand) {
        this.#refuse(peer, number, clientOrderIdOf(command), Reason.CommandRepeated);
      } else {
        const { account } = session;
        account.lastCommand = number;
        const retryAfterMs = account.bucket.take(costOf(command), session.heardMs);
        if (retryAfterMs > 0) {
          this.#refuse(peer, number, clientOrderIdOf(command), Reason.RateLimited, retryAfterMs);
          return;
        }
        this.stats.commands += 1;
        this.#engine?.sequencer.submit(account.owner, number, command);
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const isField = error.code === 'BAD_VALUE' || error.code === 'BAD_TEXT';
      this.#refuse(peer, number, 0, isField ? Reason.BadField : Reason.BadMessage);
      if (session !== undefined && number > session.account.lastCommand) {
        session.account.lastCommand = number;
      }
    }
  }

  #refuse(
    peer: string,
    number: number,
    clientOrderId: number,
    reason: Reason,
    retryAfterMs = 0,
  ): void {
    this.stats.refused += 1;
    if (reason === Reason.BadMessage) this.stats.badMessages += 1;
    const session = this.#byPeer.get(peer);
    if (session === undefined) {
      writeRejected(this.#stray, 0, number, clientOrderId, reason);
      return;
    }
    // Told in turn: behind the answers to the commands that came before.
    this.#engine?.sequencer.commit();
    const writer = this.#refusal;
    writeRejected(writer, 0, number, clientOrderId, reason, retryAfterMs);
    // An answer, too, that a client may have to be told again.
    if (number !== 0 && reason !== Reason.CommandRepeated) {
      session.account.reports.add(writer.written);
    }
    session.report(writer.written, 0);
    writer.clear();
    this.mark(session);
  }

  #logon(peer: string, session: EntrySession | undefined): void {
    let reason: Reason = Reason.BadMessage;
    try {
      const logon = decodeLogon(this.#reader);
      if (logon.version !== ORDER_ENTRY_VERSION) reason = Reason.WrongVersion;
      else if (session === undefined) reason = this.#begin(peer, logon);
      // Asked twice, because the first answer was late: the session is the same.
      else if (session.account.name === logon.name) {
        this.#welcome(session, session.isResumed);
        reason = Reason.None;
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.stats.badMessages += 1;
    }
    if (reason !== Reason.None) encodeLogoff(this.#stray, reason);
  }

  #begin(peer: string, logon: Logon): Reason {
    const { clients, nowMs, log } = this.#options;
    // What is told again, and what is not, is settled when the commands before are done.
    this.#engine?.sequencer.commit();
    const known = clients.ofName(logon.name);
    const isOwn = known !== undefined && logon.token === known.token;
    const refusal = this.#refusalOf(logon, known, isOwn);
    if (refusal !== Reason.None) return refusal;
    if (isOwn && known.session !== undefined) this.end(known.session, Reason.TakenOver);
    const account = isOwn ? known : clients.claim(logon.name, logon.isOpen, nowMs());
    if (account === undefined) return Reason.TooManyClients;
    if (isOwn) clients.resume(account);
    const session = new EntrySession(peer, account, isOwn, nowMs());
    this.#byPeer.set(peer, session);
    account.session = session;
    account.heldUntilMs = 0;
    const { name, owner } = account;
    log.info({ client: name, owner, resumed: isOwn }, 'order entry: logged on');
    this.#welcome(session, isOwn);
    if (isOwn && logon.lastReport !== undefined) replay(session, logon.lastReport);
    return Reason.None;
  }

  #refusalOf(logon: Logon, known: ClientAccount | undefined, isOwn: boolean): Reason {
    const { clients, nowMs, maxSessions = MAX_SESSIONS } = this.#options;
    const isTakeover = isOwn && known?.session !== undefined;
    if (this.#byPeer.size >= maxSessions && !isTakeover) return Reason.TooManyClients;
    if (known === undefined || isOwn) return Reason.None;
    if (known.session !== undefined) return Reason.NameInUse;
    // Whoever is invited to come back without a token is refused with a wrong one all the same.
    if (known.isOpen && logon.token === NO_TOKEN) return Reason.None;
    return clients.hasState(known, nowMs()) ? Reason.WrongToken : Reason.None;
  }

  #welcome(session: EntrySession, isResumed: boolean): void {
    const { owner, token, lastCommand, reports } = session.account;
    encodeLoggedOn(session.writer(), {
      owner,
      heartbeatMs: ENTRY_HEARTBEAT_INTERVAL_MS,
      epoch: this.#options.epoch,
      token,
      isResumed,
      lastCommand,
      nextReport: reports.next,
    });
    this.mark(session);
  }

  #logoff(session: EntrySession): void {
    this.#forget(session);
    const { name, owner } = session.account;
    this.#options.log.info({ client: name, owner }, 'order entry: logged off');
  }

  #forget(session: EntrySession): void {
    session.hasEnded = true;
    this.stats.ended += 1;
    this.#byPeer.delete(session.peer);
    session.account.session = undefined;
  }
}

/** How many commands this one counts for. */
function costOf(command: Command): number {
  if (command.type === CommandType.MassCancel) return MASS_CANCEL_COST;
  if (command.type !== CommandType.BookUpdate) return 1;
  return 1 + Math.floor(command.levels.length / LEVELS_PER_COMMAND);
}

/** Tells a client what it has missed, as far as that is kept. */
function replay(session: EntrySession, lastReport: number): void {
  const { reports } = session.account;
  if (lastReport + 1 < reports.first) {
    encodeReportsLost(session.writer(), { first: lastReport + 1, last: reports.first - 1 });
  }
  reports.replay(lastReport, (report, sequence) => session.report(report, sequence));
}
