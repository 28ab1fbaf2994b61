/** All sessions: takes frames from peers, keeps who is logged on, gives commands to the sequencer. */

import { DecodeError, type Epoch, type MonotonicClock } from '../../feed/index.ts';
import type { Engine } from '../engine.ts';
import {
  CommandDecoder,
  CommandType,
  decodeLogon,
  encodeHeartbeat,
  encodeLoggedOn,
  encodeLogoff,
  encodeReportsLost,
  isCommand,
  type Logon,
  MessageReader,
  MessageType,
  MessageWriter,
  MIN_ENTRY_HEARTBEAT_MS,
  MISSED_HEARTBEATS_UNTIL_LOST,
  ORDER_ENTRY_VERSION,
  RESUME_WINDOW_MS,
  Reason,
  readCommandNumber,
  writeRejected,
} from '../protocol/index.ts';
import { clientOrderIdOf } from '../sequencer.ts';
import { answerFindClient } from './answer-find-client.ts';
import { answerQuestion, isQuestion } from './answer-question.ts';
import type { ClientAccount } from './client-account.ts';
import type { ClientDirectory } from './client-directory.ts';
import { DisconnectWatch, timeoutMs } from './disconnect-watch.ts';
import type { EntryKeys } from './entry-keys.ts';
import { costOf, isNewWork, OVERLOADED_RETRY_MS } from './load.ts';
import { LogonRules } from './logon-rules.ts';
import { isEngineOnly, isPermitted } from './permissions.ts';
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
  /** While it says true, nothing is taken but what makes the market smaller. Default: never. */
  readonly isOverloaded?: () => boolean;
  /** Who must prove by a key that a name is its own, and may do what; absent: nobody, everybody. */
  readonly keys?: EntryKeys | undefined;
}

/**
 * An engine that has not polled for so long was stopped itself: what its clients have said meanwhile
 * is still on its way, so nobody is held for gone before they have been heard for as long again.
 */
const ENGINE_PAUSE_MS = (MIN_ENTRY_HEARTBEAT_MS * MISSED_HEARTBEATS_UNTIL_LOST) / 2;

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
  readonly #watch = new DisconnectWatch();
  readonly #rules: LogonRules;
  #polledMs: number | undefined;
  /** Before this, silence may be this engine's own. */
  #judgesFromMs = 0;
  #engine: Pick<Engine, 'sequencer' | 'market' | 'flush'> | undefined;

  constructor(options: SessionTableOptions) {
    this.#options = options;
    this.clients = options.clients;
    this.#rules = new LogonRules(options);
  }

  /** Who sequences the commands and knows the instruments; to be said before any frame comes. */
  connect(engine: Pick<Engine, 'sequencer' | 'market' | 'flush'>): void {
    this.#engine = engine;
  }

  /** Clients may log on from now on: those of a run before that stay away are held for gone. */
  open(): void {
    const now = this.#options.nowMs();
    for (const account of this.clients.accounts()) {
      if (account.session === undefined) this.#watch.lost(account, now);
    }
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
    if (now - (this.#polledMs ?? now) > ENGINE_PAUSE_MS) this.#judgesFromMs = now + ENGINE_PAUSE_MS;
    this.#polledMs = now;
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
    if (now < this.#judgesFromMs) return;
    for (const session of this.#byPeer.values()) {
      if (now - session.heardMs >= timeoutMs(session.account)) {
        this.end(session, Reason.HeartbeatLost);
      }
    }
    this.#cancelDisconnected(now);
  }

  #cancelDisconnected(nowMs: number): void {
    if (this.#watch.size === 0) return;
    const { clients, log } = this.#options;
    // Orders that are still waiting to be done count as well.
    this.#engine?.sequencer.commit();
    const openOrders = (account: ClientAccount) => clients.openOrdersOf(account);
    this.#watch.poll(nowMs, openOrders, (account) => {
      const { name, owner } = account;
      const before = openOrders(account);
      this.#engine?.sequencer.submit(owner, 0, { type: CommandType.OwnerGone });
      this.#engine?.sequencer.commit();
      const left = openOrders(account);
      log.warn({ client: name, owner, cancelled: before - left, left }, 'order entry: client gone');
      return left;
    });
  }

  /** Ends a session for the engine's own reasons; the client is told if it can still hear. */
  end(session: EntrySession, reason: Reason): void {
    if (session.hasEnded) return;
    const { peer, account } = session;
    this.#forget(session);
    this.#watch.lost(account, session.heardMs);
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
        const retryAfterMs = account.bucket.take(costOf(command), session.heardMs);
        if (retryAfterMs > 0) {
          this.#refuse(peer, number, clientOrderIdOf(command), Reason.RateLimited, retryAfterMs);
          return;
        }
        if (!isPermitted(command, account, this.#options.keys)) {
          this.#refuse(peer, number, clientOrderIdOf(command), Reason.NotPermitted);
          return;
        }
        if (!session.waits && isNewWork(command) && this.#isOverloaded) {
          this.#refuse(
            peer,
            number,
            clientOrderIdOf(command),
            Reason.Overloaded,
            OVERLOADED_RETRY_MS,
          );
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
    const verdict = this.#rules.judge(logon, known, this.#byPeer.size, nowMs());
    if (verdict.reason !== Reason.None) return verdict.reason;
    const own = verdict.isOwn ? known : undefined;
    if (own?.session !== undefined) this.end(own.session, Reason.TakenOver);
    const account = own ?? clients.claim(logon.name, logon, nowMs());
    if (account === undefined) return Reason.TooManyClients;
    if (own !== undefined) clients.resume(own, logon);
    this.#watch.back(account);
    const isResumed = own !== undefined;
    const { waitsWhenOverloaded } = logon;
    const session = new EntrySession(peer, account, isResumed, nowMs(), waitsWhenOverloaded);
    this.#byPeer.set(peer, session);
    account.session = session;
    account.heldUntilMs = 0;
    const { name, owner } = account;
    log.info({ client: name, owner, resumed: isResumed }, 'order entry: logged on');
    this.#welcome(session, isResumed);
    if (isResumed && logon.lastReport !== undefined) replay(session, logon.lastReport);
    return Reason.None;
  }

  #welcome(session: EntrySession, isResumed: boolean): void {
    const { owner, token, lastCommand, reports, heartbeatMs } = session.account;
    encodeLoggedOn(session.writer(), {
      owner,
      heartbeatMs,
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
    const { account } = session;
    const { name, owner } = account;
    this.#options.log.info({ client: name, owner }, 'order entry: logged off');
    this.#watch.left(account, this.#options.nowMs());
    this.#cancelDisconnected(this.#options.nowMs());
  }

  #forget(session: EntrySession): void {
    session.hasEnded = true;
    this.stats.ended += 1;
    this.#byPeer.delete(session.peer);
    session.account.session = undefined;
  }
}

/** Tells a client what it has missed, as far as that is kept. */
function replay(session: EntrySession, lastReport: number): void {
  const { reports } = session.account;
  if (lastReport + 1 < reports.first) {
    encodeReportsLost(session.writer(), { first: lastReport + 1, last: reports.first - 1 });
  }
  reports.replay(lastReport, (report, sequence) => session.report(report, sequence));
}
