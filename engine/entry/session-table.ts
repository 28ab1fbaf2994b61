/** All sessions: takes frames from peers, keeps who is logged on, gives commands to the sequencer. */

import { DecodeError, type Epoch, type MonotonicClock } from '../../feed/index.ts';
import type { Engine } from '../engine.ts';
import {
  CommandDecoder,
  decodeLogon,
  encodeHeartbeat,
  encodeLogoff,
  isCommand,
  type Logon,
  MessageReader,
  MessageType,
  MessageWriter,
  ORDER_ENTRY_VERSION,
  RESUME_WINDOW_MS,
  Reason,
  readCommandNumber,
  writeRejected,
} from '../protocol/index.ts';
import { clientOrderIdOf } from '../sequencer.ts';
import { answerFindClient } from './answer-find-client.ts';
import { answerQuestion, isQuestion } from './answer-question.ts';
import type { ClientDirectory } from './client-directory.ts';
import { CommandRules } from './command-rules.ts';
import { timeoutMs } from './disconnect-watch.ts';
import type { EntryKeys } from './entry-keys.ts';
import { GoneClients } from './gone-clients.ts';
import { LogonRules } from './logon-rules.ts';
import { isEngineOnly } from './permissions.ts';
import { EntrySession } from './session.ts';
import { replay, welcome } from './welcome.ts';

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
  /** While it says true, nothing is taken but what makes the market smaller. Default: never. */
  readonly isOverloaded?: () => boolean;
  /** Who must prove by a key that a name is its own, and may do what; absent: nobody, everybody. */
  readonly keys?: EntryKeys | undefined;
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
  readonly #gone: GoneClients;
  readonly #logons: LogonRules;
  readonly #rules: CommandRules;
  #engine: Pick<Engine, 'sequencer' | 'market' | 'flush'> | undefined;

  constructor(options: SessionTableOptions) {
    this.#options = options;
    this.clients = options.clients;
    this.#gone = new GoneClients(options.clients, options.log);
    this.#logons = new LogonRules(options);
    this.#rules = new CommandRules(options.keys, () => this.#isOverloaded);
  }

  /** Who sequences the commands and knows the instruments; to be said before any frame comes. */
  connect(engine: Pick<Engine, 'sequencer' | 'market' | 'flush'>): void {
    this.#engine = engine;
  }

  /** Clients may log on from now on: those of a run before that stay away are held for gone. */
  open(): void {
    this.#gone.open(this.#options.nowMs());
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
    if (session !== undefined) {
      session.heardMs = this.#options.nowMs();
      if (session.isWaiting || (session.waits && this.#isOverloaded)) {
        if (!session.wait(frame)) this.end(session, Reason.Overloaded);
        return;
      }
    }
    this.#readFrame(peer, frame);
  }

  get #isOverloaded(): boolean {
    return this.#options.isOverloaded?.() === true;
  }

  #readFrame(peer: string, frame: Uint8Array): void {
    try {
      this.#reader.open(frame);
      while (this.#reader.next()) this.#readMessage(peer);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#refuse(peer, 0, 0, Reason.BadMessage);
    }
    if (this.#stray.length > 0) this.#options.reply(peer, this.#stray.take());
  }

  /** Does what had to wait, until the engine is overloaded again. */
  #goOn(session: EntrySession): void {
    while (session.isWaiting && !session.hasEnded && !this.#isOverloaded) {
      this.#readFrame(session.peer, session.takeWaiting() as Uint8Array);
      // What it publishes may be what closes the gate again.
      this.#engine?.flush();
    }
  }

  /** Heartbeats where nothing else was said. Call it a few times per heartbeat interval. */
  poll(): void {
    const now = this.#options.nowMs();
    this.#gone.poll(now);
    for (const session of this.#byPeer.values()) {
      if (session.isWaiting) this.#goOn(session);
      if (session.hasOutput || now - session.spokeMs < session.account.heartbeatMs) continue;
      encodeHeartbeat(session.writer());
      this.mark(session);
    }
  }

  /**
   * Ends sessions that have gone silent, and cancels the orders of clients that have gone and asked
   * for that; to be called when everything that arrived is read.
   */
  endSilent(): void {
    const now = this.#options.nowMs();
    if (!this.#gone.mayJudge(now)) return;
    for (const session of this.#byPeer.values()) {
      if (now - session.heardMs >= timeoutMs(session.account)) {
        this.end(session, Reason.HeartbeatLost);
      }
    }
    this.#gone.cancel(now, this.#engine);
  }

  /** Ends a session for the engine's own reasons; the client is told if it can still hear. */
  end(session: EntrySession, reason: Reason): void {
    if (session.hasEnded) return;
    const { peer, account } = session;
    this.#forget(session);
    this.#gone.watch.lost(account, session.heardMs);
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
      if (engine !== undefined && this.#reader.type === MessageType.FindClient) {
        this.#answerFindClient(session);
      } else if (engine !== undefined) answerQuestion(this.#reader, session, engine);
      this.mark(session);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#refuse(peer, 0, 0, Reason.BadField);
    }
  }

  #answerFindClient(session: EntrySession): void {
    const { clients, keys, log } = this.#options;
    // Answered in turn: behind the commands that came before.
    this.#engine?.sequencer.commit();
    const isReleased = answerFindClient(this.#reader, session, clients, keys);
    const { name } = session.account;
    if (isReleased) log.warn({ client: name }, 'order entry: a name was released by an operator');
  }

  #readCommand(peer: string, session: EntrySession | undefined): void {
    let number = 0;
    try {
      // A command of a type that this version does not know may be too short to have a number.
      this.#reader.require(16);
      number = readCommandNumber(this.#reader);
      const command = this.#decoder.read(this.#reader);
      if (command === undefined || isEngineOnly(command)) {
        this.#refuse(peer, number, 0, Reason.BadMessage);
      } else if (session === undefined) {
        this.#refuse(peer, number, clientOrderIdOf(command), Reason.NotLoggedOn);
      } else if (number <= session.account.lastCommand) {
        this.#refuse(peer, number, clientOrderIdOf(command), Reason.CommandRepeated);
      } else {
        const { account } = session;
        account.lastCommand = number;
        const reason = this.#rules.judge(command, session);
        if (reason !== Reason.None) {
          const { retryAfterMs } = this.#rules;
          this.#refuse(peer, number, clientOrderIdOf(command), reason, retryAfterMs);
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
      session.reportAdded();
    } else {
      session.report(writer.written, 0);
    }
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
        this.#welcome(session);
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
    const verdict = this.#logons.judge(logon, known, this.#byPeer.size, nowMs());
    if (verdict.reason !== Reason.None) return verdict.reason;
    const own = verdict.isOwn ? known : undefined;
    if (own?.session !== undefined) this.end(own.session, Reason.TakenOver);
    const account = own ?? clients.claim(logon.name, logon, nowMs());
    if (account === undefined) return Reason.TooManyClients;
    if (own !== undefined) clients.resume(own, logon);
    this.#gone.watch.back(account);
    const isResumed = own !== undefined;
    const { waitsWhenOverloaded } = logon;
    const session = new EntrySession(peer, account, isResumed, nowMs(), waitsWhenOverloaded);
    this.#byPeer.set(peer, session);
    account.session = session;
    account.heldUntilMs = 0;
    const { name, owner } = account;
    log.info({ client: name, owner, resumed: isResumed }, 'order entry: logged on');
    this.#welcome(session);
    if (isResumed && logon.lastReport !== undefined) replay(session, logon.lastReport);
    return Reason.None;
  }

  #welcome(session: EntrySession): void {
    welcome(session, this.#options.epoch);
    this.mark(session);
  }

  #logoff(session: EntrySession): void {
    this.#forget(session);
    const { account } = session;
    const { name, owner } = account;
    this.#options.log.info({ client: name, owner }, 'order entry: logged off');
    const now = this.#options.nowMs();
    this.#gone.watch.left(account, now);
    this.#gone.cancel(now, this.#engine);
  }

  #forget(session: EntrySession): void {
    session.hasEnded = true;
    this.stats.ended += 1;
    this.#byPeer.delete(session.peer);
    session.account.session = undefined;
  }
}
