/** One thing subscribed to, shared by all who asked for the same, as the client keeps it. */

import type { FeedState, StateReason } from '../../feed/index.ts';
import type { GatewayEvent, Message, MessageType, Request } from '../../gateway/protocol/index.ts';
import type { BookOptions, ErrorEvent } from './api.ts';
import type { InstrumentList } from './instrument-list.ts';
import type { LiveBook } from './live-book.ts';

/** What a subscription may ask of the client that owns it. */
export interface Owner {
  /** Asks the gateway for a new snapshot. */
  resync(subscription: Subscription): void;
  /** Other options are wanted; returns what serves them, which may be another subscription. */
  modify(book: LiveBook, options: BookOptions): LiveBook;
  /** The last handle was closed. */
  release(subscription: Subscription): void;
  now(): number;
  /** Calls once, before the next frame is painted. */
  nextFrame(callback: () => void): void;
  /** What the connection alone says of every book: `undefined` while it is well. */
  readonly linkTrouble: Trouble | undefined;
}

/** What a client is to the modules of further channels. */
export interface ChannelHost extends Owner {
  readonly list: InstrumentList;
  /** The subscription of this key, made and asked for if there is none. */
  share<Kind extends Subscription>(key: string, make: () => Kind): Kind;
  /** Sends a request with an id of its own, which it answers. */
  ask(make: (id: number) => Request): number;
}

export interface Trouble {
  readonly state: FeedState;
  readonly reason: StateReason;
}

export type SubscribeOptions = Readonly<Record<string, number>>;

export interface Subscription {
  readonly channel: string;
  readonly symbol: string;
  /** What is wanted; another object when that changes. */
  readonly options: SubscribeOptions;
  /** What the request under way, or the last one, asked for. */
  asked: SubscribeOptions | undefined;
  /** Where it was, for the option `resume`; `undefined` when it has to begin anew. */
  readonly resume: readonly (number | null)[] | undefined;
  /** Called for each request to subscribe: what it has to say besides `options`. */
  begin?(): SubscribeOptions;
  /** A request was refused, this subscription's or another's. */
  failed?(id: number, error: ErrorEvent, retryAfterMs: number): void;
  /** 0 while the gateway has not confirmed. */
  classId: number;
  /** The id of the subscribe request that is under way, or 0. */
  requestId: number;
  subscribed(message: Message<typeof MessageType.Subscribed>): void;
  received(event: GatewayEvent): void;
  /** The link came or went; what is shown must say so. */
  linkChanged(): void;
}
