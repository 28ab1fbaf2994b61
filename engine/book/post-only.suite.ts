/** Orders that do not trade when they come. */

import { beforeEach, describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { PostOnly, Reason, TimeInForce } from '../protocol/index.ts';
import {
  BookFixture,
  type CreateMarket,
  MAX,
  OWNER,
  type TestedBook,
} from './book-fixture.suite.ts';
import { findFault } from './book-state.ts';
import type { EventRecorder } from './event-recorder.ts';

const { Bid, Ask } = Side;
const { Gtc } = TimeInForce;

export function describePostOnly(createMarket: CreateMarket): void {
  const fixture = new BookFixture(createMarket);
  const { given, expectBook, expectTold } = fixture;
  let book: TestedBook;
  let told: EventRecorder;

  beforeEach(() => {
    ({ book, told } = fixture.renew());
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
}
