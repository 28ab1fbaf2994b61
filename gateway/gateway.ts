/** The gateway without its sockets: market, channels and sessions, and the tick they share. */

import type { AskCandles } from './channels/candles.ts';
import { Channels } from './channels/channels.ts';
import type { ClassTime } from './conflation/conflation-class.ts';
import type { TimerPort } from './conflation/scheduler.ts';
import { type Authenticator, OPEN_TO_ALL } from './guard/identity.ts';
import { UserGuard, type UserLimits } from './guard/user-guard.ts';
import type { HistoryPorts } from './history/history-channel.ts';
import { Market } from './market.ts';
import {
  CLIENT_HEARTBEAT_MS,
  type CodecName,
  createCodecs,
  type Encoding,
  EVENT_SHAPES,
  HELLO_DEADLINE_MS,
  MessageType,
  parseShape,
} from './protocol/index.ts';
import { RequestDesk } from './session/request-desk.ts';
import { Session, type SessionLog, type SessionOwner } from './session/session.ts';
import { count, Tally } from './tally.ts';
import type { SessionPort, TransportLink } from './transports/transport.ts';

export interface GatewayOptions {
  readonly timer: TimerPort;
  /** Microseconds since 1970. */
  readonly nowUs: () => number;
  readonly log: SessionLog;
  readonly maxConnections: number;
  /** Somebody wants order-by-order books; called again each time. */
  readonly onOrdersWanted?: () => void;
  /** Where candles come from; left out where there is no relay to ask. */
  readonly candles?: AskCandles | undefined;
  /** Where past books come from; the same. */
  readonly history?: HistoryPorts | undefined;
  /** Everybody may read everything by default. */
  readonly authenticator?: Authenticator;
  readonly userLimits?: UserLimits;
  /** How long a connection may say nothing; the protocol's by default. */
  readonly helloDeadlineMs?: number;
  /** 0 to below 1, to spread clients that are told to come back. */
  readonly random: () => number;
}

/** Clients of a gateway that goes away come back spread over this. */
const RECONNECT_SPREAD_MS = 2000;

export class Gateway implements SessionOwner {
  /** Feed this from upstream. */
  readonly market = new Market();
  /** Feed this from the stream of orders, once `onOrdersWanted` was called. */
  readonly orderMarket = new Market();
  readonly tally = new Tally();
  readonly #options: GatewayOptions;
  readonly #codecs = createCodecs();
  readonly #channels: Channels;
  readonly users: UserGuard;
  /** May be changed: for hellos and refreshes to come. */
  authenticator: Authenticator;
  /** Asked anew each time, because it may be changed. */
  readonly #authenticator: Authenticator = { check: (token) => this.authenticator.check(token) };
  readonly #sessions = new Set<Session>();
  readonly #desk: RequestDesk;
  #connections = 0;
  #isDraining = false;
  #stopTick: () => void = () => {};

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { timer, nowUs } = options;
    this.users = new UserGuard(options.userLimits);
    this.#desk = new RequestDesk(timer);
    this.authenticator = options.authenticator ?? OPEN_TO_ALL;
    const readTime = (): ClassTime => ({ nowUs: nowUs(), nowMs: timer.nowMs() });
    for (const codec of Object.values(this.#codecs)) countEncodes(codec, this.tally);
    const { market, tally } = this;
    const orders = { market: this.orderMarket, wanted: () => options.onOrdersWanted?.() };
    this.#channels = new Channels({
      market,
      orders,
      candles: options.candles,
      history: options.history,
      timer,
      readTime,
      tally,
    });
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }
  get classCount(): number {
    return this.#channels.classCount;
  }
  get heldCount(): number {
    let held = 0;
    for (const session of this.#sessions) held += session.isHeld ? 1 : 0;
    return held;
  }
  get subscriptionsByChannel(): ReadonlyMap<string, number> {
    return this.#channels.membersByChannel();
  }
  /** Seconds since the engine's time of the newest transaction; 0 before the first. */
  get upstreamAgeSeconds(): number {
    const { newestTimeUs } = this.market;
    return newestTimeUs === 0 ? 0 : Math.max(0, (this.#options.nowUs() - newestTimeUs) / 1e6);
  }
  get instruments(): Iterable<{ readonly state: string }> {
    return this.market.instruments;
  }
  get isReady(): boolean {
    return this.market.isLive && !this.#isDraining;
  }

  /** For the operator's view. */
  connections(): readonly object[] {
    return Array.from(this.#sessions, (session) => session.describe());
  }

  classes(): readonly object[] {
    return this.#channels.describe();
  }

  start(): void {
    this.#stopTick = this.#options.timer.setTimer(() => {
      this.market.tick(this.#options.timer.nowMs());
      this.orderMarket.tick(this.#options.timer.nowMs());
      this.#channels.tick();
      const nowMs = this.#options.timer.nowMs();
      for (const session of [...this.#sessions]) session.tick(nowMs);
      this.start();
    }, CLIENT_HEARTBEAT_MS);
  }

  /** The session of a new connection, or `undefined` when there is no room. */
  accept(link: TransportLink, peer: string, codec: CodecName): SessionPort | undefined {
    if (this.#isDraining || this.#sessions.size >= this.#options.maxConnections) {
      count(this.tally.rejectedByReason, this.#isDraining ? 'draining' : 'full');
      return undefined;
    }
    count(this.tally.acceptedByCodec, codec);
    this.#connections += 1;
    const session = new Session({
      id: `c${this.#connections}`,
      peer,
      slot: this.#connections,
      link,
      channels: this.#channels,
      codec: this.#codecs[codec],
      authenticator: this.#authenticator,
      users: this.users,
      desk: this.#desk,
      helloDeadlineMs: this.#options.helloDeadlineMs ?? HELLO_DEADLINE_MS,
      log: this.#options.log,
      tally: this.tally,
      owner: this,
    });
    this.#sessions.add(session);
    return session;
  }

  ended(session: Session): void {
    this.#sessions.delete(session);
  }

  /**
   * Takes no more clients, and tells those that are there to go elsewhere, each at its own time
   * within `spreadMs`. They are served until they have gone.
   */
  drain(spreadMs: number): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (const session of [...this.#sessions]) {
      session.announceRestart(Math.round(this.#options.random() * spreadMs));
    }
  }

  /** Closes those who have not gone; they come back at their own times. */
  close(): void {
    this.drain(RECONNECT_SPREAD_MS);
    for (const session of [...this.#sessions]) session.restart();
    this.#stopTick();
    this.#desk.close();
    this.#channels.close();
  }
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(EVENT_SHAPES).map(([type, shape]) => [Number(type), parseShape(shape).name]),
);

/** Has the codec count what it encodes. */
function countEncodes(codec: { encode: Encoding['encode'] }, tally: Tally): void {
  const { encode } = codec;
  codec.encode = (message) => {
    count(tally.encodesByType, TYPE_NAMES.get(message[0]) ?? '');
    // Element 7: how many transactions a diff sums up.
    if (message[0] === MessageType.Diff && message[7] > 1) tally.merged += message[7] - 1;
    return encode(message);
  };
}
