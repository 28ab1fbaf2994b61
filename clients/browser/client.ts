/** The client: one link, what is subscribed over it, and the same again after every reconnect. */

import { FeedState } from '../../feed/index.ts';
import {
  ALREADY_SUBSCRIBED,
  type GatewayEvent,
  MessageType,
  NOT_SUBSCRIBED,
  RESTARTING,
  type Request,
} from '../../gateway/protocol/index.ts';
import type {
  Book,
  BookOptions,
  ConnectOptions,
  ErrorEvent,
  InstrumentInfo,
  IntervalOptions,
  LinkStatus,
  Status,
  Top,
  TouchlineClient,
  Trades,
  Transport,
} from './api.ts';
import { Emitter } from './emitter.ts';
import { BookHandle, TradesHandle } from './handles.ts';
import { InstrumentList } from './instrument-list.ts';
import { Link } from './link.ts';
import { LiveBook } from './live-book.ts';
import { LiveTrades } from './live-trades.ts';
import type { Platform } from './platform.ts';
import type { ChannelHost, SubscribeOptions, Subscription, Trouble } from './subscription.ts';
import { keyOf, served, slowed } from './wish.ts';

const RETRY_SUBSCRIBE_MS = 1000;
const ALL_TRANSPORTS: readonly Transport[] = ['WebSocket', 'SSE', 'long polling'];

interface ClientEvents {
  link: [LinkStatus];
  instruments: [readonly InstrumentInfo[]];
  error: [ErrorEvent];
}

export class Client implements TouchlineClient, ChannelHost {
  readonly #platform: Platform;
  readonly #newLink: () => Link;
  #link: Link;
  /** The connection that takes over from one whose gateway goes away, until it does. */
  #next: Link | undefined;
  readonly #events = new Emitter<ClientEvents>();
  readonly list: InstrumentList;
  /** By channel, symbol and options. */
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #byClass = new Map<number, Subscription>();
  readonly #stopWatchingHidden: () => void;
  #nextId = 2;
  #isHidden = false;
  #isClosed = false;

