/** Cancel, modify and replace. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { Reason, TimeInForce } from '../protocol/index.ts';
import {
  BookFixture,
  type CreateMarket,
  MAX,
  OWNER,
  type TestedBook,
} from './book-fixture.suite.ts';
import type { EventRecorder } from './event-recorder.ts';

const { Bid, Ask } = Side;
const { Gtc } = TimeInForce;

export function describeOrderChanges(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
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
}
