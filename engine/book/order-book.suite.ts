/** What every order book must do: run by the fast book and by its naive twin. */

import { describe } from 'vitest';
import { describeAuctions } from './auction.suite.ts';
import type { CreateMarket } from './book-fixture.suite.ts';
import { describeHiddenOrders } from './hidden-orders.suite.ts';
import { describeIcebergs } from './icebergs.suite.ts';
import { describeLimitOrders } from './limit-orders.suite.ts';
import { describeMovedOrders } from './moved-orders.suite.ts';
import { describeOrderChanges } from './order-changes.suite.ts';
import { describePostOnly } from './post-only.suite.ts';
import { describeRefusals } from './refusals.suite.ts';
import { describeSelfTrade } from './self-trade.suite.ts';
import { describeToldQueues } from './told-queues.suite.ts';
import { describeTradeBounds } from './trade-bounds.suite.ts';

export function describeOrderBook(name: string, createMarket: CreateMarket): void {
  describe(name, () => {
    describeLimitOrders(createMarket);
    describeToldQueues(createMarket);
    describePostOnly(createMarket);
    describeSelfTrade(createMarket);
    describeIcebergs(createMarket);
    describeOrderChanges(createMarket);
    describeRefusals(createMarket);
    describeAuctions(createMarket);
    describeHiddenOrders(createMarket);
    describeMovedOrders(createMarket);
    describeTradeBounds(createMarket);
  });
}
