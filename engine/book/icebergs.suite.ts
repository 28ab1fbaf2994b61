/** Orders that show a part at a time. */

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
const { Gtc, Fok } = TimeInForce;

export function describeIcebergs(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
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
}
