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

/** What can be wished of a channel; what is not in the table has been rounded by its own module. */
const OPTIONS: ReadonlyMap<string, readonly (keyof BookOptions)[]> = new Map([
  ['book', ['depth', 'grouping', 'interval']],
  ['orders', ['depth', 'interval']],
  ['best', ['interval']],
  ['trades', ['interval']],
  ['status', []],
]);

const RUNGS = {
  depth: [DEPTH_LADDER, DEFAULT_DEPTH],
  grouping: [GROUPING_LADDER, DEFAULT_GROUPING],
  interval: [INTERVAL_LADDER, DEFAULT_INTERVAL_MS],
} as const;

/** Rounded as the gateway rounds, so that two wishes with one answer share one subscription. */
export function served(channel: string, options: BookOptions): SubscribeOptions {
  const names = OPTIONS.get(channel);
  if (names === undefined) return { ...options } as SubscribeOptions;
  return Object.fromEntries(
    names.map((name) => {
      const [ladder, usual] = RUNGS[name];
      return [name, serve(ladder, options[name] ?? usual)];
    }),
  );
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
