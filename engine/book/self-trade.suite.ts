/** Orders of one owner that would trade with each other. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { PostOnly, Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import { BookFixture, type CreateMarket, OWNER, type TestedBook } from './book-fixture.suite.ts';
import type { EventRecorder } from './event-recorder.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;

export function describeSelfTrade(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
  });

  describe('self-trade prevention', () => {
    const { SelfTradePrevented } = Reason;
    const { CancelBoth, CancelNewest, CancelOldest, Decrement } = SelfTrade;

    // Order 2 is of owner 8, the others of owner 7.
    beforeEach(() => {
      book.limit(2, 8, Ask, 100, 10, Gtc);
      given(`
          | 102 | 5:10
          | 101 | 3:10 4:10
        `);
    });

    test('is not asked for by default', () => {
      book.limit(9, OWNER, Bid, 102, 40, Ioc);
      expectBook('');
    });

    test('looks at the owner of the order that comes, whatever the resting ones ask for', () => {
      book.limit(1, 8, Bid, 99, 10, Gtc, { selfTrade: CancelBoth });
      book.limit(9, 8, Ask, 99, 10, Ioc);
      expect(book.cancel(1)).toBe(Reason.UnknownOrder);
      expect(book.cancel(2)).toBe(Reason.None);
    });

    test('cancels the newest: what has filled stays filled, what is left goes', () => {
      book.limit(9, OWNER, Bid, 101, 40, Gtc, { selfTrade: CancelNewest });
      expectTold(
        ['accepted', 9, OWNER, Bid, 101, 40],
        ['traded', Bid, 100, 10, 2, 8, 0, 9, OWNER, 30],
        ['cancelled', 9, OWNER, Bid, 101, 30, SelfTradePrevented],
        ['levelChanged', Ask, 100, 0, 0],
      );
      expectBook(`
          | 102 | 5:10
          | 101 | 3:10 4:10
        `);
      expect(book.cancel(9)).toBe(Reason.UnknownOrder);
    });

    test('cancels the oldest, several at a level, and goes on', () => {
      book.limit(9, OWNER, Bid, 101, 40, Gtc, { selfTrade: CancelOldest });
      expectTold(
        ['accepted', 9, OWNER, Bid, 101, 40],
        ['traded', Bid, 100, 10, 2, 8, 0, 9, OWNER, 30],
        ['cancelled', 3, OWNER, Ask, 101, 10, SelfTradePrevented],
        ['cancelled', 4, OWNER, Ask, 101, 10, SelfTradePrevented],
        ['levelChanged', Ask, 100, 0, 0],
        ['levelChanged', Ask, 101, 0, 0],
        ['levelChanged', Bid, 101, 30, 1],
      );
      expectBook(`
               | 102 | 5:10
          9:30 | 101 |
        `);
    });

    test('cancels both', () => {
      book.market(9, OWNER, Bid, 40, Gtc, { selfTrade: CancelBoth });
      expectTold(
        ['accepted', 9, OWNER, Bid, 0, 40],
        ['traded', Bid, 100, 10, 2, 8, 0, 9, OWNER, 30],
        ['cancelled', 3, OWNER, Ask, 101, 10, SelfTradePrevented],
        ['cancelled', 9, OWNER, Bid, 0, 30, SelfTradePrevented],
        ['levelChanged', Ask, 100, 0, 0],
        ['levelChanged', Ask, 101, 10, 1],
      );
      expectBook(`
          | 102 | 5:10
          | 101 | 4:10
        `);
    });

    test('decrements: the smaller is cancelled, the larger is as much smaller', () => {
      book.limit(9, OWNER, Bid, 101, 24, Ioc, { selfTrade: Decrement });
      expectTold(
        ['accepted', 9, OWNER, Bid, 101, 24],
        ['traded', Bid, 100, 10, 2, 8, 0, 9, OWNER, 14],
        ['cancelled', 3, OWNER, Ask, 101, 10, SelfTradePrevented],
        ['replaced', 9, OWNER, Bid, 101, 4, true],
        ['replaced', 4, OWNER, Ask, 101, 6, true],
        ['cancelled', 9, OWNER, Bid, 101, 4, SelfTradePrevented],
        ['levelChanged', Ask, 100, 0, 0],
        ['levelChanged', Ask, 101, 6, 1],
      );
      expectBook(`
          | 102 | 5:10
          | 101 | 4:6
        `);
    });

    test('decrements equal ones to nothing', () => {
      book.limit(9, OWNER, Bid, 101, 20, Gtc, { selfTrade: Decrement });
      expectBook(`
          | 102 | 5:10
          | 101 | 4:10
        `);
      expect(book.cancel(9)).toBe(Reason.UnknownOrder);
    });

    test('does not count as filled what was decremented', () => {
      book.limit(9, OWNER, Bid, 101, 50, Gtc, { selfTrade: Decrement });
      expectBook(`
               | 102 | 5:10
          9:20 | 101 |
        `);
      // 10 have filled, so a total of 11 leaves 1.
      expect(book.modify(9, 101, 10)).toBe(Reason.QuantityAlreadyFilled);
      expect(book.modify(9, 101, 11)).toBe(Reason.None);
      expect(book.modify(5, 102, 9)).toBe(Reason.None);
      expectBook(`
              | 102 | 5:9
          9:1 | 101 |
        `);
    });

    test.each([CancelNewest, CancelBoth, Decrement])(
      'in mode %i leaves a fill-or-kill order nothing to fill whole, so nothing happens',
      (selfTrade) => {
        book.limit(9, OWNER, Bid, 102, 11, Fok, { selfTrade });
        book.market(9, OWNER, Bid, 11, Fok, { selfTrade });
        book.limit(9, OWNER, Bid, 102, 30, Gtc, { selfTrade, minimumQuantity: 11 });
        const { NotFilledWhole, MinimumNotFilled } = Reason;
        expectTold(
          ['accepted', 9, OWNER, Bid, 102, 11],
          ['cancelled', 9, OWNER, Bid, 102, 11, NotFilledWhole],
          ['accepted', 9, OWNER, Bid, 0, 11],
          ['cancelled', 9, OWNER, Bid, 0, 11, NotFilledWhole],
          ['accepted', 9, OWNER, Bid, 102, 30],
          ['cancelled', 9, OWNER, Bid, 102, 30, MinimumNotFilled],
        );
        expectBook(`
            | 102 | 5:10
            | 101 | 3:10 4:10
            | 100 | 2:10
          `);
      },
    );

    test('lets a fill-or-kill order past resting ones that it cancels', () => {
      book.limit(6, 8, Ask, 102, 5, Gtc);
      book.limit(9, OWNER, Bid, 102, 15, Fok, { selfTrade: CancelOldest });
      expectBook('');
    });

    test('a minimum may be had before the order of the same owner is met', () => {
      book.limit(9, OWNER, Bid, 102, 30, Gtc, { selfTrade: CancelNewest, minimumQuantity: 10 });
      expect(book.bestPrice(Ask)).toBe(101);
      expect(book.orderCount).toBe(3);
    });

    test('holds for a resting order that is changed', () => {
      book.limit(9, OWNER, Bid, 90, 5, Gtc, { selfTrade: CancelNewest });
      book.cancel(2);
      told.take();
      expect(book.modify(9, 101, 5)).toBe(Reason.None);
      expectTold(
        ['replaced', 9, OWNER, Bid, 101, 5, false],
        ['cancelled', 9, OWNER, Bid, 101, 5, SelfTradePrevented],
        ['levelChanged', Bid, 90, 0, 0],
      );
      expect(book.replace(9, 90, 5)).toBe(Reason.UnknownOrder);
      book.limit(9, OWNER, Bid, 90, 15, Gtc, { selfTrade: CancelOldest });
      expect(book.replace(9, 101, 25)).toBe(Reason.None);
      expectBook(`
               | 102 | 5:10
          9:25 | 101 |
        `);
    });

    test('a post-only order cancels nobody: it looks at prices', () => {
      const reject = { selfTrade: CancelOldest, postOnly: PostOnly.Reject };
      const slide = { selfTrade: CancelOldest, postOnly: PostOnly.Slide };
      book.cancel(2);
      expect(book.limit(9, OWNER, Bid, 101, 5, Gtc, reject)).toBe(Reason.PostOnlyWouldTrade);
      expect(book.limit(9, OWNER, Bid, 101, 5, Gtc, slide)).toBe(Reason.None);
      expectBook(`
              | 102 | 5:10
              | 101 | 3:10 4:10
          9:5 | 100 |
        `);
    });
  });
}
