/** Orders that nobody is shown. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { PostOnly, Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import {
  BookFixture,
  type CreateMarket,
  MAX,
  OWNER,
  QUEUE_EVENTS,
  type TestedBook,
} from './book-fixture.suite.ts';
import type { EventRecorder } from './event-recorder.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;
const { CancelBoth, CancelNewest, CancelOldest, Decrement } = SelfTrade;
const { SelfTradePrevented } = Reason;
const isHidden = true;

export function describeHiddenOrders(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
  });

  function expectNoQueueTold(): void {
    expect(told.take().filter(([name]) => QUEUE_EVENTS.has(name))).toEqual([]);
  }

  describe('a hidden order', () => {
    test('rests in no level, and nobody is told of a queue', () => {
      book.limit(1, OWNER, Bid, 100, 10, Gtc, { isHidden });
      expect(told.take()).toEqual([['accepted', 1, OWNER, Bid, 100, 10]]);
      expect([book.bestPrice(Bid), book.levelCount(Bid), book.orderCount]).toEqual([
        undefined,
        0,
        1,
      ]);
      expect(book.orderOf(1)).toEqual({ side: Bid, price: 100, open: 10, filled: 0 });
      expectBook('(1:10) | 100 |');
    });

    test('fills behind all that is shown at its price, before the next price', () => {
      given(`
        (1:10) 2:10 3:10+20 | 100 |
        4:10                |  99 |
      `);
      book.limit(9, 8, Ask, 99, 55, Gtc);
      expectTold(
        ['accepted', 9, 8, Ask, 99, 55],
        ['traded', Ask, 100, 10, 2, OWNER, 0, 9, 8, 45],
        ['traded', Ask, 100, 10, 3, OWNER, 20, 9, 8, 35],
        ['traded', Ask, 100, 10, 3, OWNER, 10, 9, 8, 25],
        ['traded', Ask, 100, 10, 3, OWNER, 0, 9, 8, 15],
        ['traded', Ask, 100, 10, 1, OWNER, 0, 9, 8, 5],
        ['traded', Ask, 99, 5, 4, OWNER, 5, 9, 8, 0],
        ['levelChanged', Bid, 100, 0, 0],
        ['levelChanged', Bid, 99, 5, 1],
      );
      expectBook('4:5 | 99 |');
    });

    test('fills before what is shown at a worse price, oldest first, and no level is told', () => {
      given(`
                      | 102 | 4:10
                      | 101 | (1:10) (2:10) (3:10)
      `);
      book.market(9, 8, Bid, 25);
      expect(told.take()).toEqual([
        ['accepted', 9, 8, Bid, 0, 25],
        ['traded', Bid, 101, 10, 1, OWNER, 0, 9, 8, 15],
        ['traded', Bid, 101, 10, 2, OWNER, 0, 9, 8, 5],
        ['traded', Bid, 101, 5, 3, OWNER, 5, 9, 8, 0],
      ]);
      expectBook(`
        | 102 | 4:10
        | 101 | (3:5)
      `);
    });

    test('takes as any other does, and hides what is left', () => {
      given('| 100 | 1:10');
      book.limit(9, 8, Bid, 100, 25, Gtc, { isHidden });
      expectTold(
        ['accepted', 9, 8, Bid, 100, 25],
        ['traded', Bid, 100, 10, 1, OWNER, 0, 9, 8, 15],
        ['levelChanged', Ask, 100, 0, 0],
      );
      expectBook('(9:15) | 100 |');
      expect(book.orderOf(9)?.filled).toBe(10);
    });

    test('meets a hidden one of the other side', () => {
      given('| 100 | (1:10)');
      book.limit(9, 8, Bid, 101, 15, Gtc, { isHidden });
      expectTold(['accepted', 9, 8, Bid, 101, 15], ['traded', Bid, 100, 10, 1, OWNER, 0, 9, 8, 5]);
      expectBook('(9:5) | 101 |');
    });

    test('between the levels is met in its turn', () => {
      given(`
        | 104 | 5:10
        | 103 | (4:10)
        | 102 | 3:10 (2:10)
        | 101 | (1:10)
      `);
      book.limit(9, 8, Bid, 104, 45, Ioc);
      expect(told.take().flatMap(([name, , price]) => (name === 'traded' ? [price] : []))).toEqual([
        101, 102, 102, 103, 104,
      ]);
      expectBook('| 104 | 5:5');
    });

    test('counts for what must fill at once', () => {
      given(`
        | 102 | 3:10
        | 101 | (1:10) 2:10
      `);
      book.limit(9, 8, Bid, 101, 21, Fok);
      book.limit(9, 8, Bid, 101, 40, Gtc, { minimumQuantity: 21 });
      expect(book.orderCount).toBe(3);
      book.limit(9, 8, Bid, 101, 20, Fok);
      expectBook('| 102 | 3:10');
      book.limit(4, OWNER, Ask, 103, 10, Gtc, { isHidden });
      book.market(9, 8, Bid, 21, Fok);
      book.market(9, 8, Bid, 20, Fok);
      expectBook('');
    });

    test('counts only as far as an order that ends the taker', () => {
      book.limit(1, 8, Ask, 100, 10, Gtc, { isHidden });
      book.limit(2, OWNER, Ask, 100, 10, Gtc, { isHidden });
      book.limit(3, 8, Ask, 100, 10, Gtc, { isHidden });
      book.limit(9, OWNER, Bid, 100, 11, Fok, { selfTrade: CancelNewest });
      expect(book.orderCount).toBe(3);
      book.limit(9, OWNER, Bid, 100, 20, Fok, { selfTrade: CancelOldest });
      expectBook('');
    });

    test('is what a post-only order slides from', () => {
      given('| 105 | (1:10) 2:10');
      book.limit(3, OWNER, Ask, 103, 10, Gtc, { isHidden });
      const { PostOnlyWouldTrade, None } = Reason;
      const reject = { postOnly: PostOnly.Reject };
      const slide = { postOnly: PostOnly.Slide };
      expect(book.limit(9, 8, Bid, 103, 5, Gtc, reject)).toBe(PostOnlyWouldTrade);
      expect(book.limit(9, 8, Bid, 105, 5, Gtc, slide)).toBe(None);
      expect(book.limit(8, 8, Bid, 105, 5, Gtc, { ...slide, isHidden })).toBe(None);
      expectBook(`
                    | 105 | 2:10 (1:10)
                    | 103 | (3:10)
        9:5 (8:5)   | 102 |
      `);
    });

    test('made smaller keeps its place, changed otherwise it goes behind, and stays hidden', () => {
      given('(1:10) (2:10) | 100 |');
      book.modify(1, 100, 6);
      expectTold(['replaced', 1, OWNER, Bid, 100, 6, true]);
      expectBook('(1:6) (2:10) | 100 |');
      book.modify(1, 100, 7);
      expectTold(['replaced', 1, OWNER, Bid, 100, 7, false]);
      expectBook('(2:10) (1:7) | 100 |');
      book.replace(2, 101, 4);
      expectTold(['replaced', 2, OWNER, Bid, 101, 4, false]);
      expectBook(`
        (2:4) | 101 |
        (1:7) | 100 |
      `);
    });

    test('that is changed to cross trades, and what has filled stays filled', () => {
      given(`
               | 102 | 2:4
        (1:10) | 100 |
      `);
      book.modify(1, 102, 10);
      expectTold(
        ['replaced', 1, OWNER, Bid, 102, 10, false],
        ['traded', Bid, 102, 4, 2, OWNER, 0, 1, OWNER, 6],
        ['levelChanged', Ask, 102, 0, 0],
      );
      expect(book.orderOf(1)).toEqual({ side: Bid, price: 102, open: 6, filled: 4 });
      expect(book.modify(1, 102, 4)).toBe(Reason.QuantityAlreadyFilled);
    });

    test('is cancelled as any other is, without a level', () => {
      given('(1:10) (2:10) | 100 |');
      book.cancel(1);
      expect(told.take()).toEqual([['cancelled', 1, OWNER, Bid, 100, 10, Reason.ByRequest]]);
      book.cancel(2);
      expectBook('');
      expect(book.cancel(2)).toBe(Reason.UnknownOrder);
    });

    test('does not keep a plain order that comes later at its price from being shown', () => {
      given('(1:10) | 100 |');
      book.limit(2, OWNER, Bid, 100, 5, Gtc);
      expectTold(['accepted', 2, OWNER, Bid, 100, 5], ['levelChanged', Bid, 100, 5, 1]);
      expectBook('2:5 (1:10) | 100 |');
    });

    test('is prevented from trading with its owner, silently for the queues', () => {
      given('(1:10) (2:10) | 100 |');
      book.limit(9, OWNER, Ask, 100, 5, Gtc, { selfTrade: Decrement });
      expectTold(
        ['accepted', 9, OWNER, Ask, 100, 5],
        ['replaced', 1, OWNER, Bid, 100, 5, true],
        ['cancelled', 9, OWNER, Ask, 100, 5, SelfTradePrevented],
      );
      book.limit(9, OWNER, Ask, 100, 12, Gtc, { selfTrade: Decrement });
      expectTold(
        ['accepted', 9, OWNER, Ask, 100, 12],
        ['cancelled', 1, OWNER, Bid, 100, 5, SelfTradePrevented],
        ['replaced', 9, OWNER, Ask, 100, 7, true],
        ['replaced', 2, OWNER, Bid, 100, 3, true],
        ['cancelled', 9, OWNER, Ask, 100, 7, SelfTradePrevented],
      );
      book.limit(9, OWNER, Ask, 100, 5, Gtc, { selfTrade: CancelBoth });
      expectBook('');
      expectNoQueueTold();
    });

    test('only may rest, shown in no part', () => {
      const { ConditionsConflict } = Reason;
      const refused = [
        book.limit(9, OWNER, Bid, 99, 5, Ioc, { isHidden }),
        book.limit(9, OWNER, Bid, 99, 5, Fok, { isHidden }),
        book.limit(9, OWNER, Bid, 99, 5, Gtc, { isHidden, displayQuantity: 2 }),
        book.market(9, OWNER, Bid, 5, Gtc, { isHidden }),
      ];
      expect(new Set(refused)).toEqual(new Set([ConditionsConflict]));
      expect(book.limit(9, OWNER, Bid, 99, 5, Gtc, { isHidden, minimumQuantity: 2 })).toBe(0);
      expect(book.limit(9, OWNER, Bid, 99, 5, Gtc, { isHidden: false })).toBe(0);
      expectBook('9:5 | 99 |');
    });

    test('counts for the pool, and its price has a limit of its own', () => {
      ({ book, told } = fixture.renew(3));
      const { LevelFull, None, TooManyOrders } = Reason;
      expect(book.limit(1, OWNER, Bid, 100, MAX - 10, Gtc)).toBe(None);
      expect(book.limit(2, OWNER, Bid, 100, MAX - 10, Gtc, { isHidden })).toBe(None);
      expect(book.limit(3, OWNER, Bid, 100, 11, Gtc, { isHidden })).toBe(LevelFull);
      expect(book.limit(3, OWNER, Bid, 100, 10, Gtc, { isHidden })).toBe(None);
      expect(book.limit(4, OWNER, Bid, 90, 10, Gtc, { isHidden })).toBe(TooManyOrders);
      expect(book.replace(3, 100, 11)).toBe(LevelFull);
      expectBook(`1:${MAX - 10} (2:${MAX - 10}) (3:10) | 100 |`);
    });
  });

  test('shows the hidden orders of a side, and all that is open, best first', () => {
    given(`
                    | 103 | (6:4)
      1:10 (2:5)    | 101 |
      (3:7)         | 100 |
      4:10+30 (5:1) |  99 |
    `);
    const hidden: number[][] = [];
    book.forEachHidden(Bid, (...order) => hidden.push(order));
    expect(hidden).toEqual([
      [2, OWNER, 101, 5, 0],
      [3, OWNER, 100, 7, 0],
      [5, OWNER, 99, 1, 0],
    ]);
    const open: number[][] = [];
    book.forEachOpen(Bid, (price, lots) => open.push([price, lots]) < 9);
    expect(open).toEqual([
      [101, 15],
      [100, 7],
      [99, 41],
    ]);
    let visits = 0;
    book.forEachOpen(Bid, () => {
      visits += 1;
      return visits < 2;
    });
    expect(visits).toBe(2);
    book.forEachOpen(Ask, (price, lots) => {
      expect([price, lots]).toEqual([103, 4]);
      return true;
    });
  });

  test('says 2^53 - 1 where more is open at a price', () => {
    given(`1:${MAX} (2:${MAX}) | 100 |`);
    book.limit(3, OWNER, Bid, 99, MAX - 1, Gtc);
    book.limit(4, OWNER, Bid, 99, 100, Gtc, { displayQuantity: 1 });
    const open: number[] = [];
    book.forEachOpen(Bid, (_, lots) => open.push(lots) > 0);
    expect(open).toEqual([MAX, MAX]);
  });
}
