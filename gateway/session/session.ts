/** One client: who it is, what it says, and what it may be sent. Knows no transport. */

import type { Channels } from '../channels/channels.ts';
import type { ClassTime } from '../conflation/conflation-class.ts';
import type { Authenticator } from '../guard/identity.ts';
import type { UserGuard } from '../guard/user-guard.ts';
import {
  CLOSE_CODES,
  type CloseName,
  type Codec,
  ERROR_CODES,
  type ErrorName,
  type GatewayEvent,
  type Message,
  MessageType,
  type Request,
  RequestReader,
} from '../protocol/index.ts';
import { count, type Tally } from '../tally.ts';
import type { SessionPort, TransportLink } from '../transports/transport.ts';
import { Admission } from './admission.ts';
import { Entrance, type EntranceHost } from './entrance.ts';
import { Flow } from './flow.ts';
import { KeptRequests } from './kept-requests.ts';
import { RequestAllowance } from './request-allowance.ts';
import type { Asker, RequestDesk } from './request-desk.ts';
import { Subscriptions, type Voice } from './subscriptions.ts';

const RETRY_AFTER_MS = 1000;

export interface SessionLog {
  info(fields: object, message: string): void;
}

export interface SessionOptions {
  /** Names the connection in logs and to the client. */
  readonly id: string;
  /** Where it comes from, for the log. */
  readonly peer: string;
  /** Counts connections, to spread them over each interval. */
  readonly slot: number;
  readonly link: TransportLink;
  readonly channels: Channels;
  readonly codec: Codec;
  readonly authenticator: Authenticator;
  readonly users: UserGuard;
  /** Shared by all sessions. */
  readonly desk: RequestDesk;
  readonly helloDeadlineMs: number;
  readonly log: SessionLog;
  readonly tally: Tally;
  /** Told once, when the session is over. */
  readonly owner: SessionOwner;
}

export interface SessionOwner {
  ended(session: Session): void;
}

export class Session implements SessionPort, Voice, EntranceHost, Asker {
  readonly #options: SessionOptions;
  readonly #flow: Flow;
  readonly #requests: RequestReader;
  readonly #admission: Admission;
  readonly #subscriptions: Subscriptions;
  readonly #entrance: Entrance;
  readonly #allowance: RequestAllowance;
  readonly #kept: KeptRequests;
  #isOver = false;

