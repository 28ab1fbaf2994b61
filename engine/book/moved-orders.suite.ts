/** Hidden orders that follow the market: moved, parked, and brought back. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import {
  BookFixture,
  type CreateMarket,
  MAX,
  ODD_NUMBERS,
  OWNER,
  type TestedBook,
} from './book-fixture.suite.ts';
import type { EventRecorder } from './event-recorder.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc } = TimeInForce;
const { Allow, CancelOldest } = SelfTrade;
const { SelfTradePrevented } = Reason;
const isHidden = true;

export function describeMovedOrders(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
  });

  describe('a hidden order that is moved', () => {
    test('goes to the back of its new price, and nobody is told', () => {
      given(`
        (1:10) (2:10) | 101 |
        (3:10) 4:10   | 100 |
      `);
      expect(book.move(1, 100)).toBe(Reason.None);
      expect(book.move(2, 101)).toBe(Reason.None);
      expect(told.take()).toEqual([]);
      expectBook(`
        (2:10)             | 101 |
        4:10 (3:10) (1:10) | 100 |
      `);
      expect(book.move(3, 100)).toBe(Reason.None);
      expectBook(`
        (2:10)             | 101 |
        4:10 (1:10) (3:10) | 100 |
      `);
    });

    test('trades with what it meets, prevents self-trades as it asked, and keeps what has filled', () => {
      book.limit(1, OWNER, Bid, 99, 20, Gtc, { isHidden, selfTrade: CancelOldest });
      book.limit(2, 8, Ask, 101, 4, Gtc);
      book.limit(3, OWNER, Ask, 101, 4, Gtc);
      book.limit(4, 8, Ask, 101, 3, Gtc, { isHidden });
      told.take();
      expect(book.move(1, 101)).toBe(Reason.None);
      expectTold(
        ['traded', Bid, 101, 4, 2, 8, 0, 1, OWNER, 16],
        ['cancelled', 3, OWNER, Ask, 101, 4, SelfTradePrevented],
        ['traded', Bid, 101, 3, 4, 8, 0, 1, OWNER, 13],
        ['levelChanged', Ask, 101, 0, 0],
      );
      expect(book.orderOf(1)).toEqual({ side: Bid, price: 101, open: 13, filled: 7 });
    });

    test('is refused where it is not hidden, not there, or the price is none', () => {
      given('1:10 (2:10) | 100 |');
      book.limit(3, OWNER, Bid, 99, MAX - 5, Gtc, { isHidden });
      told.take();
      const { BadPrice, ConditionsConflict, LevelFull, UnknownOrder } = Reason;
      expect(book.move(1, 99)).toBe(ConditionsConflict);
      expect(book.move(2, 99)).toBe(LevelFull);
      expect(book.move(4, 99)).toBe(UnknownOrder);
      expect(book.move(2, 0.5)).toBe(BadPrice);
      expect(told.take()).toEqual([]);
      expectBook(`
        1:10 (2:10)  | 100 |
        (3:${MAX - 5}) |  99 |
      `);
    });
  });

  describe('a hidden order that is parked', () => {
    test('is gone without a word, and comes back behind the others with what it had filled', () => {
      given('(1:10) (2:10) | 100 |');
      book.limit(9, 8, Ask, 100, 4, Ioc);
      told.take();
      expect(book.park(1)).toBe(Reason.None);
      expectBook('(2:10) | 100 |');
      expect(book.orderOf(1)).toBeUndefined();
      expect(book.unpark(1, OWNER, Bid, 100, 6, 4, Allow)).toBe(Reason.None);
      expect(told.take()).toEqual([]);
      expectBook('(2:10) (1:6) | 100 |');
      expect(book.modify(1, 100, 4)).toBe(Reason.QuantityAlreadyFilled);
      expect(book.modify(1, 100, 9)).toBe(Reason.None);
      expectBook('(2:10) (1:5) | 100 |');
    });

    test('trades with what it meets when it comes back', () => {
      given('| 100 | 1:4');
      expect(book.unpark(2, 8, Bid, 100, 10, 7, Allow)).toBe(Reason.None);
      expectTold(['traded', Bid, 100, 4, 1, OWNER, 0, 2, 8, 6], ['levelChanged', Ask, 100, 0, 0]);
      expect(book.orderOf(2)).toEqual({ side: Bid, price: 100, open: 6, filled: 11 });
    });

    test('is refused where it is not hidden, or not there', () => {
      given('1:10 | 100 |');
      expect(book.park(1)).toBe(Reason.ConditionsConflict);
      expect(book.park(2)).toBe(Reason.UnknownOrder);
      expectBook('1:10 | 100 |');
    });

    test('comes back only as what could have gone', () => {
      given('1:10 | 100 |');
      const { BadField, BadPrice, BadQuantity, DuplicateOrderId, LevelFull, None, TooManyOrders } =
        Reason;
      const odd = ODD_NUMBERS.filter((n) => n !== 0);
      const bad = (reasons: Reason[], expected: Reason) =>
        expect(new Set(reasons)).toEqual(new Set([expected]));
      bad(
        ODD_NUMBERS.map((id) => book.unpark(id, OWNER, Bid, 99, 5, 0, Allow)),
        BadField,
      );
      bad(
        odd.map((owner) => book.unpark(2, owner, Bid, 99, 5, 0, Allow)),
        BadField,
      );
      bad(
        ODD_NUMBERS.map((quantity) => book.unpark(2, OWNER, Bid, 99, quantity, 0, Allow)),
        BadQuantity,
      );
      bad(
        [...odd, MAX - 4].map((filled) => book.unpark(2, OWNER, Bid, 99, 5, filled, Allow)),
        BadQuantity,
      );
      expect(book.unpark(2, OWNER, 2 as Side, 99, 5, 0, Allow)).toBe(BadField);
      expect(book.unpark(2, OWNER, Bid, 0.5, 5, 0, Allow)).toBe(BadPrice);
      expect(book.unpark(2, OWNER, Bid, 99, 5, 0, 5 as SelfTrade)).toBe(BadField);
      expect(book.unpark(1, OWNER, Bid, 99, 5, 0, Allow)).toBe(DuplicateOrderId);
      expect(book.unpark(2, OWNER, Bid, 99, 5, MAX - 5, Allow)).toBe(None);
      expect(book.unpark(3, OWNER, Bid, 99, MAX - 4, 0, Allow)).toBe(LevelFull);
      ({ book, told } = fixture.renew(1));
      given('1:10 | 100 |');
      expect(book.unpark(2, OWNER, Bid, 99, 5, 0, Allow)).toBe(TooManyOrders);
    });
  });
}
