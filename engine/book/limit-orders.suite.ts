/** Orders that come and meet the book, or rest: limit, market, and times in force. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { Reason, TimeInForce } from '../protocol/index.ts';
import {
  BookFixture,
  type CreateMarket,
  HIGHEST_OWNER,
  MAX,
  OWNER,
  type TestedBook,
} from './book-fixture.suite.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;

export function describeLimitOrders(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;

  beforeEach(() => {
    ({ book } = fixture.renew());
  });

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
}
