/** The client: one link, what is subscribed over it, and the same again after every reconnect. */

import { FeedState } from '../../feed/index.ts';
import {
  ALREADY_SUBSCRIBED,
  DEFAULT_DEPTH,
  DEFAULT_GROUPING,
  DEFAULT_INTERVAL_MS,
  DEPTH_LADDER,
  type GatewayEvent,
  GROUPING_LADDER,
  INTERVAL_LADDER,
  MessageType,
  serve,
} from '../../gateway/protocol/index.ts';
import type {
  Book,
  BookOptions,
  ErrorEvent,
  InstrumentInfo,
  LinkStatus,
  TouchlineClient,
  Trades,
} from './api.ts';
import { Emitter } from './emitter.ts';
import { BookHandle, TradesHandle } from './handles.ts';
import { InstrumentList } from './instrument-list.ts';
import { Link } from './link.ts';
import { LiveBook } from './live-book.ts';
import { LiveTrades } from './live-trades.ts';
import type { Platform } from './platform.ts';
import type { Owner, Subscription, Trouble } from './subscription.ts';

const RETRY_SUBSCRIBE_MS = 1000;

interface ClientEvents {
  link: [LinkStatus];
  instruments: [readonly InstrumentInfo[]];
  error: [ErrorEvent];
}

export class Client implements TouchlineClient, Owner {
  readonly #platform: Platform;
  readonly #link: Link;
  readonly #events = new Emitter<ClientEvents>();
  readonly #list: InstrumentList;
  /** By channel, symbol and options. */
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #byClass = new Map<number, Subscription>();
  #nextId = 2;
  #isClosed = false;

