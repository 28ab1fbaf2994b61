/** What session tests do to a market, and read from messages. */

import { Side } from '../../feed/index.ts';
import { type GatewayEvent, MessageType } from '../protocol/index.ts';
import type { FakeInstrument } from './fake-feed.ts';
import type { SessionBench } from './session-bench.ts';

/** One transaction that changes `count` levels far from each other. */
export function shake(bench: SessionBench, instrument: FakeInstrument, count = 1): number {
  return bench.feed.transaction((steps) => {
    for (let i = 0; i < count; i += 1) {
      const quantity = 1 + ((bench.feed.transactionNumber * 7 + i) % 1000);
      steps.level(instrument, Side.Bid, 1000 - i, quantity);
    }
  });
}

/** The ids in a `trades` message. */
export function idsOf(event: GatewayEvent | undefined): number[] {
  return event?.[0] === MessageType.Trades ? event[5].filter((_, i) => i % 5 === 0) : [];
}
