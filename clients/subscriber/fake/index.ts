/** A feed for unit tests of what uses the subscriber; see "In unit tests" in README.md. */

import type { SubscriptionLevel } from '../subscription.ts';
import { FakeFeed, type FakeFeedOptions } from './fake-feed.ts';

export { Aggressor, Side, TradingStatus } from '../../../feed/index.ts';
export type {
  FakeFeed,
  FakeFeedOptions,
  FakeMarketOf,
  FakeSubscribeOptions,
} from './fake-feed.ts';
export type { FakeInstrument, FakeLevelMarket, FakeOrderMarket } from './fake-market.ts';

/** A market with these instruments and empty books. */
export function fakeFeed<Level extends SubscriptionLevel = 'L2'>(
  options: FakeFeedOptions<Level>,
): FakeFeed<Level> {
  return new FakeFeed(options);
}