  constructor(url: string, options: ConnectOptions, platform: Platform) {
    this.#platform = platform;
    this.list = new InstrumentList(() => this.#events.emit('instruments', this.list.all));
    this.#subscriptions.set('instruments', this.list);
    const { token = null, transports = ALL_TRANSPORTS, slowWhenHidden = true } = options;
    this.#newLink = () => {
      const link: Link = new Link(url, token, transports, platform, {
        opened: () => this.#opened(link),
        received: (event) => link === this.#link && this.#received(event),
        changed: () => link === this.#link && this.#linkChanged(),
      });
      return link;
    };
    this.#link = this.#newLink();
    this.#stopWatchingHidden = platform.watchHidden((isHidden) => {
      this.#isHidden = isHidden && slowWhenHidden;
      for (const subscription of this.#subscriptions.values()) this.#settle(subscription);
    });
    this.#link.connect();
  }

  get link(): LinkStatus {
    return this.#link.status;
  }

  get instruments(): readonly InstrumentInfo[] {
    return this.list.all;
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

  nextFrame(callback: () => void): void {
    this.#platform.nextFrame(callback);
  }

  book(symbol: string, options: BookOptions = {}): Book {
    return this.#handle('book', symbol, options);
  }

  top(symbol: string, options: IntervalOptions = {}): Top {
    return this.#handle('best', symbol, options);
  }

  status(symbol: string): Status {
    return this.#handle('status', symbol, {});
  }

  trades(symbol: string, options: IntervalOptions = {}): Trades {
    const wanted = served('trades', options);
    const key = keyOf('trades', symbol, wanted);
    return new TradesHandle(
      this.share(key, () => new LiveTrades(symbol, wanted)),
      this,
    );
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopWatchingHidden();
    this.#next?.close();
    this.#link.close();
  }

  resync(subscription: Subscription): void {
    this.#link.send([MessageType.Resync, this.#id(), subscription.classId]);
  }

  /** In place while nobody else has this subscription, and there is none yet with the options. */
  modify(live: LiveBook, options: BookOptions): LiveBook {
    const { channel, symbol } = live;
    const wanted = served(channel, { ...live.options, ...options });
    const key = keyOf(channel, symbol, wanted);
    const known = this.#subscriptions.get(key);
    if (known === live || live.handles > 1 || known !== undefined) {
      return this.share(key, () => live.like(wanted));
    }
    this.#subscriptions.delete(keyOf(channel, symbol, live.options));
    this.#subscriptions.set(key, live);
    live.options = wanted;
    this.#settle(live);
    return live;
  }

  /** The subscription of this key, made and asked for if there is none. */
  share<Kind extends Subscription>(key: string, make: () => Kind): Kind {
    const known = this.#subscriptions.get(key);
    if (known !== undefined) return known as Kind;
    const made = make();
    this.#subscriptions.set(key, made);
    if (this.#link.isOpen) this.#subscribe(made);
    return made;
  }

  ask(make: (id: number) => Request): number {
    const id = this.#id();
    this.#link.send(make(id));
    return id;
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

  #handle(channel: string, symbol: string, options: BookOptions): BookHandle {
    const wanted = served(channel, options);
    const make = () => new LiveBook(this, channel, symbol, wanted);
    return new BookHandle(this.share(keyOf(channel, symbol, wanted), make), this.list, this);
  }

  #id(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  /** What is to be asked for as things are. */
  #wanted({ options }: Subscription): SubscribeOptions {
    return this.#isHidden ? slowed(options) : options;
  }

  #subscribe(subscription: Subscription, options = this.#wanted(subscription)): void {
    const id = this.#id();
    subscription.requestId = id;
    const { channel, symbol, resume } = subscription;
    subscription.asked = options;
    const asked = { ...options, ...subscription.begin?.(), ...(resume && { resume }) };
    this.#link.send([MessageType.Subscribe, id, channel, symbol, asked]);
  }

  /** Asks for what is wanted now, where that is not what was asked for; not while an answer is due. */
  #settle(subscription: Subscription): void {
    const { classId, requestId, asked } = subscription;
    const wanted = this.#wanted(subscription);
    if (classId === 0 || requestId !== 0 || !this.#link.isOpen) return;
    if (JSON.stringify(asked) === JSON.stringify(wanted)) return;
    const id = this.#id();
    subscription.requestId = id;
    subscription.asked = wanted;
    this.#link.send([MessageType.Modify, id, classId, wanted]);
  }

  #opened(link: Link): void {
    const old = this.#link;
    const hasMoved = link !== old;
    // Either has come: the next in time, or the old one again before that.
    this.#link = link;
    (hasMoved ? old : this.#next)?.close();
    this.#next = undefined;
    this.#byClass.clear();
    for (const subscription of this.#subscriptions.values()) {
      // One that moves is not without its class: its book stays what it was until it goes on.
      if (!hasMoved) subscription.classId = 0;
      this.#subscribe(subscription);
    }
    if (hasMoved) this.#linkChanged();
  }

  /** The gateway goes away: the next connection first, and only then no more of this one. */
  #moveAfter(ms: number): void {
    if (this.#next !== undefined) return;
    const next = this.#newLink();
    this.#next = next;
    this.#platform.setTimer(() => this.#next === next && !this.#isClosed && next.connect(), ms);
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
        if (event[2] === RESTARTING) this.#moveAfter(event[5]);
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
    // After a modification the class before says nothing more.
    this.#byClass.delete(subscription.classId);
    this.#byClass.set(classId, subscription);
    subscription.subscribed(event);
    this.#settle(subscription);
  }

  #failed(id: number, error: ErrorEvent, retryAfterMs: number): void {
    for (const one of this.#subscriptions.values()) one.failed?.(id, error, retryAfterMs);
    const subscription = id === 0 ? undefined : this.#find(id);
    if (subscription !== undefined) {
      subscription.requestId = 0;
      if (error.code === ALREADY_SUBSCRIBED && this.#stays(subscription)) return;
      // The latter when a subscription was given up and wanted again while its answer was under way.
      const isGone = error.code === NOT_SUBSCRIBED && subscription.classId === 0;
      if (error.retryable || error.code === ALREADY_SUBSCRIBED || isGone) {
        this.#retry(subscription, retryAfterMs);
      }
    }
    this.#events.emit('error', error);
  }

  /** Slowed, two subscriptions may be the same, which a connection cannot have twice. */
  #stays(subscription: Subscription): boolean {
    if (subscription.classId !== 0) return true;
    const { asked, options } = subscription;
    if (JSON.stringify(asked) === JSON.stringify(options)) return false;
    this.#subscribe(subscription, options);
    return true;
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
