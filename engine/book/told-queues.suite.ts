/** What a book tells of its queues, order by order. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { Reason, TimeInForce } from '../protocol/index.ts';
import {
  BookFixture,
  type CreateMarket,
  OWNER,
  QUEUE_EVENTS,
  type TestedBook,
} from './book-fixture.suite.ts';
import type { EventRecorder } from './event-recorder.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;

export function describeToldQueues(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
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
}
