/** One client: what it said, what it is subscribed to, and what it may be sent. Knows no transport. */

import type { ServedClass } from '../channels/channel.ts';
import type { Channels } from '../channels/channels.ts';
import type { ResumePoint } from '../conflation/book-history.ts';
import {
  type ClassTime,
  type ConflationClass,
  NOTHING_SENT,
  type Resumed,
} from '../conflation/conflation-class.ts';
import { TokenBucket } from '../guard/token-bucket.ts';
import {
  CLIENT_HEARTBEAT_MS,
  CLOSE_CODES,
  type CloseName,
  type Codec,
  ERROR_CODES,
  type ErrorName,
  type GatewayEvent,
  HELLO_DEADLINE_MS,
  MAX_BAD_REQUESTS,
  MAX_REFUSED_REQUESTS,
  MAX_SUBSCRIPTIONS,
  MAX_UNACKED_BYTES,
  type Message,
  MessageType,
  REQUEST_BURST,
  REQUESTS_PER_SECOND,
  type Request,
  RequestReader,
} from '../protocol/index.ts';
import { count, type Tally } from '../tally.ts';
import type { SessionPort, TransportLink } from '../transports/transport.ts';
import { Flow } from './flow.ts';
import { RESUME_FORM, resumeOption } from './resume-option.ts';
import { type FrameSink, Subscription } from './subscription.ts';

const RETRY_AFTER_MS = 1000;
const REQUEST_SIZE = { burst: REQUEST_BURST, perSecond: REQUESTS_PER_SECOND };
export interface SessionLog {
  info(fields: object, message: string): void;
}

export interface SessionOptions {
  /** Names the connection in logs and to the client. */
  readonly id: string;
  /** Counts connections, to spread them over each interval. */
  readonly slot: number;
  readonly link: TransportLink;
  readonly channels: Channels;
  readonly codec: Codec;
  readonly log: SessionLog;
  readonly tally: Tally;
  /** The session is over; called once. */
  readonly onEnd: () => void;
}

