/** Follows the engine's feed and tells the market. */

import { StreamLevel } from '../feed/index.ts';
import { FeedSubscriber, type FeedSubscriberLog } from '../feed/node.ts';
import { type ClientSecurity, crc32, monotonicMs, wallClock } from '../feed/process/index.ts';
import type { GatewayConfig } from './config.ts';
import type { Market } from './market.ts';

/** Connect with `start`, end with `close`. */
export function upstream(
  config: Pick<GatewayConfig, 'feed' | 'repair'>,
  market: Market,
  log: FeedSubscriberLog,
  security?: ClientSecurity,
  level: StreamLevel = StreamLevel.L2,
): FeedSubscriber {
  const { feed, repair } = config;
  const curves = { feedCurve: security?.engine, repairCurve: security?.relay };
  const ports = { wallClock, nowMs: monotonicMs, crc32, log };
  return new FeedSubscriber({ feed, repair, level, ...curves, ...ports }, market);
}
