/** One client's session with an engine: log-on, heartbeats, the way out, the way in. */

import { DecodeError, type Epoch, type Instrument, NO_EPOCH } from '../../feed/index.ts';
import { clientCurve } from '../../feed/node.ts';
import { AnswerWaiters } from './answer-waiters.ts';
import { type ClientFound, decodeClientFound } from './client-codec.ts';
import { commandBytes, encodeCommand } from './command-encoder.ts';
import type { Command } from './commands.ts';
import { DealerLink, keyProof } from './dealer-link.ts';
import {
  ENTRY_HEARTBEAT_INTERVAL_MS,
  LOGON_RETRY_MS,
  MAX_UNANSWERED_COMMANDS,
  MISSED_HEARTBEATS_UNTIL_LOST,
} from './limits.ts';
import {
  decodeLoggedOn,
  encodeLogon,
  type LogonRequest,
  NO_KEY_PROOF,
  NO_TOKEN,
} from './logon-codec.ts';
import { MessageReader } from './message-reader.ts';
import { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import { decodeOpenOrdersPage } from './open-orders-codec.ts';
import type {
  OrderEntryConnection,
  OrderEntryEvent,
  OrderEntryOptions,
  SessionMemory,
} from './order-entry-connection.ts';
import { OrderEntryError } from './order-entry-error.ts';
import { Outbox } from './outbox.ts';
import { type OpenOrders, Questions } from './questions.ts';
import { decodeReport } from './report-decoder.ts';
import { REASON_TEXT, Reason, type Report, ReportType } from './reports.ts';
import {
  decodeInstrumentFound,
  decodeLogoff,
  decodeReportSequence,
  decodeReportsLost,
  encodeHeartbeat,
  encodeLogoff,
  type InstrumentKey,
  type ReportsLost,
} from './session-codec.ts';

const DEFAULT_LOGON_TIMEOUT_MS = 15_000;
/** What `close` waits for what is queued to leave. */
const CLOSE_LIMIT_MS = 500;

const State = { LoggingOn: 0, LoggedOn: 1, Closed: 2 } as const;
type State = (typeof State)[keyof typeof State];

export class OrderEntryClient implements OrderEntryConnection {
  owner = 0;
  epoch: Epoch = NO_EPOCH;
  readonly connected: Promise<void>;
  readonly #options: OrderEntryOptions;
  readonly #reader = new MessageReader();
  readonly #outbox = new Outbox();
  readonly #answers = new AnswerWaiters();
  readonly #reportListeners = new Set<(report: Report) => void>();
  readonly #eventListeners = new Set<(event: OrderEntryEvent) => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #deadlineMs: number;
  #settleConnected: { resolve(): void; reject(error: OrderEntryError): void } | undefined;
  readonly #questions = new Questions((bytes, write) => {
    write(this.#outbox.writer(bytes));
    this.#startPump();
  });
  #link: DealerLink;
  #state: State = State.LoggingOn;
  #pump: Promise<void> | undefined;
  #heardMs = performance.now();
  #spokeMs = 0;
  #refusal: Reason = Reason.None;
  #isLogonQueued = false;
  /** As it was asked for, and then as the engine has said. */
  #heartbeatMs: number;
  readonly #keyProof: string;
  #token: string | undefined;
  /** Number of the last report told; undefined before the first log-on of a new client. */
  #lastReport: number | undefined;
  /** Number of the next report that has a transaction. */
  #nextReport = 0;

  constructor(options: OrderEntryOptions) {
    this.#options = options;
    this.#keyProof = proofOf(options);
    this.#heartbeatMs = options.heartbeatMs ?? ENTRY_HEARTBEAT_INTERVAL_MS;
    this.#token = options.resume?.token;
    this.#lastReport = options.resume?.lastReport;
    if (options.onReport !== undefined) this.#reportListeners.add(options.onReport);
    // Refuses a bad name here, where the caller sees it.
    encodeLogon(new MessageWriter(), this.#logonRequest());
    this.#deadlineMs = performance.now() + (options.logonTimeoutMs ?? DEFAULT_LOGON_TIMEOUT_MS);
    this.connected = new Promise((resolve, reject) => {
      this.#settleConnected = { resolve, reject };
    });
    this.#link = this.#openLink();
    const tickMs = Math.min(LOGON_RETRY_MS, this.#heartbeatMs / 4);
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  get unanswered(): number {
    return this.#answers.unanswered;
  }

  get memory(): SessionMemory {
    return { token: this.#token ?? NO_TOKEN, lastReport: this.#lastReport };
  }

  send(command: Command): number {
    if (this.#state === State.Closed) throw new OrderEntryError('CLOSED');
    if (this.unanswered >= MAX_UNANSWERED_COMMANDS) {
      throw new OrderEntryError('TOO_MANY_UNANSWERED', `The limit is ${MAX_UNANSWERED_COMMANDS}.`);
    }
    const number = this.#answers.last + 1;
    // Throws before anything is counted when the command cannot be written.
    encodeCommand(this.#outbox.writer(commandBytes(command)), number, command);
    this.#outbox.wrote(number);
    this.#startPump();
    return this.#answers.take();
  }

  onReport(listener: (report: Report) => void): () => void {
    this.#reportListeners.add(listener);
    return () => this.#reportListeners.delete(listener);
  }

  onEvent(listener: (event: OrderEntryEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  async findInstrument(key: InstrumentKey): Promise<Instrument | undefined> {
    if (this.#state === State.Closed) throw new OrderEntryError('CLOSED');
    return this.#questions.findInstrument(key);
  }

  async openOrders(instrument = 0): Promise<OpenOrders> {
    if (this.#state === State.Closed) throw new OrderEntryError('CLOSED');
    return this.#questions.openOrders(instrument);
  }

  async findClient(name: string, release = false): Promise<ClientFound> {
    if (this.#state === State.Closed) throw new OrderEntryError('CLOSED');
    return this.#questions.findClient({ name, release });
  }

  whenDrained(): Promise<void> {
    return this.#state === State.Closed ? closedError() : this.#answers.whenDrained();
  }

  whenAnswered(): Promise<void> {
    const isCutShort = this.#state === State.Closed && this.unanswered > 0;
    return isCutShort ? closedError() : this.#answers.whenAnswered();
  }

  async close(): Promise<void> {
    if (this.#state === State.Closed) return;
    if (this.#state === State.LoggedOn) {
      // An engine that has gone would take the farewell never.
      const limit = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS).unref());
      await Promise.race([this.#sayGoodbye(), limit]);
    }
    this.#end(new OrderEntryError('CLOSED'));
  }

  async #sayGoodbye(): Promise<void> {
    this.#startPump();
    await this.#pump;
    const writer = new MessageWriter();
    encodeLogoff(writer, Reason.ByRequest);
    await this.#link.send(writer.take());
  }

  #end(error: OrderEntryError): void {
    if (this.#state === State.Closed) return;
    this.#state = State.Closed;
    clearInterval(this.#timer);
    this.#link.close();
    this.#settleConnected?.reject(error);
    this.#settleConnected = undefined;
    this.#answers.rejectAll(error);
    this.#questions.rejectAll(error);
  }

  // Sending

  /** Waits for the end of this turn of the event loop, so that what is sent in it goes together. */
  #startPump(): void {
    if (this.#pump !== undefined || this.#state !== State.LoggedOn) return;
    this.#pump = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#sendFrames())
      .finally(() => {
        this.#pump = undefined;
        // Something may have been added after the last look.
        if (!this.#outbox.isEmpty) this.#startPump();
      });
  }

  async #sendFrames(): Promise<void> {
    const link = this.#link;
    while (this.#state === State.LoggedOn && link === this.#link) {
      const frame = this.#outbox.take();
      if (frame === undefined) return;
      this.#answers.handedOver(frame.last);
      this.#spokeMs = performance.now();
      await link.send(frame.bytes);
    }
  }

  // Receiving

  #openLink(): DealerLink {
    const { endpoint, keys } = this.#options;
    const curve = keys === undefined ? undefined : clientCurve(keys, keys.serverKey);
    const onFrame = (frame: Uint8Array) => {
      if (link === this.#link) this.#receive(frame);
    };
    const link = new DealerLink(endpoint, onFrame, curve);
    this.#isLogonQueued = false;
    void this.#sendLogon(link);
    return link;
  }

  #logonRequest(): LogonRequest {
    const { name, isOpen = false, cancelOnDisconnect = false } = this.#options;
    const { heartbeatMs = ENTRY_HEARTBEAT_INTERVAL_MS, waitsWhenOverloaded = false } =
      this.#options;
    const choice = { isOpen, cancelOnDisconnect, heartbeatMs, waitsWhenOverloaded };
    const token = this.#token ?? NO_TOKEN;
    return { name, token, lastReport: this.#lastReport, keyProof: this.#keyProof, ...choice };
  }

  /** May wait in a full socket, for an engine that is not there; then another would be one too many. */
  async #sendLogon(link: DealerLink): Promise<void> {
    if (this.#isLogonQueued) return;
    this.#isLogonQueued = true;
    const writer = new MessageWriter();
    encodeLogon(writer, this.#logonRequest());
    const isSent = await link.send(writer.take());
    if (!isSent || link !== this.#link) return;
    this.#isLogonQueued = false;
    this.#spokeMs = performance.now();
  }

  #receive(frame: Uint8Array): void {
    this.#heardMs = performance.now();
    try {
      this.#reader.open(frame);
      while (this.#state !== State.Closed && this.#reader.next()) this.#readMessage();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#tell({ type: 'bad-message', code: error.code, message: error.message });
    }
    this.#outbox.answered(this.#answers.lastAnswered);
    this.#answers.wake();
    if (this.#refusal !== Reason.None && this.#state === State.LoggedOn) {
      this.#lose(this.#refusal);
    }
  }

  #readMessage(): void {
    switch (this.#reader.type) {
      case MessageType.LoggedOn:
        this.#loggedOn();
        break;
      case MessageType.Logoff:
        this.#loggedOff(decodeLogoff(this.#reader));
        break;
      case MessageType.ReportSequence:
        this.#nextReport = decodeReportSequence(this.#reader);
        break;
      case MessageType.ReportsLost:
        this.#reportsLost(decodeReportsLost(this.#reader));
        break;
      case MessageType.InstrumentFound:
        this.#questions.instrumentFound(decodeInstrumentFound(this.#reader));
        break;
      case MessageType.ClientFound:
        this.#questions.clientFound(decodeClientFound(this.#reader));
        break;
      case MessageType.OpenOrdersPage:
        this.#questions.openOrdersPage(decodeOpenOrdersPage(this.#reader), this.#heardMs);
        break;
      default: {
        // A message that this version does not know is skipped: the engine may be newer.
        const report = decodeReport(this.#reader);
        if (report !== undefined) this.#report(report);
      }
    }
  }

  #report(report: Report): void {
    if (report.type === ReportType.Rejected && report.reason === Reason.NotLoggedOn) {
      // No answer: the engine has lost the session, and gets the command again in the next one.
      this.#refusal = Reason.NotLoggedOn;
      return;
    }
    if (!this.#isNew(report)) return;
    this.#answers.answered(report.command);
    for (const listener of this.#reportListeners) callSafely(() => listener(report));
  }

  /** False for what was told in an earlier session. */
  #isNew(report: Report): boolean {
    if (report.transaction === 0) {
      return report.command === 0 || report.command > this.#answers.lastAnswered;
    }
    const sequence = this.#nextReport;
    this.#nextReport += 1;
    if (sequence <= (this.#lastReport ?? 0)) return false;
    this.#lastReport = sequence;
    return true;
  }

  #reportsLost({ first, last }: ReportsLost): void {
    this.#lastReport = last;
    this.#tell({ type: 'reports-lost', first, last });
  }

  #loggedOn(): void {
    if (this.#state !== State.LoggingOn) return;
    const loggedOn = decodeLoggedOn(this.#reader);
    const { owner, epoch, isResumed, token, lastCommand, nextReport } = loggedOn;
    this.#heartbeatMs = loggedOn.heartbeatMs;
    this.#state = State.LoggedOn;
    this.#refusal = Reason.None;
    this.#heardMs = performance.now();
    this.owner = owner;
    this.epoch = epoch;
    this.#token = token;
    this.#options.onToken?.(token);
    if (this.#settleConnected !== undefined) this.#answers.startAfter(lastCommand);
    if (isResumed) this.#outbox.sendAgain();
    else this.#startAnew();
    if (!isResumed || this.#lastReport === undefined) this.#lastReport = nextReport - 1;
    this.#tell({ type: 'logged-on', owner, epoch, isResumed });
    this.#settleConnected?.resolve();
    this.#settleConnected = undefined;
    // What was asked in an earlier session may have been lost with it.
    this.#questions.askAgain();
    this.#startPump();
  }

  /** The engine knows nothing of an earlier session: what it had not answered is not sent again. */
  #startAnew(): void {
    this.#outbox.forget();
    const unanswered = this.#answers.lose();
    if (unanswered > 0) this.#tell({ type: 'commands-lost', unanswered });
  }

  #loggedOff(reason: Reason): void {
    this.#refusal = reason;
    if (reason === Reason.TakenOver) this.#end(new OrderEntryError('TAKEN_OVER'));
    if (reason === Reason.WrongToken || reason === Reason.WrongKey) {
      this.#end(new OrderEntryError('LOGON_REFUSED', REASON_TEXT[reason]));
    }
    if (this.#state !== State.LoggingOn || this.#settleConnected === undefined) return;
    // A name in use may be this client's own session of a moment ago, which soon times out.
    if (reason === Reason.NameInUse || reason === Reason.EngineStopping) return;
    this.#end(new OrderEntryError('LOGON_REFUSED', REASON_TEXT[reason]));
  }

  // The session

  #tick(): void {
    const now = performance.now();
    if (this.#state === State.LoggingOn) {
      this.#retryLogon(now);
      return;
    }
    this.#questions.poll(now);
    const timeoutMs = MISSED_HEARTBEATS_UNTIL_LOST * this.#heartbeatMs;
    if (now - this.#spokeMs >= this.#heartbeatMs) this.#heartbeat(now);
    if (now - this.#heardMs < timeoutMs) return;
    // This process may have slept itself: what has arrived meanwhile is read before judging.
    setImmediate(() => {
      const silentMs = performance.now() - this.#heardMs;
      if (this.#state === State.LoggedOn && silentMs >= timeoutMs) {
        this.#lose(Reason.HeartbeatLost);
      }
    });
  }

  /** An order in the queue says as much as a heartbeat; so this never competes with the pump. */
  #heartbeat(now: number): void {
    this.#spokeMs = now;
    if (this.#outbox.isEmpty) encodeHeartbeat(this.#outbox.writer(MESSAGE_BYTES.Heartbeat));
    this.#startPump();
  }

  #retryLogon(now: number): void {
    if (this.#settleConnected !== undefined && now >= this.#deadlineMs) {
      const why = this.#refusal === Reason.None ? '' : ` ${REASON_TEXT[this.#refusal]}`;
      this.#end(new OrderEntryError('LOGON_TIMED_OUT', `It is ${this.#options.endpoint}.${why}`));
      return;
    }
    const isRefused = this.#refusal !== Reason.None;
    const pauseMs = isRefused ? LOGON_RETRY_MS : ENTRY_HEARTBEAT_INTERVAL_MS;
    if (now - this.#spokeMs < pauseMs) return;
    this.#refusal = Reason.None;
    void this.#sendLogon(this.#link);
  }

  /** The session is gone: what was handed over and not answered waits for the next one. */
  #lose(reason: Reason): void {
    this.#state = State.LoggingOn;
    this.#refusal = Reason.None;
    // A fresh socket: what the old one still holds is never delivered late.
    this.#link.close();
    this.#link = this.#openLink();
    this.#tell({ type: 'disconnected', reason, unanswered: this.unanswered });
  }

  #tell(event: OrderEntryEvent): void {
    const { log, endpoint, name } = this.#options;
    const isGood = event.type === 'logged-on';
    log?.[isGood ? 'info' : 'warn'](
      { ...event, endpoint, client: name },
      `order entry: ${event.type}`,
    );
    for (const listener of this.#eventListeners) callSafely(() => listener(event));
  }
}

/** That the name is this client's own, for an engine that has keys. Throws for what is no key. */
function proofOf({ name, keys }: OrderEntryOptions): string {
  return keys === undefined ? NO_KEY_PROOF : keyProof(keys.secretKey, keys.serverKey, name);
}

function closedError(): Promise<never> {
  return Promise.reject(new OrderEntryError('CLOSED'));
}

/** A listener's mistake is the process's to report, and must not cost the session its messages. */
function callSafely(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
