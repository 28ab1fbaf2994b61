/**
 * What the feed's processes ask of their surroundings: sockets, timers and chance. ZeroMQ's and
 * Node's by default; a simulation brings its own, and everything else stays what it is.
 */

import { PublisherSocket, type PublisherSocketOptions } from './publisher-socket.ts';
import { type RepairSocketOptions, RepairSockets } from './repair-sockets.ts';
import { RouterSocket, type RouterSocketOptions } from './router-socket.ts';
import { SubscriberSocket, type SubscriberSocketOptions } from './subscriber-socket.ts';

export type PublishPort = Pick<PublisherSocket, 'bind' | 'send' | 'close'>;
export type ServePort = Pick<RouterSocket, 'bind' | 'send' | 'close'>;
export type FollowPort = Pick<SubscriberSocket, 'start' | 'ended' | 'close'>;
export type AskPort = Pick<RepairSockets, 'start' | 'send' | 'close'>;

export interface FeedPlatform {
  /** One to many. */
  publish(options: PublisherSocketOptions): PublishPort;
  follow(options: SubscriberSocketOptions): FollowPort;
  /** Requests and their answers. */
  serve(options: RouterSocketOptions): ServePort;
  ask(options: RepairSocketOptions): AskPort;
  /** Calls again and again; returns the function that ends it. */
  every(intervalMs: number, work: () => void): () => void;
  /** 0 <= x < 1. */
  random(): number;
}

export const NODE_PLATFORM: FeedPlatform = {
  publish: (options) => new PublisherSocket(options),
  follow: (options) => new SubscriberSocket(options),
  serve: (options) => new RouterSocket(options),
  ask: (options) => new RepairSockets(options),
  every(intervalMs, work) {
    const timer = setInterval(work, intervalMs);
    return () => clearInterval(timer);
  },
  random: () => Math.random(),
};