  constructor(options: SessionOptions) {
    const { authenticator, users, channels, codec, slot, tally, helloDeadlineMs } = options;
    this.#options = options;
    this.#flow = new Flow(options.link, tally, channels);
    this.#requests = new RequestReader(codec.requests);
    const nowMs = this.#nowMs();
    this.#admission = new Admission({ authenticator, users, nowMs, helloDeadlineMs });
    this.#entrance = new Entrance(options.id, this.#admission, this);
    this.#allowance = new RequestAllowance(nowMs);
    this.#kept = new KeptRequests(options.link);
    this.#subscriptions = new Subscriptions({
      ...{ channels, codec, slot, tally },
      voice: this,
      flow: this.#flow,
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** For metrics and tests. */
  get isHeld(): boolean {
    return this.#flow.isHeld;
  }
  get unackedBytes(): number {
    return this.#flow.unackedBytes;
  }

  /** For the operator's view. */
  describe(): object {
    return {
      connection: this.#options.id,
      peer: this.#options.peer,
      codec: this.#options.codec.name,
      isWelcome: this.#admission.isWelcome,
      user: this.#admission.user,
      subscriptions: this.#subscriptions.size,
      unackedBytes: this.#flow.unackedBytes,
      isHeld: this.#flow.isHeld,
    };
  }

  receive(bytes: Uint8Array): void {
    if (this.#isOver) return;
    const { desk, tally } = this.#options;
    if (desk.isFree) {
      this.#read(bytes);
      desk.spent();
      return;
    }
    tally.requestsPutOff += 1;
    if (this.#kept.add(bytes)) desk.wait(this);
    else this.close('RATE_LIMITED');
  }

  /** The turn of a request that had to wait. */
  handleNext(): boolean {
    const bytes = this.#kept.take();
    if (bytes !== undefined) this.#read(bytes);
    return !this.#kept.isEmpty;
  }

  #read(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#admission.keeps(bytes)) {
      if (this.#admission.isWaitingTooMuch) this.close('BAD_PROTOCOL');
      return;
    }
    this.#options.tally.requestsReceived += 1;
    const { request, problem } = this.#requests.read(bytes);
    // As many acknowledgements as frames is what a client owes, so they are not counted.
    if (request?.[0] !== MessageType.Ack && !this.#mayAsk()) {
      this.#tooMany(request?.[1] ?? 0);
      return;
    }
    if (request === undefined) {
      this.refuse(problem.id, problem.error, problem.detail);
      this.#countBad();
    } else if (this.#admission.isWelcome || request[0] === MessageType.Hello) {
      this.#handle(request);
    } else {
      this.refuse(0, 'UNAUTHENTICATED', 'The first message must be a hello.');
      this.close('NO_HELLO');
    }
  }

  /** The transport's own word for it; counts until the client acknowledges by itself. */
  delivered(frames: number): void {
    if (this.#isOver || this.#flow.hasAcked) return;
    if (this.#flow.delivered(frames)) this.#resume();
  }

  closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#kept.clear();
    this.#options.desk.leave(this);
    this.#subscriptions.leaveAll();
    this.#admission.leave();
    this.#options.owner.ended(this);
  }

  /** Every heartbeat interval: deadlines, and a heartbeat for whoever was sent nothing. */
  tick(nowMs: number): void {
    if (this.#isOver) return;
    if (this.#admission.isLate(nowMs)) {
      this.close('NO_HELLO');
      return;
    }
    if (this.#admission.hasExpired(nowMs)) {
      this.refuse(0, 'TOKEN_EXPIRED', '');
      this.close('TOKEN_EXPIRED');
      return;
    }
    if (this.#flow.tick()) {
      this.close('SLOW_CONSUMER');
      return;
    }
    this.#resume();
    this.#subscriptions.waitForClasses();
    if (this.#admission.isWelcome && !this.#flow.hasSpoken) {
      this.#flow.offer([this.#encode([MessageType.Heartbeat, 0])]);
    }
    this.#flow.hasSpoken = false;
  }

  /** The gateway is going away: says when to go elsewhere, and serves until then as before. */
  announceRestart(afterMs: number): void {
    if (!this.#isOver) this.refuse(0, 'RESTARTING', '', afterMs);
  }

  restart(): void {
    this.close('RESTART');
  }

  readingChanged(): void {
    this.#subscriptions.dismissForbidden();
  }

  said(fields: object, message: string): void {
    const { log, id, peer } = this.#options;
    log.info({ connection: id, peer, ...fields }, message);
  }

  offer(frames: readonly Uint8Array[]): boolean {
    return !this.#isOver && this.#flow.offer(frames);
  }

  mayRead(channel: string, symbol: string): boolean {
    return this.#admission.mayRead(channel, symbol);
  }

  refuse(id: number, error: ErrorName, detail: string, retryAfterMs = 0): void {
    count(this.#options.tally.refusedByError, error);
    const [code, isRetryable, words] = ERROR_CODES[error];
    const message = detail === '' ? words : `${words} ${detail}`;
    this.answer([
      MessageType.Error,
      id,
      code,
      `${error}: ${message}`,
      isRetryable,
      isRetryable ? retryAfterMs : 0,
    ]);
  }

  answer(event: GatewayEvent): void {
    this.answerBytes(this.#encode(event));
  }

  answerBytes(frame: Uint8Array): void {
    if (this.#isOver) return;
    if (!this.#flow.answer(frame)) this.close('SLOW_CONSUMER');
  }

  #handle(request: Request): void {
    switch (request[0]) {
      case MessageType.Hello:
        this.#entrance.hello(request);
        break;
      case MessageType.Refresh:
        this.#entrance.refresh(request);
        break;
      case MessageType.Subscribe:
        this.#subscriptions.subscribe(request);
        break;
      case MessageType.Unsubscribe:
        this.#subscriptions.unsubscribe(request);
        break;
      case MessageType.List:
        this.#subscriptions.list(request);
        break;
      case MessageType.Ack:
        this.#ack(request);
        break;
      case MessageType.Ping:
        this.answer([MessageType.Pong, request[1], this.now().nowUs]);
        break;
      case MessageType.Resync:
        this.#subscriptions.resync(request);
        break;
      case MessageType.Modify:
        this.#subscriptions.modify(request);
        break;
      case MessageType.Seek:
        this.#subscriptions.seek(request);
        break;
      case MessageType.Play:
        this.#subscriptions.play(request);
        break;
      default:
        request satisfies never;
    }
  }

  #ack([, frames]: Message<typeof MessageType.Ack>): void {
    this.#flow.hasAcked = true;
    if (this.#flow.acknowledge(frames)) {
      this.#resume();
    } else {
      this.refuse(0, 'BAD_REQUEST', `ack: ${frames} frames were never sent.`);
      this.#countBad();
    }
  }

  #resume(): void {
    if (this.#flow.resume()) this.#subscriptions.resume();
  }

  #mayAsk(): boolean {
    const nowMs = this.#nowMs();
    return this.#allowance.take(nowMs) && this.#admission.take(nowMs);
  }

  #tooMany(id: unknown): void {
    this.refuse(typeof id === 'number' && id > 0 ? id : 0, 'RATE_LIMITED', '', RETRY_AFTER_MS);
    if (this.#allowance.refused()) this.close('RATE_LIMITED');
  }

  #countBad(): void {
    if (this.#allowance.wrong()) this.close('BAD_PROTOCOL');
  }

  close(name: CloseName): void {
    if (this.#isOver) return;
    const [code, , words] = CLOSE_CODES[name];
    const { tally } = this.#options;
    count(tally.closedByCode, String(code));
    if (name === 'SLOW_CONSUMER') tally.slowClosed += 1;
    this.said({ code, reason: name }, 'closing a connection');
    this.#options.link.close(code, `${name}: ${words}`);
    this.closed();
  }

  #encode(event: GatewayEvent): Uint8Array {
    return this.#options.codec.encode(event);
  }

  now(): ClassTime {
    return this.#options.channels.readTime();
  }

  #nowMs(): number {
    return this.#options.channels.nowMs();
  }
}
