/** A book that is crossed in continuous trading stops the engine before anybody sees it. */

import { expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { BookMemory, MatchingBook } from '../book/index.ts';
import { EngineFixture } from '../testing/engine-fixture.ts';
import { limit, listing } from '../testing/orders.ts';

/** A matcher with a fault: from its third order on it forgets to match. */
class ForgetfulBook extends MatchingBook {
  #orders = 0;
  override limit(...order: Parameters<MatchingBook['limit']>): ReturnType<MatchingBook['limit']> {
    this.#orders += 1;
    if (this.#orders === 3) this.setMatching(false);
    return super.limit(...order);
  }
}

it('stops loudly, publishes nothing of the command and does nothing more', () => {
  const memory = new BookMemory(1000);
  const fixture = new EngineFixture((id, events) => new ForgetfulBook(id, memory, events));
  fixture.do(listing('BAD'));
  fixture.do(limit(1, 1, Side.Bid, 100, 5));
  fixture.do(limit(1, 2, Side.Ask, 101, 5));
  fixture.publish();
  const packets = fixture.packets.length;
  expect(() => fixture.do(limit(1, 3, Side.Bid, 101, 1))).toThrow(/BAD is crossed/);
  expect(() => fixture.do(limit(1, 4, Side.Bid, 50, 1))).toThrow(/nothing more is done/);
  expect(() => fixture.engine.flush()).toThrow(/nothing is told/);
  fixture.engine.heartbeat();
  fixture.engine.endOfSession();
  expect(fixture.packets).toHaveLength(packets);
});
