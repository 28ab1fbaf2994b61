/** What a book refuses, and what is not its own. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { PostOnly, Reason, type SelfTrade, TimeInForce } from '../protocol/index.ts';
import {
  BookFixture,
  type CreateMarket,
  HIGHEST_OWNER,
  MAX,
  ODD_NUMBERS,
  OWNER,
  type TestedBook,
} from './book-fixture.suite.ts';
import type { EventRecorder } from './event-recorder.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;

export function describeRefusals(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
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
      ({ book, told } = fixture.renew(2));
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
}
