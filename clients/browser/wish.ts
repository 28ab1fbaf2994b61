/** What is asked of a gateway for a subscription, and by what two wishes are the same. */

import {
  DEFAULT_DEPTH,
  DEFAULT_GROUPING,
  DEFAULT_INTERVAL_MS,
  DEPTH_LADDER,
  GROUPING_LADDER,
  INTERVAL_LADDER,
  serve,
} from '../../gateway/protocol/index.ts';
import type { BookOptions } from './api.ts';
import type { SubscribeOptions } from './subscription.ts';

/** How often a page that nobody sees is told, at most. */
export const HIDDEN_INTERVAL_MS = 1000;

const WITHOUT_OPTIONS: readonly string[] = ['status', 'instruments', 'latency'];

/** Rounded as the gateway rounds, so that two wishes with one answer share one subscription. */
export function served(channel: string, options: BookOptions): SubscribeOptions {
  if (WITHOUT_OPTIONS.includes(channel)) return {};
  const interval = serve(INTERVAL_LADDER, options.interval ?? DEFAULT_INTERVAL_MS);
  const depth = serve(DEPTH_LADDER, options.depth ?? DEFAULT_DEPTH);
  if (channel === 'orders') return { depth, interval };
  if (channel !== 'book') return { interval };
  return {
    depth,
    grouping: serve(GROUPING_LADDER, options.grouping ?? DEFAULT_GROUPING),
    interval,
  };
}

/** The same, as often as a hidden page needs it. */
export function slowed(options: SubscribeOptions): SubscribeOptions {
  const { interval } = options;
  if (interval === undefined) return options;
  return { ...options, interval: Math.max(interval, HIDDEN_INTERVAL_MS) };
}

/** Of `served` and `slowed`, whose options stand in one order. */
export function keyOf(channel: string, symbol: string, options: SubscribeOptions): string {
  return channel + JSON.stringify(options) + symbol;
}