export class Session implements SessionPort, FrameSink {
  readonly #options: SessionOptions;
  readonly #flow: Flow;
  readonly #requests: RequestReader;
  readonly #subscriptions = new Map<number, Subscription>();
  /** Subscriptions that have more than their class has sent yet. */
  readonly #ahead = new Set<Subscription>();
  readonly #startedAtMs: number;
  readonly #bucket: TokenBucket;
  #refused = 0;
  #isWelcome = false;
  #isOver = false;
  #badRequests = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#flow = new Flow(options.link, options.tally);
    this.#requests = new RequestReader(options.codec.requests);
    this.#startedAtMs = this.#now().nowMs;
    this.#bucket = new TokenBucket(REQUEST_SIZE, this.#startedAtMs);
  }

  /** For metrics and tests. */
  get isHeld(): boolean {
    return this.#flow.isHeld;
  }
  get unackedBytes(): number {
    return this.#flow.unackedBytes;
  }

  receive(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#options.tally.requestsReceived += 1;
    const { request, problem } = this.#requests.read(bytes);
    // As many acknowledgements as frames is what a client owes, so they are not counted.
    if (request?.[0] !== MessageType.Ack && !this.#bucket.take(this.#now().nowMs)) {
      this.#tooMany(request?.[1] ?? 0);
      return;
    }
    if (request === undefined) {
      this.#refuse(problem.id, problem.error, problem.detail);
      this.#countBad();
    } else if (this.#isWelcome || request[0] === MessageType.Hello) {
      this.#handle(request);
    } else {
      this.#refuse(0, 'UNAUTHENTICATED', 'The first message must be a hello.');
      this.#close('NO_HELLO');
    }
  }

  /** The transport's own word for it; counts until the client acknowledges by itself. */
  delivered(frames: number): void {
    if (this.#isOver || this.#flow.hasAcked) return;
    if (this.#flow.acknowledge(frames)) this.#resume();
  }

  closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const subscription of this.#subscriptions.values()) this.#leave(subscription);
    this.#subscriptions.clear();
    this.#options.onEnd();
  }

  /** Every heartbeat interval: deadlines, and a heartbeat for whoever was sent nothing. */
  tick(): void {
    if (this.#isOver) return;
    const { nowMs } = this.#now();
    if (!this.#isWelcome && nowMs - this.#startedAtMs > HELLO_DEADLINE_MS) {
      this.#close('NO_HELLO');
      return;
    }
    if (this.#flow.tick(nowMs)) {
      this.#close('SLOW_CONSUMER');
      return;
    }
    this.#resume();
    if (this.#ahead.size > 0) this.#waitForClasses();
    if (this.#isWelcome && !this.#flow.hasSpoken) {
      this.#flow.offer([this.#encode([MessageType.Heartbeat, 0])], nowMs);
    }
    this.#flow.hasSpoken = false;
  }

  /** The gateway is going away: says so with the time to come back after, and closes. */
  restart(retryAfterMs: number): void {
    if (this.#isOver) return;
    this.#refuse(0, 'RESTARTING', '', retryAfterMs);
    this.#close('RESTART');
  }

  offer(frames: readonly Uint8Array[]): boolean {
    return !this.#isOver && this.#flow.offer(frames, this.#now().nowMs);
  }

  dismissed(subscription: Subscription): void {
    const [code, , words] = ERROR_CODES.DELISTED;
    const { id } = subscription.served.logic;
    this.#subscriptions.delete(id);
    this.#leave(subscription);
    this.#answer([MessageType.Unsubscribed, 0, id, code, words]);
  }

  #handle(request: Request): void {
    switch (request[0]) {
      case MessageType.Hello:
        this.#hello(request);
        break;
      case MessageType.Subscribe:
        this.#subscribe(request);
        break;
      case MessageType.Unsubscribe:
        this.#unsubscribe(request);
        break;
      case MessageType.List:
        this.#list(request);
        break;
      case MessageType.Ack:
        this.#ack(request);
        break;
      case MessageType.Ping:
        this.#answer([MessageType.Pong, request[1], this.#now().nowUs]);
        break;
      case MessageType.Resync:
        this.#resync(request);
        break;
      case MessageType.Modify:
        this.#modify(request);
        break;
      default:
        request satisfies never;
    }
  }

  #hello([, id, , client]: Message<typeof MessageType.Hello>): void {
    if (this.#isWelcome) {
      this.#refuse(id, 'ALREADY_WELCOME', '');
      return;
    }
    this.#isWelcome = true;
    this.#options.log.info({ client: client.slice(0, 64) }, 'a client said hello');
    this.#answer([
      MessageType.Welcome,
      id,
      this.#options.id,
      this.#now().nowUs,
      CLIENT_HEARTBEAT_MS,
      MAX_UNACKED_BYTES,
      MAX_SUBSCRIPTIONS,
    ]);
  }

  #subscribe([, id, channel, symbol, options]: Message<typeof MessageType.Subscribe>): void {
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      this.#refuse(id, 'LIMIT_REACHED', `A connection has at most ${MAX_SUBSCRIPTIONS}.`);
      return;
    }
    const { channels, codec, slot } = this.#options;
    const resume = resumeOption(options ?? {});
    if (resume === null) {
      this.#refuse(id, 'BAD_REQUEST', RESUME_FORM);
      return;
    }
    const served = channels.find(channel, { symbol, options: options ?? {}, slot, codec });
    if ('error' in served) {
      this.#refuse(id, served.error, served.detail, RETRY_AFTER_MS);
      return;
    }
    const { logic } = served;
    if (this.#subscriptions.has(logic.id)) {
      this.#refuse(id, 'ALREADY_SUBSCRIBED', `It is class ${logic.id}.`);
      return;
    }
    count(this.#options.tally.subscribedByChannel, channel);
    const subscription = this.#enter(served);
    if (resume !== undefined && logic.sequence < resume.sequence) channels.refresh(served);
    this.#answerBytes(logic.subscribed(id));
    this.#catchUp(subscription, resume);
  }

  #unsubscribe([, id, classId]: Message<typeof MessageType.Unsubscribe>): void {
    const subscription = this.#subscriptions.get(classId);
    if (subscription === undefined) {
      this.#refuse(id, 'NOT_SUBSCRIBED', `Class ${classId} is not among yours.`);
      return;
    }
    this.#subscriptions.delete(classId);
    this.#leave(subscription);
    this.#answer([MessageType.Unsubscribed, id, classId, 0, '']);
  }

  #list([, id]: Message<typeof MessageType.List>): void {
    const rows = Array.from(this.#subscriptions.values(), ({ served }) => {
      const { channel, symbol, depth, interval, grouping } = served.logic.key;
      return [served.logic.id, channel, symbol, depth, interval, grouping];
    });
    this.#answer([MessageType.Subscriptions, id, rows]);
  }

  #ack([, frames]: Message<typeof MessageType.Ack>): void {
    this.#flow.hasAcked = true;
    if (this.#flow.acknowledge(frames)) {
      this.#resume();
    } else {
      this.#refuse(0, 'BAD_REQUEST', `ack: ${frames} frames were never sent.`);
      this.#countBad();
    }
  }

  #resync([, id, classId]: Message<typeof MessageType.Resync>): void {
    const subscription = this.#subscriptions.get(classId);
    if (subscription === undefined) {
      this.#refuse(id, 'NOT_SUBSCRIBED', `Class ${classId} is not among yours.`);
      return;
    }
    this.#options.channels.refresh(subscription.served);
    subscription.version = NOTHING_SENT;
    this.#catchUp(subscription);
  }

  #modify([, id, classId, options]: Message<typeof MessageType.Modify>): void {
    const old = this.#subscriptions.get(classId);
    if (old === undefined) {
      this.#refuse(id, 'NOT_SUBSCRIBED', `Class ${classId} is not among yours.`);
      return;
    }
    const { channels, codec, slot } = this.#options;
    const { channel, symbol, depth, grouping, interval } = old.served.logic.key;
    const wish = { symbol, options: { depth, grouping, interval, ...options }, slot, codec };
    const served = channels.find(channel, wish);
    if ('error' in served) {
      this.#refuse(id, served.error, served.detail, RETRY_AFTER_MS);
      return;
    }
    const { logic } = served;
    if (logic !== old.served.logic && this.#subscriptions.has(logic.id)) {
      this.#refuse(id, 'ALREADY_SUBSCRIBED', `It is class ${logic.id}.`);
      return;
    }
    // Brought up to now, so that nothing which the class before has told is told again.
    channels.refresh(served);
    const version = logic.versionFrom?.(old.version, old.served.logic) ?? NOTHING_SENT;
    this.#subscriptions.delete(classId);
    const subscription = this.#enter(served);
    if (logic !== old.served.logic) this.#leave(old);
    else old.served.audience.members.delete(old);
    subscription.version = version;
    this.#answerBytes(logic.subscribed(id));
    this.#catchUp(subscription);
  }

  #enter(served: ServedClass): Subscription {
    const subscription = new Subscription(served, this);
    this.#subscriptions.set(served.logic.id, subscription);
    served.audience.members.add(subscription);
    return subscription;
  }

  /** Sends what leads to the class's state, or leaves it until the client is no longer held. */
  #catchUp(subscription: Subscription, from?: ResumePoint): void {
    const { logic } = subscription.served;
    if (this.#flow.isHeld) return;
    const { frames, version = logic.version } =
      from === undefined
        ? { frames: logic.catchUp(subscription.version, this.#now()) }
        : this.#resumed(logic, from);
    if (!this.offer(frames)) return;
    subscription.version = version;
    if (version > logic.version) this.#ahead.add(subscription);
  }

  #resumed(logic: ConflationClass, from: ResumePoint): Resumed {
    const resumed = logic.resume(from, this.#now());
    count(this.#options.tally.resumedByResult, resumed.result);
    return resumed;
  }

  /** Those who were ahead of their class join it when it has come so far. */
  #waitForClasses(): void {
    for (const subscription of this.#ahead) {
      const { version, served } = subscription;
      if (version > served.logic.version) continue;
      this.#ahead.delete(subscription);
      if (subscription.isBehind) this.#catchUp(subscription);
    }
  }

  #resume(): void {
    if (!this.#flow.resume(this.#now().nowMs)) return;
    for (const subscription of this.#subscriptions.values()) {
      const isAhead = this.#ahead.has(subscription);
      if (subscription.isBehind && !isAhead) this.#catchUp(subscription);
    }
  }

  #leave(subscription: Subscription): void {
    this.#ahead.delete(subscription);
    subscription.served.audience.members.delete(subscription);
    this.#options.channels.leave(subscription.served);
  }

  #refuse(id: number, error: ErrorName, detail: string, retryAfterMs = 0): void {
    count(this.#options.tally.refusedByError, error);
    const [code, isRetryable, words] = ERROR_CODES[error];
    const message = detail === '' ? words : `${words} ${detail}`;
    this.#answer([
      MessageType.Error,
      id,
      code,
      `${error}: ${message}`,
      isRetryable,
      isRetryable ? retryAfterMs : 0,
    ]);
  }

  #tooMany(id: unknown): void {
    this.#refuse(typeof id === 'number' && id > 0 ? id : 0, 'RATE_LIMITED', '', RETRY_AFTER_MS);
    this.#refused += 1;
    if (this.#refused >= MAX_REFUSED_REQUESTS) this.#close('RATE_LIMITED');
  }

  #countBad(): void {
    this.#badRequests += 1;
    if (this.#badRequests >= MAX_BAD_REQUESTS) this.#close('BAD_PROTOCOL');
  }

  #answer(event: GatewayEvent): void {
    this.#answerBytes(this.#encode(event));
  }

  #answerBytes(frame: Uint8Array): void {
    if (this.#isOver) return;
    if (!this.#flow.answer(frame, this.#now().nowMs)) this.#close('SLOW_CONSUMER');
  }

  #close(name: CloseName): void {
    if (this.#isOver) return;
    const [code, , words] = CLOSE_CODES[name];
    const { log, tally } = this.#options;
    count(tally.closedByCode, String(code));
    if (name === 'SLOW_CONSUMER') tally.slowClosed += 1;
    log.info({ code, reason: name }, 'closing a connection');
    this.#options.link.close(code, `${name}: ${words}`);
    this.closed();
  }

  #encode(event: GatewayEvent): Uint8Array {
    return this.#options.codec.encode(event);
  }

  #now(): ClassTime {
    return this.#options.channels.readTime();
  }
}
