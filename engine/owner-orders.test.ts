/** An owner's open orders: told in pages while the market runs, and cancelled together. */

import { describe, expect, it } from 'vitest';
import { BookKind, Side } from '../feed/index.ts';
import {
  ALL_INSTRUMENTS,
  MAX_MASS_CANCEL,
  MassCancelSide,
  OrderState,
  Reason,
} from './protocol/index.ts';
import { EngineFixture } from './testing/engine-fixture.ts';
import { cancel, limit, listing, market, massCancel } from './testing/orders.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';

function threeInstruments(): EngineFixture {
  const fixture = new EngineFixture();
  fixture.do(listing('ONE'));
  fixture.do(listing('TWO'));
  fixture.do(listing('VEN', BookKind.Levels));
  return fixture;
}

/** The client order ids of all pages, in the order of the ids. */
function allPages(fixture: EngineFixture, owner: number, instrument = 0): number[] {
  const ids: number[] = [];
  let after = 0;
  do {
    const page = fixture.engine.market.findOpenOrders(owner, instrument, after);
    ids.push(...page.orders.map(({ clientOrderId }) => clientOrderId));
    after = page.next;
  } while (after !== 0);
  return ids.sort((a, b) => a - b);
}

describe('a mass cancel', () => {
  it('ends the owner’s orders of one side, one instrument, or all, and nobody else’s', () => {
    const fixture = threeInstruments();
    for (const owner of [1, 2]) {
      fixture.do(limit(1, 1, Side.Bid, 100, 1), owner);
      fixture.do(limit(1, 2, Side.Ask, 110, 1), owner);
      fixture.do(limit(2, 3, Side.Bid, 100, 1), owner);
      fixture.do(limit(2, 4, Side.Bid, 100, 2), owner);
    }
    expect(fixture.do(massCancel(1, MassCancelSide.Ask), 1).map((row) => row.slice(1))).toEqual([
      ['cancelled', 1, 1, 2, expect.any(Number), 1, Reason.ByRequest],
      ['massCancelled', 1, 1, 1, true],
    ]);
    expect(allPages(fixture, 1)).toEqual([1, 3, 4]);
    expect(fixture.do(massCancel(2, MassCancelSide.Both), 1).at(-1)?.slice(1)).toEqual([
      'massCancelled',
      1,
      2,
      2,
      true,
    ]);
    expect(allPages(fixture, 1)).toEqual([1]);
    fixture.do(massCancel(ALL_INSTRUMENTS, MassCancelSide.Both), 2);
    expect(allPages(fixture, 2)).toEqual([]);
    expect(fixture.engine.market.openOrders).toBe(1);
    expect(fixture.do(massCancel(ALL_INSTRUMENTS, MassCancelSide.Both), 2).at(-1)?.[4]).toBe(0);
  });

  it('is refused for an instrument that is unknown or has no orders', () => {
    const fixture = threeInstruments();
    expect(fixture.do(massCancel(9, MassCancelSide.Both), 1)[0]?.[4]).toBe(
      Reason.UnknownInstrument,
    );
    expect(fixture.do(massCancel(3, MassCancelSide.Both), 1)[0]?.[4]).toBe(Reason.WrongBookKind);
  });

  it('says when there are more orders than one command ends', () => {
    const fixture = threeInstruments();
    for (let id = 1; id <= MAX_MASS_CANCEL + 5; id++) fixture.do(limit(1, id, Side.Bid, 100, 1), 1);
    const first = fixture.do(massCancel(0, MassCancelSide.Both), 1).at(-1);
    expect(first?.slice(1)).toEqual(['massCancelled', 1, 0, MAX_MASS_CANCEL, false]);
    const second = fixture.do(massCancel(0, MassCancelSide.Both), 1).at(-1);
    expect(second?.slice(1)).toEqual(['massCancelled', 1, 0, 5, true]);
    expect(fixture.engine.market.openOrders).toBe(0);
  });
});

describe('the pages of open orders', () => {
  it('hold each order as it is', () => {
    const fixture = threeInstruments();
    fixture.do(limit(2, 7, Side.Ask, 105, 10), 1);
    fixture.do(market(2, 8, Side.Bid, 4), 2);
    expect(fixture.engine.market.findOpenOrders(1, 2, 0)).toEqual({
      orders: [
        {
          clientOrderId: 7,
          orderId: expect.any(Number),
          instrument: 2,
          side: Side.Ask,
          state: OrderState.InBook,
          price: 105,
          open: 6,
          filled: 4,
        },
      ],
      next: 0,
    });
    expect(fixture.engine.market.findOpenOrders(1, 1, 0).orders).toEqual([]);
    expect(fixture.engine.market.findOpenOrders(2, 0, 0)).toEqual({ orders: [], next: 0 });
  });

  it('hold every order that stays open exactly once, whatever happens between them', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const fixture = threeInstruments();
    const open = new Set<number>();
    let lastId = 0;
    const step = () => {
      const [anyId] = [...open].slice(random(open.size || 1));
      if (random(3) > 0 || anyId === undefined) {
        lastId += 1;
        open.add(lastId);
        fixture.do(limit(1 + (lastId % 2), lastId, Side.Bid, 1 + random(50), 1), 1 + (lastId % 3));
      } else {
        open.delete(anyId);
        fixture.do(cancel(1 + (anyId % 2), anyId), 1 + (anyId % 3));
      }
    };
    for (let i = 0; i < 6000; i++) step();
    for (let owner = 1; owner <= 3; owner++) {
      const own = (ids: Iterable<number>) => [...ids].filter((id) => 1 + (id % 3) === owner);
      expect(allPages(fixture, owner)).toEqual(own(open));
      const before = own(open);
      const seen: number[] = [];
      let after = 0;
      do {
        const page = fixture.engine.market.findOpenOrders(owner, 0, after);
        seen.push(...page.orders.map(({ clientOrderId }) => clientOrderId));
        after = page.next;
        for (let i = 0; i < 50; i++) step();
      } while (after !== 0);
      expect(new Set(seen).size, `seed ${seed}`).toBe(seen.length);
      const stayed = before.filter((id) => open.has(id));
      expect(
        stayed.filter((id) => !seen.includes(id)),
        `seed ${seed}`,
      ).toEqual([]);
    }
  });
});
