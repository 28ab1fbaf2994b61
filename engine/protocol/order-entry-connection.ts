/** The client end of order entry: logs on, numbers and sends commands, hands out reports. */

import { DecodeError, type Epoch, type Instrument, NO_EPOCH } from '../../feed/index.ts';
import { commandBytes, encodeCommand } from './command-codec.ts';
import type { Command } from './commands.ts';
import { DealerLink } from './dealer-link.ts';
import {
  COMMAND_WINDOW,
  ENTRY_HEARTBEAT_INTERVAL_MS,
  ENTRY_TIMEOUT_MS,
  LOGON_RETRY_MS,
  MAX_UNANSWERED_COMMANDS,
  TARGET_ENTRY_FRAME_BYTES,
} from './limits.ts';
import { MessageReader } from './message-reader.ts';
import { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import { OrderEntryError } from './order-entry-error.ts';
import { decodeReport } from './report-codec.ts';
import { REASON_TEXT, Reason, type Report, ReportType } from './reports.ts';
import {
  decodeInstrumentFound,
  decodeLoggedOn,
  decodeLogoff,
  encodeFindInstrument,
  encodeHeartbeat,
  encodeLogoff,
  encodeLogon,
  type InstrumentFound,
} from './session-codec.ts';

const DEFAULT_LOGON_TIMEOUT_MS = 15_000;
/** What `close` waits for what is queued to leave. */
const CLOSE_LIMIT_MS = 500;

export { OrderEntryError, type OrderEntryErrorCode } from './order-entry-error.ts';

export interface OrderEntryOptions {
  /** Of the engine's entry socket, such as `tcp://127.0.0.1:7102`. */
  readonly endpoint: string;
  /** 1 to 32 printable ASCII characters without spaces; one live session per name. */
  readonly name: string;
  /** Give up connecting after this long. Default 15,000. */
  readonly logonTimeoutMs?: number;
  readonly log?: OrderEntryLog;
}

/** As much of a logger as is needed; pino's fits. */
export interface OrderEntryLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What happens to the session, apart from reports. */
export type OrderEntryEvent =
  | { readonly type: 'logged-on'; readonly owner: number; readonly epoch: Epoch }
  /** The engine is lost and a new log-on under way; `unanswered` commands may or may not be done. */
  | { readonly type: 'disconnected'; readonly reason: Reason; readonly unanswered: number }
  | { readonly type: 'bad-message'; readonly code: string; readonly message: string };

export interface OrderEntryConnection {
  /** Names this client among the owners of orders, for good. */
  readonly owner: number;
  readonly epoch: Epoch;
  /** Commands sent and not answered yet. */
  readonly unanswered: number;
  /**
   * Sends a command and returns its number: 1 for the first of this connection, then one more each.
   * Commands sent in one turn of the event loop travel in one frame. Throws `OrderEntryError`.
   */
  send(command: Command): number;
  /** Returns the function that ends it. Reports are new objects and may be kept. */
  onReport(listener: (report: Report) => void): () => void;
  onEvent(listener: (event: OrderEntryEvent) => void): () => void;
  /** The instrument of a symbol, as it is now; `undefined` when there is none. */
  findInstrument(symbol: string): Promise<Instrument | undefined>;
  /**
   * Resolves when few enough commands are unanswered to send more (at once, mostly). Rejects with
   * `CONNECTION_LOST` when answers were lost since the last call.
   */
  whenDrained(): Promise<void>;
  /** Resolves when every command sent so far is answered. Rejects as `whenDrained` does. */
  whenAnswered(): Promise<void>;
  /** Sends what is queued, logs off and closes the socket. Orders stay in the book. */
  close(): Promise<void>;
}

/** Resolves when logged on. Rejects with `LOGON_TIMED_OUT`, `LOGON_REFUSED` or `BAD_FIELD`. */
export async function connectOrderEntry(options: OrderEntryOptions): Promise<OrderEntryConnection> {
  const client = new OrderEntryClient(options);
  await client.connected;
  return client;
}

/** Resolves once `answered` has reached `until`. */
interface Waiter {
  readonly until: number;
  resolve(): void;
  reject(error: OrderEntryError): void;
}

const State = { LoggingOn: 0, LoggedOn: 1, Closed: 2 } as const;
type State = (typeof State)[keyof typeof State];

class OrderEntryClient implements OrderEntryConnection {
  owner = 0;
  epoch: Epoch = NO_EPOCH;
  readonly connected: Promise<void>;
  readonly #options: OrderEntryOptions;
  readonly #reader = new MessageReader();
  readonly #writer = new MessageWriter();
  /** Frames that are full and wait for the socket. */
  readonly #frames: Frame[] = [];
  readonly #reportListeners = new Set<(report: Report) => void>();
  readonly #eventListeners = new Set<(event: OrderEntryEvent) => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #deadlineMs: number;
  #settleConnected: { resolve(): void; reject(error: OrderEntryError): void } | undefined;
  #waiters: Waiter[] = [];
  #questions: Question[] = [];
  #link: DealerLink;
  #state: State = State.LoggingOn;
  /** Numbers of the last command given out, handed to the socket, answered. */
  #last = 0;
  #handedOver = 0;
  #answered = 0;
  #answersLost = 0;
  #pump: Promise<void> | undefined;
  #heardMs = performance.now();
  #spokeMs = 0;
  #refusal: Reason = Reason.None;
  #isLogonQueued = false;

  constructor(options: OrderEntryOptions) {
    // Refuses a bad name here, where the caller sees it.
    encodeLogon(new MessageWriter(), options.name);
    this.#options = options;
    this.#deadlineMs = performance.now() + (options.logonTimeoutMs ?? DEFAULT_LOGON_TIMEOUT_MS);
    this.connected = new Promise((resolve, reject) => {
      this.#settleConnected = { resolve, reject };
    });
    this.#link = this.#openLink();
    this.#timer = setInterval(() => this.#tick(), LOGON_RETRY_MS);
  }

  get unanswered(): number {
    return this.#last - this.#answered;
  }

  send(command: Command): number {
    if (this.#state === State.Closed) throw new OrderEntryError('CLOSED');
    if (this.unanswered >= MAX_UNANSWERED_COMMANDS) {
      throw new OrderEntryError('TOO_MANY_UNANSWERED', `The limit is ${MAX_UNANSWERED_COMMANDS}.`);
    }
    if (!this.#writer.fits(commandBytes(command))) this.#closeFrame();
    encodeCommand(this.#writer, this.#last + 1, command);
    this.#last += 1;
    if (this.#writer.length >= TARGET_ENTRY_FRAME_BYTES) this.#closeFrame();
    this.#startPump();
    return this.#last;
  }

  onReport(listener: (report: Report) => void): () => void {
    this.#reportListeners.add(listener);
    return () => this.#reportListeners.delete(listener);
  }

  onEvent(listener: (event: OrderEntryEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  async findInstrument(symbol: string): Promise<Instrument | undefined> {
    if (this.#state === State.Closed) throw new OrderEntryError('CLOSED');
    this.#ask(symbol);
    return new Promise((resolve, reject) => this.#questions.push({ symbol, resolve, reject }));
  }

  #ask(symbol: string): void {
    if (!this.#writer.fits(MESSAGE_BYTES.FindInstrument)) this.#closeFrame();
    encodeFindInstrument(this.#writer, symbol);
    this.#startPump();
  }

  whenDrained(): Promise<void> {
    return this.unanswered < COMMAND_WINDOW
      ? this.#whenAnswered(this.#answered)
      : this.#whenAnswered(this.#last - COMMAND_WINDOW / 2);
  }

  whenAnswered(): Promise<void> {
    return this.#whenAnswered(this.#last);
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
    this.#rejectWaiters(error);
    for (const question of this.#questions.splice(0)) question.reject(error);
  }

  #whenAnswered(until: number): Promise<void> {
    if (this.#answersLost > 0) {
      const lost = this.#answersLost;
      this.#answersLost = 0;
      return Promise.reject(new OrderEntryError('CONNECTION_LOST', `There were ${lost}.`));
    }
    if (this.#answered >= until) return Promise.resolve();
    if (this.#state === State.Closed) return Promise.reject(new OrderEntryError('CLOSED'));
    return new Promise((resolve, reject) => this.#waiters.push({ until, resolve, reject }));
  }

  // Sending

  #closeFrame(): void {
    if (this.#writer.length === 0) return;
    this.#frames.push({ bytes: this.#writer.take(), last: this.#last });
  }

  /** Waits for the end of this turn of the event loop, so that what is sent in it goes together. */
  #startPump(): void {
    if (this.#pump !== undefined || this.#state !== State.LoggedOn) return;
    this.#pump = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#sendFrames())
      .finally(() => {
        this.#pump = undefined;
      });
  }

  async #sendFrames(): Promise<void> {
    const link = this.#link;
    while (this.#state === State.LoggedOn && link === this.#link) {
      if (this.#frames.length === 0) this.#closeFrame();
      const frame = this.#frames.shift();
      if (frame === undefined) return;
      this.#handedOver = frame.last;
      this.#spokeMs = performance.now();
      await link.send(frame.bytes);
    }
  }

  // Receiving

  #openLink(): DealerLink {
    const link = new DealerLink(this.#options.endpoint, (frame) => {
      if (link === this.#link) this.#receive(frame);
    });
    this.#isLogonQueued = false;
    void this.#sendLogon(link);
    return link;
  }

  /** May wait in a full socket, for an engine that is not there; then another would be one too many. */
  async #sendLogon(link: DealerLink): Promise<void> {
    if (this.#isLogonQueued) return;
    this.#isLogonQueued = true;
    const writer = new MessageWriter();
    encodeLogon(writer, this.#options.name);
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
    this.#resolveWaiters();
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
      case MessageType.InstrumentFound:
        this.#instrumentFound(decodeInstrumentFound(this.#reader));
        break;
      default: {
        // A message that this version does not know is skipped: the engine may be newer.
        const report = decodeReport(this.#reader);
        if (report !== undefined) this.#report(report);
      }
    }
  }

  #report(report: Report): void {
    if (report.command > this.#answered) this.#answered = Math.min(report.command, this.#last);
    if (report.type === ReportType.Rejected && report.reason === Reason.NotLoggedOn) {
      this.#refusal = Reason.NotLoggedOn;
    }
    for (const listener of this.#reportListeners) callSafely(() => listener(report));
  }

  #instrumentFound({ symbol, instrument }: InstrumentFound): void {
    const answered = this.#questions.filter((question) => question.symbol === symbol);
    this.#questions = this.#questions.filter((question) => question.symbol !== symbol);
    for (const question of answered) question.resolve(instrument);
  }

  #loggedOn(): void {
    if (this.#state !== State.LoggingOn) return;
    const { owner, epoch } = decodeLoggedOn(this.#reader);
    this.#state = State.LoggedOn;
    this.#refusal = Reason.None;
    this.#heardMs = performance.now();
    this.owner = owner;
    this.epoch = epoch;
    this.#tell({ type: 'logged-on', owner, epoch });
    this.#settleConnected?.resolve();
    this.#settleConnected = undefined;
    // What was asked in an earlier session may have been lost with it; an answer twice does no harm.
    for (const { symbol } of this.#questions) this.#ask(symbol);
    this.#startPump();
  }

  #loggedOff(reason: Reason): void {
    this.#refusal = reason;
    if (this.#state !== State.LoggingOn || this.#settleConnected === undefined) return;
    // A name in use may be this client's own session of a moment ago, which soon times out.
    if (reason === Reason.NameInUse || reason === Reason.EngineStopping) return;
    this.#end(new OrderEntryError('LOGON_REFUSED', REASON_TEXT[reason]));
  }

  #resolveWaiters(): void {
    if (this.#waiters.length === 0) return;
    const waiting = this.#waiters.filter((waiter) => waiter.until > this.#answered);
    if (waiting.length === this.#waiters.length) return;
    const done = this.#waiters.filter((waiter) => waiter.until <= this.#answered);
    this.#waiters = waiting;
    for (const waiter of done) waiter.resolve();
  }

  #rejectWaiters(error: OrderEntryError): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }

  // The session

  #tick(): void {
    const now = performance.now();
    if (this.#state === State.LoggingOn) {
      this.#retryLogon(now);
      return;
    }
    if (now - this.#spokeMs >= ENTRY_HEARTBEAT_INTERVAL_MS) this.#heartbeat(now);
    if (now - this.#heardMs < ENTRY_TIMEOUT_MS) return;
    // This process may have slept itself: what has arrived meanwhile is read before judging.
    setImmediate(() => {
      const silentMs = performance.now() - this.#heardMs;
      if (this.#state === State.LoggedOn && silentMs >= ENTRY_TIMEOUT_MS) {
        this.#lose(Reason.HeartbeatLost);
      }
    });
  }

  /** An order in the queue says as much as a heartbeat; so this never competes with the pump. */
  #heartbeat(now: number): void {
    this.#spokeMs = now;
    if (this.#writer.length === 0 && this.#frames.length === 0) encodeHeartbeat(this.#writer);
    this.#startPump();
  }

  #retryLogon(now: number): void {
    if (this.#settleConnected !== undefined && now >= this.#deadlineMs) {
      const why = this.#refusal === Reason.None ? '' : ` ${REASON_TEXT[this.#refusal]}`;
      this.#end(new OrderEntryError('LOGON_TIMED_OUT', `It is ${this.#options.endpoint}.${why}`));
      return;
    }
    const isRefused = this.#refusal !== Reason.None;
    if (!isRefused && now - this.#spokeMs < ENTRY_HEARTBEAT_INTERVAL_MS) return;
    this.#refusal = Reason.None;
    void this.#sendLogon(this.#link);
  }

  /** The session is gone: what was handed over and not answered may or may not be done. */
  #lose(reason: Reason): void {
    const unanswered = Math.max(0, this.#handedOver - this.#answered);
    this.#state = State.LoggingOn;
    this.#refusal = Reason.None;
    this.#answered = Math.max(this.#answered, this.#handedOver);
    // A fresh socket: what the old one still holds is never delivered late.
    this.#link.close();
    this.#link = this.#openLink();
    this.#tell({ type: 'disconnected', reason, unanswered });
    if (unanswered === 0) return;
    if (this.#waiters.length === 0) this.#answersLost += unanswered;
    this.#rejectWaiters(new OrderEntryError('CONNECTION_LOST', `There were ${unanswered}.`));
  }

  #tell(event: OrderEntryEvent): void {
    const { log, endpoint, name } = this.#options;
    const isGood = event.type === 'logged-on';
    log?.[isGood ? 'info' : 'warn']({ ...event, endpoint, name }, `order entry: ${event.type}`);
    for (const listener of this.#eventListeners) callSafely(() => listener(event));
  }
}

/** An instrument that was asked for. */
interface Question {
  readonly symbol: string;
  resolve(instrument: Instrument | undefined): void;
  reject(error: OrderEntryError): void;
}

/** A frame on its way out and the number of the last command in it. */
interface Frame {
  readonly bytes: Uint8Array;
  readonly last: number;
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
