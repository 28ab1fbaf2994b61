/** Follows the engine's feed and tells the market. */

import { StreamLevel } from '../feed/index.ts';
import { FeedSubscriber, type FeedSubscriberLog, HistoryClient } from '../feed/node.ts';
import { type ClientSecurity, crc32, monotonicMs, wallClock } from '../feed/process/index.ts';
import type { AskCandles } from './channels/candles.ts';
import type { GatewayConfig } from './config.ts';
import type { Market } from './market.ts';

/** Asks relays for candles; end with `close`. */
export function candlesOf(
  { repair: relays }: Pick<GatewayConfig, 'repair'>,
  security?: ClientSecurity,
): { readonly ask: AskCandles; close(): Promise<void> } {
  const history = new HistoryClient({ relays, crc32, curve: security?.relay });
  return {
    async ask(symbol, interval, from) {
      const candles = await history.candles({ symbol, interval, from });
      return candles.map(({ start, open, high, low, close, volume, trades, flags }) => {
        return [start, open, high, low, close, volume, trades, flags];
      });
    },
    close: () => history.close(),
  };
}

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
