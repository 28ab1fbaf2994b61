/** A subscription: live replica books of a feed, with callbacks and an async iterator of events. */

import {
  DEFAULT_ENDPOINTS,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  type FeedStats,
  type LevelBook,
  type LineStats,
  type OrderBook,
  type StateReason,
  StreamLevel,
  type StreamPosition,
} from '../../feed/index.ts';
import { clientCurve, FeedSubscriber, type FeedSubscriberOptions } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import type { SubscriptionEvent } from './event-queue.ts';
import { FanOut } from './fan-out.ts';
import { FeedLatency } from './feed-latency.ts';

/** Price levels, or every order with its place in the queue. */
export type SubscriptionLevel = keyof typeof StreamLevel;

/** What the books of a level are. */
export type BookOf<Level extends SubscriptionLevel> = Level extends 'L3' ? OrderBook : LevelBook;

export interface SubscribeOptions<Level extends SubscriptionLevel = 'L2'> {
  /** 'L2' by default; 'L3' is there unless the engine was told to publish levels only. */
  readonly level?: Level;
  /**
   * Endpoint of the publisher; by default the engine's on this machine. Several are lines that carry
   * the same records: each record is taken from the line that has it first.
   */
  readonly feed?: string | readonly string[];
  /** Of several lines: how long a hole in one waits for another before it is a gap. 10 by default. */
  readonly lineWaitMs?: number;
  /** Endpoints of relays, tried in turn; by default the one on this machine. */
  readonly repair?: string | readonly string[];
  /** Symbols, or all of them (the default). */
  readonly instruments?: 'all' | readonly string[];
  /** Yours and the public ones of engine and relays, where they ask for keys; see `touchline keys`. */
  readonly keys?: FeedKeys | undefined;
  /**
   * Every record from this position on is told, such as `subscription.position` was when a service
   * ended: the past comes out of the relays' archives, and the present follows without a seam.
   */
  readonly from?: StreamPosition;
  /** Callbacks of the fast path: called for every change, in stream order, while it is applied. */
  readonly listener?: FeedListener<BookOf<Level>>;
}

/** In Z85, as a keys file has them. */
export interface FeedKeys {
  readonly publicKey: string;
  readonly secretKey: string;
  /** The engine's public key. */
  readonly serverKey: string;
  /** The relays', when it is not the same. */
  readonly relayKey?: string;
}

/** Connects at once; the books come by themselves, and heal by themselves. */
export function subscribe<Level extends SubscriptionLevel = 'L2'>(
  options: SubscribeOptions<Level> = {},
): Subscription<BookOf<Level>> {
  return new Subscription<BookOf<Level>>(options.level ?? 'L2', options);
}

/** Everything but the level, which decides what `Book` is. */
type OptionsOf<Book extends LevelBook> = Omit<SubscribeOptions, 'level' | 'listener'> & {
  readonly listener?: FeedListener<Book>;
};

/** Clocks, checksum and sockets: the real ones, or those of a test. */
export type Surroundings = Pick<
  FeedSubscriberOptions,
  'wallClock' | 'nowMs' | 'crc32' | 'platform'
>;

export const REAL_SURROUNDINGS: Surroundings = { wallClock, nowMs: monotonicMs, crc32 };

/** A replica of a subscription is of its level: a `Book`. */
type Instruments<Book extends LevelBook> = ReadonlyMap<number, FeedInstrument<Book>>;

export class Subscription<Book extends LevelBook = LevelBook>
  implements AsyncIterable<SubscriptionEvent<Book>>, AsyncDisposable
{
  readonly #subscriber: FeedSubscriber;
  readonly #fanOut: FanOut;
  /** How long each hop takes. */
  readonly latency = new FeedLatency();

  /** `subscribe` makes them: it knows which books a level has. */
  constructor(
    level: SubscriptionLevel,
    options: OptionsOf<Book>,
    surroundings: Surroundings = REAL_SURROUNDINGS,
  ) {
    const { feed = DEFAULT_ENDPOINTS.publish, repair = DEFAULT_ENDPOINTS.relay } = options;
    const listener = (options.listener ?? {}) as FeedListener;
    this.#fanOut = new FanOut(listener, () => this.#subscriber.position);
    this.#subscriber = new FeedSubscriber(
      {
        level: StreamLevel[level],
        feed: typeof feed === 'string' ? [feed] : feed,
        repair: typeof repair === 'string' ? [repair] : repair,
        ...curvesOf(options.keys),
        instruments: options.instruments ?? 'all',
        from: options.from,
        lineWaitMs: options.lineWaitMs,
        measure: this.latency.observe,
        ...surroundings,
      },
      this.#fanOut,
    );
    void this.#subscriber.start();
  }

  /** The instruments known so far, by id, each with its replica book. */
  get instruments(): Instruments<Book> {
    return this.#subscriber.instruments as Instruments<Book>;
  }

  find(symbol: string): FeedInstrument<Book> | undefined {
    return this.#subscriber.find(symbol) as FeedInstrument<Book> | undefined;
  }

  /** Of the stream as a whole; each instrument has its own. */
  get state(): FeedState {
    return this.#subscriber.state;
  }

  get reason(): StateReason {
    return this.#subscriber.reason;
  }

  /** After the last whole transaction that the books show. */
  get position(): StreamPosition {
    return this.#subscriber.position;
  }

  /** How far behind it reads: by how much what is read is older than usual, in milliseconds. */
  get lagMs(): number {
    return this.#subscriber.lagMs;
  }

  /** What each line has brought; empty where there is one only. */
  get lines(): readonly Readonly<LineStats>[] {
    return this.#subscriber.lines;
  }

  get stats(): Readonly<FeedStats> {
    return this.#subscriber.stats;
  }

  /** The instrument, once its book is LIVE; at once when it is. Rejects when closed before. */
  live(symbol: string): Promise<FeedInstrument<Book>> {
    const found = this.find(symbol);
    if (found?.state === FeedState.Live) return Promise.resolve(found);
    return this.#fanOut.untilLive(symbol) as Promise<FeedInstrument<Book>>;
  }

  /** Everything that happens from now on; each call is an iterator of its own. */
  events(): AsyncIterableIterator<SubscriptionEvent<Book>> {
    return this.#fanOut.open() as AsyncIterableIterator<SubscriptionEvent<Book>>;
  }

  [Symbol.asyncIterator](): AsyncIterator<SubscriptionEvent<Book>> {
    return this.events();
  }

  /** Ends all iterators. Rejects with what a callback of the listener threw, if one did. */
  async close(): Promise<void> {
    this.#fanOut.close();
    await this.#subscriber.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** As the sockets want them; none: in the clear. */
export function curvesOf(
  keys: FeedKeys | undefined,
): Pick<FeedSubscriberOptions, 'feedCurve' | 'repairCurve'> {
  if (keys === undefined) return {};
  const { serverKey, relayKey = serverKey } = keys;
  return { feedCurve: clientCurve(keys, serverKey), repairCurve: clientCurve(keys, relayKey) };
}