  constructor(url: string, token: string | null, platform: Platform) {
    this.#platform = platform;
    this.#list = new InstrumentList(() => this.#events.emit('instruments', this.#list.all));
    this.#subscriptions.set('instruments', this.#list);
    this.#link = new Link(url, token, platform, {
      opened: () => this.#opened(),
      received: (event) => this.#received(event),
      changed: () => this.#linkChanged(),
    });
    this.#link.connect();
  }

  get link(): LinkStatus {
    return this.#link.status;
  }

  get instruments(): readonly InstrumentInfo[] {
    return this.#list.all;
  }

  get linkTrouble(): Trouble | undefined {
    if (!this.#link.isOpen) return { state: FeedState.Stale, reason: 'DISCONNECTED' };
    if (!this.#link.isHeard) return { state: FeedState.Stale, reason: 'HEARTBEAT_LOST' };
    return undefined;
  }

  now(): number {
    return this.#platform.now();
  }

  on(event: 'link', listener: (link: LinkStatus) => void): () => void;
  on(event: 'instruments', listener: (all: readonly InstrumentInfo[]) => void): () => void;
  on(event: 'error', listener: (error: ErrorEvent) => void): () => void;
  on(event: keyof ClientEvents, listener: (value: never) => void): () => void {
    return this.#events.on(event, listener as (...values: unknown[]) => void);
  }

  book(symbol: string, options: BookOptions = {}): Book {
    // Rounded as the gateway rounds, so that two wishes with one answer share one subscription.
    const depth = serve(DEPTH_LADDER, options.depth ?? DEFAULT_DEPTH);
    const interval = serve(INTERVAL_LADDER, options.interval ?? DEFAULT_INTERVAL_MS);
    const grouping = serve(GROUPING_LADDER, options.grouping ?? DEFAULT_GROUPING);
    const live = this.#share(`book ${depth} ${grouping} ${interval} ${symbol}`, () => {
      return new LiveBook(this, symbol, { depth, grouping, interval });
    });
    return new BookHandle(live, this.#list, this);
  }

  trades(symbol: string): Trades {
    const live = this.#share(`trades ${symbol}`, () => new LiveTrades(symbol));
    return new TradesHandle(live, this);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#link.close();
  }

  resync(subscription: Subscription): void {
    this.#link.send([MessageType.Resync, this.#id(), subscription.classId]);
  }

  release(subscription: Subscription): void {
    for (const [key, known] of this.#subscriptions) {
      if (known === subscription) this.#subscriptions.delete(key);
    }
    this.#byClass.delete(subscription.classId);
    if (subscription.classId !== 0) {
      this.#link.send([MessageType.Unsubscribe, this.#id(), subscription.classId]);
    }
  }

  #share<Kind extends Subscription>(key: string, make: () => Kind): Kind {
    const known = this.#subscriptions.get(key);
    if (known !== undefined) return known as Kind;
    const made = make();
    this.#subscriptions.set(key, made);
    if (this.#link.isOpen) this.#subscribe(made);
    return made;
  }

  #id(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  #subscribe(subscription: Subscription): void {
    const id = this.#id();
    subscription.requestId = id;
    const { channel, symbol, options } = subscription;
    this.#link.send([MessageType.Subscribe, id, channel, symbol, options]);
  }

  #opened(): void {
    this.#byClass.clear();
    for (const subscription of this.#subscriptions.values()) {
      subscription.classId = 0;
      this.#subscribe(subscription);
    }
  }

  #linkChanged(): void {
    for (const subscription of this.#subscriptions.values()) subscription.linkChanged();
    this.#events.emit('link', this.#link.status);
  }

  #received(event: GatewayEvent): void {
    switch (event[0]) {
      case MessageType.Subscribed:
        this.#subscribed(event);
        break;
      case MessageType.Error:
        this.#failed(
          event[1],
          { code: event[2], message: event[3], retryable: event[4] },
          event[5],
        );
        break;
      case MessageType.Unsubscribed:
        this.#ended(event[1], event[2], event[3], event[4]);
        break;
      case MessageType.Subscriptions:
      case MessageType.Welcome:
      case MessageType.Pong:
        break;
      default:
        this.#byClass.get(event[1] as number)?.received(event);
    }
  }

  #subscribed(
    event: Extract<GatewayEvent, readonly [typeof MessageType.Subscribed, ...unknown[]]>,
  ) {
    const [, id, classId] = event;
    if (id === 0) {
      // Announced anew: the anchor, the instrument or the epoch has changed.
      this.#byClass.get(classId)?.subscribed(event);
      return;
    }
    const subscription = this.#find(id);
    if (subscription === undefined) {
      // Closed here while the answer was under way.
      this.#link.send([MessageType.Unsubscribe, this.#id(), classId]);
      return;
    }
    subscription.requestId = 0;
    this.#byClass.set(classId, subscription);
    subscription.subscribed(event);
  }

  #failed(id: number, error: ErrorEvent, retryAfterMs: number): void {
    const subscription = id === 0 ? undefined : this.#find(id);
    if (subscription !== undefined) {
      subscription.requestId = 0;
      // The latter when a subscription was given up and wanted again while its answer was under way.
      if (error.retryable || error.code === ALREADY_SUBSCRIBED) {
        this.#retry(subscription, retryAfterMs);
      }
    }
    this.#events.emit('error', error);
  }

  /** The gateway took a subscription away, or confirms that this client gave it up (`id` is set). */
  #ended(id: number, classId: number, code: number, message: string): void {
    if (id !== 0) return;
    const subscription = this.#byClass.get(classId);
    this.#byClass.delete(classId);
    if (subscription === undefined) return;
    subscription.classId = 0;
    this.#events.emit('error', { code, message, retryable: true });
    this.#retry(subscription, RETRY_SUBSCRIBE_MS);
  }

  #retry(subscription: Subscription, afterMs: number): void {
    this.#platform.setTimer(
      () => {
        const isWanted = [...this.#subscriptions.values()].includes(subscription);
        const isIdle = subscription.classId === 0 && subscription.requestId === 0;
        if (isWanted && isIdle && this.#link.isOpen) this.#subscribe(subscription);
      },
      Math.max(afterMs, RETRY_SUBSCRIBE_MS),
    );
  }

  #find(requestId: number): Subscription | undefined {
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.requestId === requestId) return subscription;
    }
    return undefined;
  }
}
