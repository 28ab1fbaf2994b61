/** Orders that are stopped before they trade too far away. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import {
  BookFixture,
  type CreateMarket,
  MAX,
  OWNER,
  type TestedBook,
} from './book-fixture.suite.ts';
import type { EventRecorder } from './event-recorder.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;
const isHidden = true;
const { CollarReached, ImmediateRemainder, NoLiquidity, NotFilledWhole, VolatilityPause } = Reason;

const LADDER = `
       | 104 | 4:10
       | 102 | 3:10
       | 101 | 2:10
  1:10 |  99 |
  5:10 |  97 |
`;

export function describeTradeBounds(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
  });

  describe('trade bounds', () => {
    beforeEach(() => {
      given(LADDER);
      book.setTradeBounds(98, 102);
    });

    test('stop an order that may rest: it rests, and the book crosses', () => {
      expect(book.limit(9, 8, Bid, 105, 50, Gtc)).toBe(Reason.None);
      expectTold(
        ['accepted', 9, 8, Bid, 105, 50],
        ['traded', Bid, 101, 10, 2, OWNER, 0, 9, 8, 40],
        ['traded', Bid, 102, 10, 3, OWNER, 0, 9, 8, 30],
        ['levelChanged', Ask, 101, 0, 0],
        ['levelChanged', Ask, 102, 0, 0],
        ['levelChanged', Bid, 105, 30, 1],
      );
      expect([book.wasBounded, book.isCrossed]).toEqual([true, true]);
      book.setMatching(false);
      expect(book.wasBounded).toBe(false);
    });

    test.each([
      ['an immediate one', (): Reason => book.limit(9, 8, Ask, 90, 15, Ioc)],
      ['a market order', (): Reason => book.market(9, 8, Ask, 15)],
    ])('stop %s, of which the rest is cancelled', (_, send) => {
      expect(send()).toBe(Reason.None);
      expect(told.take().at(-2)).toEqual([
        'cancelled',
        9,
        8,
        Ask,
        expect.any(Number),
        5,
        VolatilityPause,
      ]);
      expect([book.wasBounded, book.isCrossed]).toEqual([true, false]);
      expect(book.bestPrice(Bid)).toBe(97);
      book.cancel(5);
      book.market(8, 8, Ask, 5);
      expect(book.wasBounded).toBe(false);
    });

    test('stop nothing that ends before them, or meets nothing beyond them', () => {
      book.setTradeBounds(98, 103);
      book.limit(7, 8, Bid, 103, 25, Gtc);
      expectBook(`
             | 104 | 4:10
        7:5  | 103 |
        1:10 |  99 |
        5:10 |  97 |
      `);
      expect([book.wasBounded, book.isCrossed]).toEqual([false, false]);
      book.limit(9, 8, Ask, 103, 9, Ioc);
      expect(told.take().at(-2)).toEqual(['cancelled', 9, 8, Ask, 103, 4, ImmediateRemainder]);
      expect(book.wasBounded).toBe(false);
    });

    test('hold on both sides: nobody buys for less than the lowest, or sells for more', () => {
      book.setTradeBounds(102, 110);
      book.limit(8, 8, Bid, 103, 5, Ioc);
      expectTold(
        ['accepted', 8, 8, Bid, 103, 5],
        ['cancelled', 8, 8, Bid, 103, 5, VolatilityPause],
      );
      expect(book.wasBounded).toBe(true);
      book.setTradeBounds(80, 98);
      book.limit(9, 8, Ask, 97, 5, Gtc);
      expectTold(['accepted', 9, 8, Ask, 97, 5], ['levelChanged', Ask, 97, 5, 1]);
      expect([book.wasBounded, book.isCrossed]).toEqual([true, true]);
    });

    test('end what may fill whole, without being met', () => {
      book.limit(9, 8, Bid, 105, 21, Fok);
      book.market(9, 8, Bid, 21, Fok);
      book.limit(9, 8, Bid, 105, 50, Gtc, { minimumQuantity: 21 });
      expectTold(
        ['accepted', 9, 8, Bid, 105, 21],
        ['cancelled', 9, 8, Bid, 105, 21, NotFilledWhole],
        ['accepted', 9, 8, Bid, 0, 21],
        ['cancelled', 9, 8, Bid, 0, 21, NotFilledWhole],
        ['accepted', 9, 8, Bid, 105, 50],
        ['cancelled', 9, 8, Bid, 105, 50, Reason.MinimumNotFilled],
      );
      expect(book.wasBounded).toBe(false);
      expectBook(LADDER);
      book.setTradeBounds(102, 110);
      book.limit(9, 8, Bid, 105, 5, Fok);
      expectBook(LADDER);
    });

    test('a minimum that was had within them is had; the rest is stopped', () => {
      book.limit(9, 8, Bid, 105, 50, Gtc, { minimumQuantity: 20 });
      expect(book.wasBounded).toBe(true);
      expect(book.orderOf(9)).toEqual({ side: Bid, price: 105, open: 30, filled: 20 });
    });

    test('are those of hidden orders, too', () => {
      book.limit(6, 8, Ask, 103, 10, Gtc, { isHidden });
      book.cancel(4);
      book.limit(9, 8, Bid, 105, 25, Ioc);
      expect(book.wasBounded).toBe(true);
      expect(book.bestPrice(Ask)).toBeUndefined();
      expect(book.orderOf(6)?.open).toBe(10);
    });

    test('hold for what is changed, moved and comes back', () => {
      book.modify(1, 105, 30);
      expect([book.wasBounded, book.orderOf(1)?.open]).toEqual([true, 10]);
      ({ book, told } = fixture.renew());
      given('| 104 | 4:10');
      book.setTradeBounds(98, 102);
      book.limit(1, OWNER, Bid, 99, 10, Gtc, { isHidden });
      expect(book.wasBounded).toBe(false);
      book.move(1, 104);
      expect(book.wasBounded).toBe(true);
      book.park(1);
      book.unpark(1, OWNER, Bid, 104, 10, 0, SelfTrade.Allow);
      expect(book.wasBounded).toBe(true);
      expectTold(['accepted', 1, OWNER, Bid, 99, 10]);
    });

    test('stop an order before it meets one of its owner', () => {
      book.limit(9, OWNER, Bid, 105, 25, Gtc, { selfTrade: SelfTrade.CancelOldest });
      expect(book.wasBounded).toBe(true);
      expect(book.orderOf(4)?.open).toBe(10);
    });

    test('are forgotten where there are none again, and after a refusal', () => {
      book.market(9, 8, Bid, 25);
      expect(book.wasBounded).toBe(true);
      expect(book.market(9, 8, Bid, 0)).toBe(Reason.BadQuantity);
      expect(book.wasBounded).toBe(false);
      book.market(9, 8, Bid, 5);
      expect(book.wasBounded).toBe(true);
      book.setTradeBounds(-MAX, MAX);
      expect(book.wasBounded).toBe(false);
      book.market(9, 8, Bid, 5);
      expectBook(`
             | 104 | 4:5
        1:10 |  99 |
        5:10 |  97 |
      `);
    });
  });

  describe('the worst price of a market order', () => {
    beforeEach(() => given(LADDER));

    test('is the last at which it trades', () => {
      book.market(8, 8, Bid, 15, Gtc, undefined, 101);
      book.market(9, 8, Ask, 15, Gtc, {}, 98);
      expectTold(
        ['accepted', 8, 8, Bid, 0, 15],
        ['traded', Bid, 101, 10, 2, OWNER, 0, 8, 8, 5],
        ['cancelled', 8, 8, Bid, 0, 5, CollarReached],
        ['levelChanged', Ask, 101, 0, 0],
        ['accepted', 9, 8, Ask, 0, 15],
        ['traded', Ask, 99, 10, 1, OWNER, 0, 9, 8, 5],
        ['cancelled', 9, 8, Ask, 0, 5, CollarReached],
        ['levelChanged', Bid, 99, 0, 0],
      );
      expect(book.wasBounded).toBe(false);
    });

    test('is not to blame where nothing rests', () => {
      book.market(9, 8, Bid, 40, Gtc, undefined, 104);
      expect(told.take().at(-4)).toEqual(['cancelled', 9, 8, Bid, 0, 10, NoLiquidity]);
    });

    test('decides what fills whole', () => {
      book.market(9, 8, Bid, 21, Fok, undefined, 102);
      expectBook(LADDER);
      book.market(9, 8, Bid, 20, Fok, undefined, 102);
      expect(book.bestPrice(Ask)).toBe(104);
    });

    test.each([
      ['before the bound decides', 102, 103, CollarReached],
      ['at the bound decides', 102, 102, CollarReached],
      ['behind the bound does not', 103, 102, VolatilityPause],
    ])('%s', (_, worst, bound, reason) => {
      book.setTradeBounds(90, bound);
      book.market(9, 8, Bid, 21, Gtc, undefined, worst);
      expect(told.take().at(-3)).toEqual(['cancelled', 9, 8, Bid, 0, 1, reason]);
      expect(book.wasBounded).toBe(reason === VolatilityPause);
    });

    test('must be a price', () => {
      expect(book.market(9, 8, Bid, 5, Gtc, undefined, 0.5)).toBe(Reason.BadPrice);
      expect(book.market(9, 8, Bid, 5, Gtc, undefined, MAX + 1)).toBe(Reason.BadPrice);
      expectBook(LADDER);
    });
  });
}
