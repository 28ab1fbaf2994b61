/** Books that gather orders without matching, and how they uncross. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { PostOnly, Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import { BookFixture, type CreateMarket, OWNER, type TestedBook } from './book-fixture.suite.ts';
import { findFault } from './book-state.ts';
import type { EventRecorder } from './event-recorder.ts';
import { drawLadder, tidyLadder } from './ladder-table.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;
const { NotInAuction, None, PostOnlyWouldTrade } = Reason;
const isHidden = true;

export function describeAuctions(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
    book.setMatching(false);
  });

  function expectCrossed(ladder: string): void {
    expect(drawLadder(book)).toBe(tidyLadder(ladder));
    expect(book.isCrossed).toBe(true);
    expect(findFault(book, true)).toBeUndefined();
    expect(findFault(book)).toContain('crossed');
  }

  describe('while matching is off', () => {
    test('orders rest where they come, and the book crosses', () => {
      given('| 100 | 1:10');
      book.limit(2, 8, Bid, 101, 10, Gtc);
      book.limit(3, 8, Bid, 100, 10, Gtc, { selfTrade: SelfTrade.CancelBoth });
      expectTold(
        ['accepted', 2, 8, Bid, 101, 10],
        ['levelChanged', Bid, 101, 10, 1],
        ['accepted', 3, 8, Bid, 100, 10],
        ['levelChanged', Bid, 100, 10, 1],
      );
      expectCrossed(`
        2:10 | 101 |
        3:10 | 100 | 1:10
      `);
    });

    test('changed orders do not trade either', () => {
      given(`
              | 100 | 1:10
        2:10  |  99 |
        (3:9) |  98 |
      `);
      book.modify(2, 101, 5);
      book.replace(1, 98, 7);
      book.modify(3, 102, 9);
      book.move(3, 103);
      expectTold(
        ['replaced', 2, OWNER, Bid, 101, 5, false],
        ['levelChanged', Bid, 99, 0, 0],
        ['levelChanged', Bid, 101, 5, 1],
        ['replaced', 1, OWNER, Ask, 98, 7, false],
        ['levelChanged', Ask, 100, 0, 0],
        ['levelChanged', Ask, 98, 7, 1],
        ['replaced', 3, OWNER, Bid, 102, 9, false],
      );
      expectCrossed(`
        (3:9) | 103 |
        2:5   | 101 |
              |  98 | 1:7
      `);
      book.park(3);
      book.unpark(3, OWNER, Bid, 99, 9, 0, SelfTrade.Allow);
      book.cancel(2);
      expectCrossed(`
        (3:9) | 99 |
              | 98 | 1:7
      `);
    });

    test('a changed order may come to a level of its own side that crosses', () => {
      given(`
             | 100 | 3:10
        1:10 | 101 |
        2:10 |  99 |
      `);
      book.modify(2, 101, 12);
      book.modify(1, 101, 11);
      expectCrossed(`
        2:12 1:11 | 101 |
                  | 100 | 3:10
      `);
    });

    test('what cannot wait is refused', () => {
      given('| 100 | 1:10');
      const refused = [
        book.limit(9, 8, Bid, 100, 5, Ioc),
        book.limit(9, 8, Bid, 100, 5, Fok),
        book.limit(9, 8, Bid, 99, 5, Gtc, { minimumQuantity: 1 }),
        book.limit(9, 8, Bid, 99, 5, Gtc, { postOnly: PostOnly.Slide }),
        book.limit(1, 8, Bid, 99, 5, Gtc, { postOnly: PostOnly.Reject }),
        book.market(9, 8, Bid, 5),
      ];
      expect(new Set(refused)).toEqual(new Set([NotInAuction]));
      expectTold();
      expect(book.limit(9, 8, Bid, 99, 5, Gtc, { minimumQuantity: 0 })).toBe(None);
    });

    test('a post-only order that is changed looks at prices as ever', () => {
      ({ book, told } = fixture.renew());
      book.limit(1, OWNER, Bid, 99, 5, Gtc, { postOnly: PostOnly.Reject });
      book.limit(2, OWNER, Bid, 98, 5, Gtc, { postOnly: PostOnly.Slide });
      given('| 103 | 3:10');
      book.setMatching(false);
      book.limit(4, OWNER, Bid, 105, 5, Gtc);
      expect(book.modify(1, 103, 6)).toBe(PostOnlyWouldTrade);
      expect(book.modify(2, 104, 6)).toBe(None);
      expectCrossed(`
        4:5 | 105 |
            | 103 | 3:10
        2:6 | 102 |
        1:5 |  99 |
      `);
    });

    test('cannot be turned on where the book is crossed, hidden orders included', () => {
      given('| 100 | 1:10');
      book.limit(2, OWNER, Bid, 100, 10, Gtc, { isHidden });
      expect(() => book.setMatching(true)).toThrow(/uncross/);
      book.uncross(100);
      book.setMatching(true);
      book.limit(3, OWNER, Bid, 100, 10, Gtc);
      book.limit(4, OWNER, Ask, 100, 10, Gtc);
      expectBook('');
    });
  });

  describe('an uncross', () => {
    test('trades all at one price, first with first, until one side is done', () => {
      given(`
        1:10      | 103 |
        2:10 3:15 | 102 |
                  | 101 | 6:20
        4:10      | 100 | 5:8
      `);
      book.uncross(101);
      expectTold(
        ['crossed', 101, 8, 1, OWNER, 2, 5, OWNER, 0],
        ['crossed', 101, 2, 1, OWNER, 0, 6, OWNER, 18],
        ['crossed', 101, 10, 2, OWNER, 0, 6, OWNER, 8],
        ['crossed', 101, 8, 3, OWNER, 7, 6, OWNER, 0],
        ['levelChanged', Bid, 103, 0, 0],
        ['levelChanged', Bid, 102, 7, 1],
        ['levelChanged', Ask, 100, 0, 0],
        ['levelChanged', Ask, 101, 0, 0],
      );
      expectBook(`
        3:7  | 102 |
        4:10 | 100 |
      `);
      expect(book.orderOf(3)).toEqual({ side: Bid, price: 102, open: 7, filled: 8 });
    });

    test('tells each queue what happened to it, the bid’s before the ask’s', () => {
      given(`
        1:5+5 | 101 |
              | 100 | 2:3 3:9
      `);
      book.uncross(100);
      expect(told.take()).toEqual([
        ['crossed', 100, 3, 1, OWNER, 7, 2, OWNER, 0],
        ['reduced', 1, 2],
        ['reduced', 2, 0],
        ['crossed', 100, 2, 1, OWNER, 5, 3, OWNER, 7],
        ['reduced', 1, 0],
        ['rested', 1, Bid, 101, 5],
        ['reduced', 3, 7],
        ['crossed', 100, 5, 1, OWNER, 0, 3, OWNER, 2],
        ['reduced', 1, 0],
        ['reduced', 3, 2],
        ['levelChanged', Bid, 101, 0, 0],
        ['levelChanged', Ask, 100, 2, 1],
      ]);
      expectBook('| 100 | 3:2');
    });

    test('an iceberg’s next part goes behind the others', () => {
      given(`
        1:5+10 2:5 | 101 |
                   | 100 | 3:12
      `);
      book.uncross(101);
      expectTold(
        ['crossed', 101, 5, 1, OWNER, 10, 3, OWNER, 7],
        ['crossed', 101, 5, 2, OWNER, 0, 3, OWNER, 2],
        ['crossed', 101, 2, 1, OWNER, 8, 3, OWNER, 0],
        ['levelChanged', Bid, 101, 3, 1],
        ['levelChanged', Ask, 100, 0, 0],
      );
      expectBook('1:3+5 | 101 |');
    });

    test('hidden orders trade with all they have, behind what is shown, and no level is told', () => {
      given(`
        (1:20) 2:5 | 101 |
                   | 100 | (3:30)
      `);
      book.uncross(100);
      expect(told.take()).toEqual([
        ['crossed', 100, 5, 2, OWNER, 0, 3, OWNER, 25],
        ['reduced', 2, 0],
        ['crossed', 100, 20, 1, OWNER, 0, 3, OWNER, 5],
        ['levelChanged', Bid, 101, 0, 0],
      ]);
      expectBook('| 100 | (3:5)');
    });

    test('asks neither for owners nor for bounds', () => {
      book.limit(1, OWNER, Bid, 105, 5, Gtc, { selfTrade: SelfTrade.CancelBoth });
      book.limit(2, OWNER, Ask, 95, 5, Gtc, { selfTrade: SelfTrade.CancelBoth });
      book.setTradeBounds(99, 101);
      told.take();
      book.uncross(105);
      expectTold(
        ['crossed', 105, 5, 1, OWNER, 0, 2, OWNER, 0],
        ['levelChanged', Bid, 105, 0, 0],
        ['levelChanged', Ask, 95, 0, 0],
      );
      expect(book.wasBounded).toBe(false);
      expectBook('');
    });

    test('does nothing where nothing crosses at the price', () => {
      given(`
             | 103 | 2:5
        1:5  | 101 |
      `);
      book.uncross(102);
      book.uncross(101);
      expect(told.take()).toEqual([]);
      ({ book, told } = fixture.renew());
      book.uncross(0);
      expect(told.take()).toEqual([]);
    });
  });
}
