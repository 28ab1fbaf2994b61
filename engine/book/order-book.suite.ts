/** What every order book must do, told in ladders: run by the fast book and by its naive twin. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { PostOnly, Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import type { BookContents, BookEvents, OrderBook } from './book.ts';
import { findFault } from './book-state.ts';
import { EventRecorder, type RecordedEvent } from './event-recorder.ts';
import { drawLadder, enterLadder, type Ladder, tidyLadder } from './ladder-table.ts';

export type TestedBook = OrderBook & BookContents;

/** Makes books that share a memory for so many orders. */
export type CreateMarket = (maxOrders: number) => (events: BookEvents) => TestedBook;

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;
const MAX = Number.MAX_SAFE_INTEGER;
const OWNER = 7;
const HIGHEST_OWNER = 2 ** 32 - 1;
const QUEUE_EVENTS = new Set(['rested', 'reduced']);
const ODD_NUMBERS = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX + 1];

export function describeOrderBook(name: string, createMarket: CreateMarket): void {
  describe(name, () => {
    let told: EventRecorder;
    let book: TestedBook;

    beforeEach(() => {
      told = new EventRecorder();
      book = createMarket(1000)(told);
    });

    function given(ladder: Ladder): void {
      enterLadder(book, ladder, OWNER);
      told.take();
    }

    function expectBook(ladder: Ladder): void {
      expect(drawLadder(book)).toBe(tidyLadder(ladder));
      expect(findFault(book)).toBeUndefined();
    }

    /** Without what is told of queues, which has tests of its own. */
    function expectTold(...events: RecordedEvent[]): void {
      expect(told.take().filter(([name]) => !QUEUE_EVENTS.has(name))).toEqual(events);
    }

    describe('limit', () => {
      test('rests orders by price, then by arrival', () => {
        book.limit(1, OWNER, Bid, 99, 40, Gtc);
        book.limit(2, OWNER, Bid, 100, 10, Gtc);
        book.limit(3, OWNER, Ask, 102, 30, Gtc);
        book.limit(4, OWNER, Bid, 100, 5, Gtc);
        book.limit(5, OWNER, Ask, 101, 20, Gtc);
        expectBook(`
                   | 102 | 3:30
                   | 101 | 5:20
          2:10 4:5 | 100 |
          1:40     |  99 |
        `);
        expect(book.orderCount).toBe(5);
      });

      test('tells that it was accepted and what its level is now', () => {
        given('1:10 | 100 |');
        book.limit(2, 3, Bid, 100, 5, Gtc);
        expectTold(['accepted', 2, 3, Bid, 100, 5], ['levelChanged', Bid, 100, 15, 2]);
      });

      test('fills the best price first, the oldest order first, at the resting price', () => {
        given(`
            | 102 | 3:30
            | 101 | 1:10 2:20
        `);
        book.limit(9, 8, Bid, 102, 35, Gtc);
        expectTold(
          ['accepted', 9, 8, Bid, 102, 35],
          ['traded', Bid, 101, 10, 1, OWNER, 0, 9, 8, 25],
          ['traded', Bid, 101, 20, 2, OWNER, 0, 9, 8, 5],
          ['traded', Bid, 102, 5, 3, OWNER, 25, 9, 8, 0],
          ['levelChanged', Ask, 101, 0, 0],
          ['levelChanged', Ask, 102, 25, 1],
        );
        expectBook('| 102 | 3:25');
      });

      test('stops at its own price and rests what is left', () => {
        given(`
            | 105 | 2:10
            | 100 | 1:5
        `);
        book.limit(3, OWNER, Bid, 102, 12, Gtc);
        expectTold(
          ['accepted', 3, OWNER, Bid, 102, 12],
          ['traded', Bid, 100, 5, 1, OWNER, 0, 3, OWNER, 7],
          ['levelChanged', Ask, 100, 0, 0],
          ['levelChanged', Bid, 102, 7, 1],
        );
        expectBook(`
              | 105 | 2:10
          3:7 | 102 |
        `);
      });

      test('a partly filled order keeps its place in the queue', () => {
        given('1:10 2:10 | 100 |');
        book.limit(3, OWNER, Ask, 100, 4, Gtc);
        expectBook('1:6 2:10 | 100 |');
      });

      test('may use the id of an order that has ended', () => {
        given('1:10 | 100 |');
        book.cancel(1);
        expect(book.limit(1, OWNER, Ask, 200, 5, Gtc)).toBe(Reason.None);
        book.limit(2, OWNER, Bid, 200, 5, Gtc);
        expect(book.limit(1, OWNER, Bid, 50, 1, Gtc)).toBe(Reason.None);
        expectBook('1:1 | 50 |');
      });

      test('takes the largest and smallest prices, quantities and ids', () => {
        book.limit(MAX, HIGHEST_OWNER, Bid, -MAX, MAX, Gtc);
        book.limit(1, 0, Ask, MAX, MAX, Gtc);
        expectBook(`
                        | ${MAX}  | 1:${MAX}
          ${MAX}:${MAX} | ${-MAX} |
        `);
        expect(book.limit(2, 0, Bid, MAX, MAX - 1, Gtc)).toBe(Reason.None);
        expectBook(`
                        | ${MAX}  | 1:1
          ${MAX}:${MAX} | ${-MAX} |
        `);
      });

      test('takes a price of -0 as 0', () => {
        book.limit(1, OWNER, Ask, -0, 5, Gtc);
        expectTold(['accepted', 1, OWNER, Ask, 0, 5], ['levelChanged', Ask, 0, 5, 1]);
        expect(Object.is(book.bestPrice(Ask), 0)).toBe(true);
      });
    });

    describe('what is told of the queues', () => {
      const owned = (orderId: number) => [orderId, OWNER];

      test('an order that comes to rest is told before its level, after the levels it met', () => {
        given('| 100 | 1:10');
        book.limit(2, OWNER, Bid, 101, 15, Gtc);
        expect(told.take()).toEqual([
          ['accepted', ...owned(2), Bid, 101, 15],
          ['traded', Bid, 100, 10, ...owned(1), 0, ...owned(2), 5],
          ['reduced', 1, 0],
          ['levelChanged', Ask, 100, 0, 0],
          ['rested', 2, Bid, 101, 5],
          ['levelChanged', Bid, 101, 5, 1],
        ]);
      });

      test('orders that never stand in a queue are told nowhere', () => {
        given('| 100 | 1:10');
        book.limit(2, OWNER, Bid, 100, 4, Ioc);
        book.limit(3, OWNER, Bid, 99, 4, Ioc);
        book.limit(4, OWNER, Bid, 100, 7, Fok);
        book.market(5, OWNER, Bid, 1);
        const queues = told.take().filter(([name]) => QUEUE_EVENTS.has(name));
        expect(queues).toEqual([
          ['reduced', 1, 6],
          ['reduced', 1, 5],
        ]);
      });

      test('a smaller order stays in its place, one that is changed otherwise leaves it', () => {
        given('1:10 2:10 | 100 |');
        book.modify(1, 100, 7);
        expect(told.take()).toEqual([
          ['replaced', ...owned(1), Bid, 100, 7, true],
          ['reduced', 1, 7],
          ['levelChanged', Bid, 100, 17, 2],
        ]);
        book.modify(1, 100, 8);
        expect(told.take()).toEqual([
          ['replaced', ...owned(1), Bid, 100, 8, false],
          ['reduced', 1, 0],
          ['rested', 1, Bid, 100, 8],
          ['levelChanged', Bid, 100, 18, 2],
        ]);
        book.cancel(2);
        expect(told.take()).toEqual([
          ['cancelled', ...owned(2), Bid, 100, 10, Reason.ByRequest],
          ['reduced', 2, 0],
          ['levelChanged', Bid, 100, 8, 1],
        ]);
      });

      test('an iceberg tells what it shows, and its next part at once', () => {
        book.limit(1, OWNER, Bid, 100, 25, Gtc, { displayQuantity: 10 });
        expect(told.take()).toContainEqual(['rested', 1, Bid, 100, 10]);
        book.limit(9, OWNER, Ask, 100, 14, Ioc);
        expect(told.take()).toEqual([
          ['accepted', ...owned(9), Ask, 100, 14],
          ['traded', Ask, 100, 10, ...owned(1), 15, ...owned(9), 4],
          ['reduced', 1, 0],
          ['rested', 1, Bid, 100, 10],
          ['traded', Ask, 100, 4, ...owned(1), 11, ...owned(9), 0],
          ['reduced', 1, 6],
          ['levelChanged', Bid, 100, 6, 1],
        ]);
        book.modify(1, 100, 24);
        expect(told.take()).toEqual([['replaced', ...owned(1), Bid, 100, 10, true]]);
      });
    });

    describe('immediate or cancel', () => {
      test('cancels what does not fill at once', () => {
        given('| 100 | 1:10');
        book.limit(2, OWNER, Bid, 100, 15, Ioc);
        expectTold(
          ['accepted', 2, OWNER, Bid, 100, 15],
          ['traded', Bid, 100, 10, 1, OWNER, 0, 2, OWNER, 5],
          ['cancelled', 2, OWNER, Bid, 100, 5, Reason.ImmediateRemainder],
          ['levelChanged', Ask, 100, 0, 0],
        );
        expectBook('');
        expect(book.cancel(2)).toBe(Reason.UnknownOrder);
      });

      test('that crosses nothing is cancelled whole and touches no level', () => {
        given('| 100 | 1:10');
        book.limit(2, OWNER, Bid, 99, 15, Ioc);
        expectTold(
          ['accepted', 2, OWNER, Bid, 99, 15],
          ['cancelled', 2, OWNER, Bid, 99, 15, Reason.ImmediateRemainder],
        );
        expectBook('| 100 | 1:10');
      });
    });

    describe('fill or kill', () => {
      const LADDER = `
          | 102 | 3:30
          | 101 | 1:10 2:20
      `;

      test('fills whole over several levels', () => {
        given(LADDER);
        book.limit(9, 8, Bid, 102, 35, Fok);
        expectTold(
          ['accepted', 9, 8, Bid, 102, 35],
          ['traded', Bid, 101, 10, 1, OWNER, 0, 9, 8, 25],
          ['traded', Bid, 101, 20, 2, OWNER, 0, 9, 8, 5],
          ['traded', Bid, 102, 5, 3, OWNER, 25, 9, 8, 0],
          ['levelChanged', Ask, 101, 0, 0],
          ['levelChanged', Ask, 102, 25, 1],
        );
      });

      test.each([
        ['at its price', 101, 31],
        ['at all', 110, 61],
        ['because it crosses nothing', 100, 1],
      ])('that cannot fill whole %s is cancelled, and nothing trades', (_, price, quantity) => {
        given(LADDER);
        expect(book.limit(9, 8, Bid, price, quantity, Fok)).toBe(Reason.None);
        expectTold(
          ['accepted', 9, 8, Bid, price, quantity],
          ['cancelled', 9, 8, Bid, price, quantity, Reason.NotFilledWhole],
        );
        expectBook(LADDER);
        expect(book.cancel(9)).toBe(Reason.UnknownOrder);
      });

      test('at any price takes the last lot there is, and not one more', () => {
        given(LADDER);
        book.market(8, OWNER, Bid, 61, Fok);
        expectTold(
          ['accepted', 8, OWNER, Bid, 0, 61],
          ['cancelled', 8, OWNER, Bid, 0, 61, Reason.NotFilledWhole],
        );
        book.market(9, OWNER, Bid, 60, Fok);
        expectBook('');
      });

      // Quantities are whole lots, so 0.3 is exactly three times 0.1.
      test('fills whole from many small orders', () => {
        given('| 100 | 1:1 2:1 3:1');
        book.limit(9, OWNER, Bid, 100, 3, Fok);
        expectBook('');
      });

      test('is judged exactly where quantities add up to more than 2^53', () => {
        given(`
          | 102 | 3:3
          | 101 | 2:${MAX}
          | 100 | 1:${MAX - 1}
        `);
        book.limit(9, OWNER, Bid, 101, MAX, Fok);
        expectBook(`
          | 102 | 3:3
          | 101 | 2:${MAX - 1}
        `);
      });
    });

    describe('a minimum quantity', () => {
      const minimumQuantity = 15;

      test('that fills at once is spent: what is left rests', () => {
        given('| 100 | 1:10 2:5');
        book.limit(9, OWNER, Bid, 100, 40, Gtc, { minimumQuantity });
        expectBook('9:25 | 100 |');
        expect(book.replace(9, 101, 30)).toBe(Reason.None);
        expectBook('9:30 | 101 |');
      });

      test('that does not fill at once cancels the order whole', () => {
        given('| 100 | 1:10 2:4');
        book.limit(9, OWNER, Bid, 100, 40, Gtc, { minimumQuantity });
        book.limit(9, OWNER, Bid, 100, 40, Ioc, { minimumQuantity });
        book.market(9, OWNER, Bid, 40, Gtc, { minimumQuantity });
        const { MinimumNotFilled } = Reason;
        expectTold(
          ['accepted', 9, OWNER, Bid, 100, 40],
          ['cancelled', 9, OWNER, Bid, 100, 40, MinimumNotFilled],
          ['accepted', 9, OWNER, Bid, 100, 40],
          ['cancelled', 9, OWNER, Bid, 100, 40, MinimumNotFilled],
          ['accepted', 9, OWNER, Bid, 0, 40],
          ['cancelled', 9, OWNER, Bid, 0, 40, MinimumNotFilled],
        );
        expectBook('| 100 | 1:10 2:4');
      });

      test('does not count what is beyond the price', () => {
        given(`
          | 101 | 2:10
          | 100 | 1:10
        `);
        book.limit(9, OWNER, Bid, 100, 40, Ioc, { minimumQuantity });
        expect(book.orderCount).toBe(2);
        book.limit(9, OWNER, Bid, 101, 18, Ioc, { minimumQuantity });
        expectBook('| 101 | 2:2');
      });
    });

    describe('post-only', () => {
      const LADDER = `
             | 102 | 2:10
        1:10 | 100 |
      `;
      const reject = { postOnly: PostOnly.Reject };
      const slide = { postOnly: PostOnly.Slide };

      beforeEach(() => given(LADDER));

      test('rests like any other order where it does not trade', () => {
        book.limit(8, OWNER, Bid, 101, 5, Gtc, reject);
        book.limit(9, OWNER, Bid, 101, 5, Gtc, slide);
        expectTold(
          ['accepted', 8, OWNER, Bid, 101, 5],
          ['levelChanged', Bid, 101, 5, 1],
          ['accepted', 9, OWNER, Bid, 101, 5],
          ['levelChanged', Bid, 101, 10, 2],
        );
      });

      test('is refused where it would trade', () => {
        expect(book.limit(9, OWNER, Bid, 102, 5, Gtc, reject)).toBe(Reason.PostOnlyWouldTrade);
        expect(book.limit(9, OWNER, Ask, 99, 5, Gtc, reject)).toBe(Reason.PostOnlyWouldTrade);
        expectTold();
        expectBook(LADDER);
      });

      test('slides to one tick from the best of the other side, and says where', () => {
        book.limit(8, OWNER, Bid, 110, 5, Gtc, slide);
        book.limit(9, OWNER, Ask, 101, 7, Gtc, slide);
        expectTold(
          ['accepted', 8, OWNER, Bid, 110, 5],
          ['replaced', 8, OWNER, Bid, 101, 5, false],
          ['levelChanged', Bid, 101, 5, 1],
          ['accepted', 9, OWNER, Ask, 101, 7],
          ['replaced', 9, OWNER, Ask, 102, 7, false],
          ['levelChanged', Ask, 102, 17, 2],
        );
        expectBook(`
               | 102 | 2:10 9:7
          8:5  | 101 |
          1:10 | 100 |
        `);
      });

      test('does not slide out of the price band, nor beyond the highest price', () => {
        book.setPriceBand(100, 101);
        expect(book.limit(9, OWNER, Ask, 100, 5, Gtc, slide)).toBe(Reason.None);
        book.limit(8, OWNER, Bid, 101, 5, Gtc, slide);
        book.setPriceBand(101, 101);
        expect(book.limit(7, OWNER, Bid, 101, 5, Gtc, slide)).toBe(Reason.PostOnlyWouldTrade);
        const empty = createMarket(9)(told);
        empty.limit(1, OWNER, Bid, MAX, 5, Gtc);
        expect(empty.limit(2, OWNER, Ask, 0, 5, Gtc, slide)).toBe(Reason.PostOnlyWouldTrade);
        expect(findFault(empty)).toBeUndefined();
      });

      test('stays so: a change that would trade is refused and leaves the order as it was', () => {
        book.limit(9, OWNER, Bid, 99, 5, Gtc, reject);
        told.take();
        expect(book.modify(9, 102, 6)).toBe(Reason.PostOnlyWouldTrade);
        expect(book.replace(9, 103, 6)).toBe(Reason.PostOnlyWouldTrade);
        expectTold();
        expectBook(`
               | 102 | 2:10
          1:10 | 100 |
          9:5  |  99 |
        `);
        expect(book.modify(9, 101, 6)).toBe(Reason.None);
      });

      test('slides again when it is changed, also to where it stands', () => {
        book.limit(9, OWNER, Bid, 105, 5, Gtc, slide);
        book.limit(8, OWNER, Bid, 101, 5, Gtc);
        told.take();
        book.modify(9, 104, 3);
        expectTold(['replaced', 9, OWNER, Bid, 101, 3, false], ['levelChanged', Bid, 101, 8, 2]);
        book.cancel(2);
        book.replace(9, 104, 3);
        expectBook(`
          9:3  | 104 |
          8:5  | 101 |
          1:10 | 100 |
        `);
      });

      test('stays so after it has been filled in part', () => {
        book.limit(9, OWNER, Bid, 101, 5, Gtc, reject);
        book.limit(8, OWNER, Ask, 101, 2, Gtc);
        expect(book.replace(9, 102, 6)).toBe(Reason.PostOnlyWouldTrade);
      });

      test('does not keep anybody from trading with it, nor is passed on with its row', () => {
        book.limit(9, OWNER, Bid, 101, 5, Gtc, reject);
        book.cancel(9);
        book.limit(9, OWNER, Bid, 101, 5, Gtc);
        expect(book.modify(9, 102, 5)).toBe(Reason.None);
        expectBook(`
               | 102 | 2:5
          1:10 | 100 |
        `);
      });
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

    describe('an iceberg', () => {
      test('shows a part, and the next one behind the others when that has filled', () => {
        given('1:10+25 2:10 | 100 |');
        book.limit(9, 8, Ask, 100, 12, Gtc);
        expectTold(
          ['accepted', 9, 8, Ask, 100, 12],
          ['traded', Ask, 100, 10, 1, OWNER, 25, 9, 8, 2],
          ['traded', Ask, 100, 2, 2, OWNER, 8, 9, 8, 0],
          ['levelChanged', Bid, 100, 18, 2],
        );
        expectBook('2:8 1:10+15 | 100 |');
      });

      test('keeps its place while the part it shows lasts', () => {
        given('1:10+25 2:10 | 100 |');
        book.limit(9, 8, Ask, 100, 9, Gtc);
        expectBook('1:1+25 2:10 | 100 |');
      });

      test('is met again and again by one large order', () => {
        given('1:10+15 2:10 | 100 |');
        book.limit(9, 8, Ask, 100, 40, Gtc);
        expectTold(
          ['accepted', 9, 8, Ask, 100, 40],
          ['traded', Ask, 100, 10, 1, OWNER, 15, 9, 8, 30],
          ['traded', Ask, 100, 10, 2, OWNER, 0, 9, 8, 20],
          ['traded', Ask, 100, 10, 1, OWNER, 5, 9, 8, 10],
          ['traded', Ask, 100, 5, 1, OWNER, 0, 9, 8, 5],
          ['levelChanged', Bid, 100, 0, 0],
          ['levelChanged', Ask, 100, 5, 1],
        );
        expectBook('| 100 | 9:5');
      });

      test('fills from all of it when it comes', () => {
        given('| 100 | 1:30');
        book.limit(9, 8, Bid, 100, 70, Gtc, { displayQuantity: 15 });
        expectTold(
          ['accepted', 9, 8, Bid, 100, 70],
          ['traded', Bid, 100, 30, 1, OWNER, 0, 9, 8, 40],
          ['levelChanged', Ask, 100, 0, 0],
          ['levelChanged', Bid, 100, 15, 1],
        );
        expectBook('9:15+25 | 100 |');
        expect(book.orderOf(9)).toEqual({ side: Bid, price: 100, open: 40, filled: 30 });
      });

      test('is cancelled whole', () => {
        given('1:10+25 | 100 |');
        book.cancel(1);
        expectTold(
          ['cancelled', 1, OWNER, Bid, 100, 35, Reason.ByRequest],
          ['levelChanged', Bid, 100, 0, 0],
        );
      });

      test('made smaller gives up first what it does not show, and then nobody is told', () => {
        given('1:10+25 2:10 | 100 |');
        book.modify(1, 100, 12);
        expectTold(['replaced', 1, OWNER, Bid, 100, 12, true]);
        expectBook('1:10+2 2:10 | 100 |');
        book.modify(1, 100, 4);
        expectTold(['replaced', 1, OWNER, Bid, 100, 4, true], ['levelChanged', Bid, 100, 14, 2]);
        expectBook('1:4 2:10 | 100 |');
      });

      test('keeps its part when it is changed, and loses its place', () => {
        given('1:10+25 2:10 | 100 |');
        book.modify(1, 100, 36);
        expectBook('2:10 1:10+26 | 100 |');
        book.replace(1, 101, 8);
        expectBook(`
          1:8  | 101 |
          2:10 | 100 |
        `);
        book.replace(1, 101, 18);
        expectBook(`
          1:10+8 | 101 |
          2:10   | 100 |
        `);
      });

      test('counts with all of it for what must fill at once', () => {
        given('1:10+25 2:10 | 100 |');
        book.limit(9, 8, Ask, 100, 46, Fok);
        book.limit(9, 8, Ask, 100, 45, Fok);
        expectBook('');
      });

      test('counts only with what comes before an order that ends the taker', () => {
        book.limit(1, 8, Bid, 100, 30, Gtc, { displayQuantity: 10 });
        book.limit(2, OWNER, Bid, 100, 10, Gtc);
        const conditions = { selfTrade: SelfTrade.CancelNewest };
        book.limit(9, OWNER, Ask, 100, 11, Fok, conditions);
        expectBook('1:10+20 2:10 | 100 |');
        book.limit(9, OWNER, Ask, 100, 10, Fok, conditions);
        expectBook('2:10 1:10+10 | 100 |');
      });

      test('is decremented with all of it, out of sight first', () => {
        given('1:10+25 | 100 |');
        book.limit(9, OWNER, Ask, 100, 20, Gtc, { selfTrade: SelfTrade.Decrement });
        expectTold(
          ['accepted', 9, OWNER, Ask, 100, 20],
          ['replaced', 1, OWNER, Bid, 100, 15, true],
          ['cancelled', 9, OWNER, Ask, 100, 20, Reason.SelfTradePrevented],
        );
        expectBook('1:10+5 | 100 |');
        book.limit(9, OWNER, Ask, 100, 20, Gtc, { selfTrade: SelfTrade.Decrement });
        expectBook('| 100 | 9:5');
      });

      test('may fill a level only as far as what it shows', () => {
        book.limit(1, OWNER, Bid, 100, MAX - 10, Gtc);
        const { LevelFull, None } = Reason;
        expect(book.limit(2, OWNER, Bid, 100, 100, Gtc, { displayQuantity: 11 })).toBe(LevelFull);
        expect(book.limit(2, OWNER, Bid, 100, 100, Gtc, { displayQuantity: 10 })).toBe(None);
        expect(book.replace(2, 100, 200)).toBe(None);
      });

      test('shows less than a part where the level has room for less', () => {
        given('1:10+190 | 100 |');
        book.limit(2, OWNER, Ask, 100, 9, Gtc);
        book.limit(3, OWNER, Bid, 100, MAX - 1, Gtc);
        book.limit(4, OWNER, Ask, 100, 1, Gtc);
        expectBook(`3:${MAX - 1} 1:1+189 | 100 |`);
      });

      test('of too many parts is refused, when it is new and when it is changed', () => {
        expect(book.limit(1, OWNER, Bid, 100, 2049, Gtc, { displayQuantity: 2 })).toBe(
          Reason.BadQuantity,
        );
        book.limit(1, OWNER, Bid, 100, 2048, Gtc, { displayQuantity: 2 });
        told.take();
        expect(book.modify(1, 99, 2049)).toBe(Reason.BadQuantity);
        expect(book.replace(1, 100, 2049)).toBe(Reason.BadQuantity);
        expectTold();
        expectBook('1:2+2046 | 100 |');
      });
    });

    describe('market', () => {
      test('fills at any price', () => {
        given(`
          1:10 |  100 |
          2:10 | -500 |
        `);
        book.market(3, OWNER, Ask, 15);
        expectTold(
          ['accepted', 3, OWNER, Ask, 0, 15],
          ['traded', Ask, 100, 10, 1, OWNER, 0, 3, OWNER, 5],
          ['traded', Ask, -500, 5, 2, OWNER, 5, 3, OWNER, 0],
          ['levelChanged', Bid, 100, 0, 0],
          ['levelChanged', Bid, -500, 5, 1],
        );
        expectBook('2:5 | -500 |');
      });

      test('is cancelled where the other side is empty', () => {
        given('1:10 | 100 |');
        book.market(2, OWNER, Bid, 4);
        expectTold(
          ['accepted', 2, OWNER, Bid, 0, 4],
          ['cancelled', 2, OWNER, Bid, 0, 4, Reason.NoLiquidity],
        );
        expectBook('1:10 | 100 |');
      });
    });

    describe('cancel', () => {
      test('takes an order out of the front, the middle and the end of its queue', () => {
        given('1:1 2:2 3:3 4:4 5:5 | 100 |');
        book.cancel(1);
        book.cancel(3);
        book.cancel(5);
        expectBook('2:2 4:4 | 100 |');
      });

      test('tells what was open and what the level is now', () => {
        given('1:10 2:5 | 100 |');
        book.cancel(1);
        expectTold(
          ['cancelled', 1, OWNER, Bid, 100, 10, Reason.ByRequest],
          ['levelChanged', Bid, 100, 5, 1],
        );
        book.cancel(2);
        expectTold(
          ['cancelled', 2, OWNER, Bid, 100, 5, Reason.ByRequest],
          ['levelChanged', Bid, 100, 0, 0],
        );
        expect(book.bestPrice(Bid)).toBeUndefined();
      });

      test('of the best level makes the next one best', () => {
        given(`
               | 107 | 5:1
               | 102 | 4:1
          1:10 | 100 |
          2:10 |  90 |
        `);
        book.cancel(1);
        book.cancel(4);
        expect([book.bestPrice(Bid), book.bestPrice(Ask)]).toEqual([90, 107]);
      });
    });

    describe('modify', () => {
      test('to a smaller quantity at the same price keeps priority', () => {
        given('1:10 2:10 | 100 |');
        book.modify(1, 100, 4);
        expectTold(['replaced', 1, OWNER, Bid, 100, 4, true], ['levelChanged', Bid, 100, 14, 2]);
        expectBook('1:4 2:10 | 100 |');
      });

      test.each([
        ['a larger quantity', 11],
        ['the same quantity', 10],
      ])('to %s loses priority, and the level is told once', (_, quantity) => {
        given('1:10 2:10 | 100 |');
        book.modify(1, 100, quantity);
        expectTold(
          ['replaced', 1, OWNER, Bid, 100, quantity, false],
          ['levelChanged', Bid, 100, 10 + quantity, 2],
        );
        expectBook(`2:10 1:${quantity} | 100 |`);
      });

      test('to another price goes behind those who are there', () => {
        given(`
          3:10      | 101 |
          1:10 2:10 | 100 |
        `);
        book.modify(1, 101, 5);
        expectTold(
          ['replaced', 1, OWNER, Bid, 101, 5, false],
          ['levelChanged', Bid, 100, 10, 1],
          ['levelChanged', Bid, 101, 15, 2],
        );
        expectBook(`
          3:10 1:5 | 101 |
          2:10     | 100 |
        `);
      });

      test('counts what has filled: the quantity is the total', () => {
        given('1:10 2:10 | 100 |');
        book.limit(3, OWNER, Ask, 100, 4, Gtc);
        book.modify(1, 100, 9);
        expectBook('1:5 2:10 | 100 |');
        expect(book.modify(1, 100, 4)).toBe(Reason.QuantityAlreadyFilled);
        expectBook('1:5 2:10 | 100 |');
      });

      test('that crosses trades as a new order would', () => {
        given(`
               | 103 | 4:10
               | 102 | 3:10
          1:10 | 100 |
        `);
        book.modify(1, 102, 25);
        expectTold(
          ['replaced', 1, OWNER, Bid, 102, 25, false],
          ['traded', Bid, 102, 10, 3, OWNER, 0, 1, OWNER, 15],
          ['levelChanged', Bid, 100, 0, 0],
          ['levelChanged', Ask, 102, 0, 0],
          ['levelChanged', Bid, 102, 15, 1],
        );
        expectBook(`
               | 103 | 4:10
          1:15 | 102 |
        `);
        expect(book.modify(1, 102, 10)).toBe(Reason.QuantityAlreadyFilled);
      });

      test('that fills the whole order ends it', () => {
        given(`
               | 101 | 2:30
          1:10 | 100 |
        `);
        book.modify(1, 101, 10);
        expectBook('| 101 | 2:20');
        expect(book.cancel(1)).toBe(Reason.UnknownOrder);
      });
    });

    describe('replace', () => {
      test('gives a new open quantity and always loses priority', () => {
        given('1:10 2:10 | 100 |');
        book.limit(3, OWNER, Ask, 100, 4, Gtc);
        told.take();
        book.replace(1, 100, 3);
        expectTold(['replaced', 1, OWNER, Bid, 100, 3, false], ['levelChanged', Bid, 100, 13, 2]);
        expectBook('2:10 1:3 | 100 |');
      });

      test('leaves what has filled filled: a later modify counts it', () => {
        given('1:10 | 100 |');
        book.limit(3, OWNER, Ask, 100, 4, Gtc);
        book.replace(1, 99, 20);
        expect(book.modify(1, 99, 4)).toBe(Reason.QuantityAlreadyFilled);
        expect(book.modify(1, 99, 5)).toBe(Reason.None);
        expectBook('1:1 | 99 |');
      });

      test('whose filled and open quantities would exceed 2^53 - 1 is refused', () => {
        given('1:10 | 100 |');
        book.limit(3, OWNER, Ask, 100, 4, Gtc);
        expect(book.replace(1, 99, MAX - 3)).toBe(Reason.BadQuantity);
        expectBook('1:6 | 100 |');
        expect(book.replace(1, 99, MAX - 4)).toBe(Reason.None);
      });
    });

    describe('a refusal changes nothing and tells nothing', () => {
      const LADDER = `
             | 105 | 3:10
        1:10 | 100 |
      `;

      beforeEach(() => given(LADDER));

      function expectRefusal(reason: Reason, ...results: Reason[]): void {
        expect(new Set(results)).toEqual(new Set([reason]));
        expectTold();
        expectBook(LADDER);
      }

      test('an id, owner, side or time in force that is none', () => {
        const odd = ODD_NUMBERS;
        expectRefusal(
          Reason.BadField,
          ...odd.map((id) => book.limit(id, OWNER, Bid, 105, 1, Gtc)),
          ...odd.map((id) => book.market(id, OWNER, Bid, 1)),
          ...odd.filter((n) => n !== 0).map((owner) => book.limit(9, owner, Bid, 105, 1, Gtc)),
          book.limit(9, HIGHEST_OWNER + 1, Bid, 105, 1, Gtc),
          book.limit(9, OWNER, 2 as Side, 105, 1, Gtc),
          book.market(9, OWNER, -1 as Side, 1),
          ...[3, -1, 0.5].map((odd) => book.limit(9, OWNER, Bid, 105, 1, odd as TimeInForce)),
          book.market(9, OWNER, Bid, 1, 3 as TimeInForce),
        );
      });

      test('a quantity that is none', () => {
        expectRefusal(
          Reason.BadQuantity,
          ...ODD_NUMBERS.map((quantity) => book.limit(9, OWNER, Bid, 105, quantity, Gtc)),
          ...ODD_NUMBERS.map((quantity) => book.limit(9, OWNER, Bid, 105, quantity, Ioc)),
          ...ODD_NUMBERS.map((quantity) => book.market(9, OWNER, Bid, quantity)),
          ...ODD_NUMBERS.map((quantity) => book.modify(1, 105, quantity)),
          ...ODD_NUMBERS.map((quantity) => book.replace(1, 105, quantity)),
        );
      });

      test('a minimum quantity that is none, or above the quantity', () => {
        const minima = [6, ...ODD_NUMBERS.filter((n) => n !== 0)];
        expectRefusal(
          Reason.BadQuantity,
          ...minima.flatMap((minimumQuantity) => [
            book.limit(9, OWNER, Bid, 105, 5, Gtc, { minimumQuantity }),
            book.market(9, OWNER, Bid, 5, Ioc, { minimumQuantity }),
          ]),
        );
      });

      test('conditions that are not defined, or exclude each other', () => {
        const odd = [3, -1, 0.5, Number.NaN] as PostOnly[];
        expectRefusal(
          Reason.BadField,
          ...odd.map((postOnly) => book.limit(9, OWNER, Bid, 99, 5, Gtc, { postOnly })),
          ...odd.map((postOnly) => book.market(9, OWNER, Bid, 5, Ioc, { postOnly })),
          book.limit(9, OWNER, Bid, 99, 5, Gtc, { selfTrade: 5 as SelfTrade }),
          book.market(9, OWNER, Bid, 5, Gtc, { selfTrade: -1 as SelfTrade }),
        );
        expectRefusal(
          Reason.ConditionsConflict,
          ...[PostOnly.Reject, PostOnly.Slide].flatMap((postOnly) => [
            book.limit(9, OWNER, Bid, 99, 5, Ioc, { postOnly }),
            book.limit(9, OWNER, Bid, 99, 5, Fok, { postOnly }),
            book.limit(9, OWNER, Bid, 99, 5, Gtc, { postOnly, minimumQuantity: 1 }),
            book.market(9, OWNER, Bid, 5, Gtc, { postOnly }),
          ]),
        );
      });

      test('a part that is none, or above the quantity', () => {
        const parts = [6, ...ODD_NUMBERS.filter((n) => n !== 0)];
        expectRefusal(
          Reason.BadQuantity,
          ...parts.map((displayQuantity) =>
            book.limit(9, OWNER, Bid, 99, 5, Gtc, { displayQuantity }),
          ),
        );
        expectRefusal(
          Reason.ConditionsConflict,
          book.limit(9, OWNER, Bid, 99, 5, Ioc, { displayQuantity: 2 }),
          book.market(9, OWNER, Bid, 5, Gtc, { displayQuantity: 2 }),
        );
      });

      test('a price that is none', () => {
        const odd = [0.5, Number.NaN, Number.NEGATIVE_INFINITY, MAX + 1, -MAX - 1];
        expectRefusal(
          Reason.BadPrice,
          ...odd.map((price) => book.limit(9, OWNER, Bid, price, 1, Gtc)),
          ...odd.map((price) => book.modify(1, price, 20)),
          ...odd.map((price) => book.replace(1, price, 20)),
        );
      });

      test('the id of an open order', () => {
        expectRefusal(
          Reason.DuplicateOrderId,
          book.limit(1, OWNER, Bid, 105, 1, Gtc),
          book.limit(3, OWNER, Bid, 105, 1, Ioc),
          book.market(1, OWNER, Bid, 1),
        );
      });

      test('an id that no open order has', () => {
        expectRefusal(
          Reason.UnknownOrder,
          ...[2, ...ODD_NUMBERS].flatMap((id) => [
            book.cancel(id),
            book.modify(id, 105, 1),
            book.replace(id, 105, 1),
          ]),
        );
      });

      test('a level that would hold more than 2^53 - 1 lots', () => {
        expectRefusal(
          Reason.LevelFull,
          book.limit(9, OWNER, Bid, 100, MAX - 9, Gtc),
          book.limit(9, OWNER, Ask, 105, MAX, Gtc),
        );
        book.limit(9, OWNER, Bid, 90, MAX, Gtc);
        expect(book.modify(1, 90, 1)).toBe(Reason.LevelFull);
        expect(book.replace(1, 90, 1)).toBe(Reason.LevelFull);
        expect(book.replace(9, 90, MAX)).toBe(Reason.None);
      });
    });

    describe('when all orders that may be open are open', () => {
      const LADDER = `
             | 105 | 2:10
        1:10 | 100 |
      `;

      beforeEach(() => {
        book = createMarket(2)(told);
        given(LADDER);
      });

      test('an order that may rest is refused, even one that would fill', () => {
        expect(book.limit(9, OWNER, Bid, 99, 1, Gtc)).toBe(Reason.TooManyOrders);
        expect(book.limit(9, OWNER, Bid, 105, 1, Gtc)).toBe(Reason.TooManyOrders);
        expectTold();
        expectBook(LADDER);
      });

      test('immediate orders, changes and cancels go on', () => {
        expect(book.limit(9, OWNER, Bid, 105, 3, Ioc)).toBe(Reason.None);
        expect(book.market(9, OWNER, Bid, 3)).toBe(Reason.None);
        expect(book.replace(1, 99, 7)).toBe(Reason.None);
        expect(book.cancel(2)).toBe(Reason.None);
        expect(book.limit(9, OWNER, Bid, 99, 1, Gtc)).toBe(Reason.None);
        expectBook('1:7 9:1 | 99 |');
      });
    });

    test('shows the orders of a price that has a level, and no others', () => {
      given('1:10 2:5 | 100 |');
      const shown = (price: number): number[] => {
        const ids: number[] = [];
        book.forEachOrder(Bid, price, (orderId) => ids.push(orderId));
        return ids;
      };
      expect(shown(100)).toEqual([1, 2]);
      for (const price of [99, 101, 100.5, Number.NaN, MAX]) expect(shown(price)).toEqual([]);
    });

    test('does not know the orders of another book of the market, but their ids are taken', () => {
      const open = createMarket(10);
      const one = open(told);
      const other = open(told);
      one.limit(1, OWNER, Bid, 100, 10, Gtc);
      expect(other.cancel(1)).toBe(Reason.UnknownOrder);
      expect(other.modify(1, 100, 5)).toBe(Reason.UnknownOrder);
      expect(other.replace(1, 100, 5)).toBe(Reason.UnknownOrder);
      expect(other.limit(1, OWNER, Bid, 100, 10, Gtc)).toBe(Reason.DuplicateOrderId);
      expect([one.orderCount, other.orderCount]).toEqual([1, 0]);
    });
  });
}
