/** Time travel without a page: what is asked of the archive, and what is said of what it answers. */

import { afterEach, describe, expect, test } from 'vitest';
import { FakeClient } from '../fake/fake-client.ts';
import { FakePasts } from '../fake/fake-history.ts';
import { speak, texts } from '../texts.ts';
import { PastBook } from './past-book.ts';
import { pastReason, pastVeil, refusalText } from './past-words.ts';
import { WantedPlace, within } from './wanted-place.ts';

const NOW_US = 1_900_000_000_000_000;
const SECOND_US = 1e6;
const OPTIONS = { depth: 10, interval: 100, grouping: 1 };
const OPEN = { status: 'open', transport: 'WebSocket' } as const;

function opened(speed = 0) {
  const client = new FakeClient(3);
  const pasts = new FakePasts(3, () => NOW_US);
  const start = { timeUs: NOW_US - 60 * SECOND_US, speed };
  const book = new PastBook(pasts.openHistory, client, 'ACME', OPTIONS, start);
  const [history] = pasts.opened;
  if (history === undefined) throw new Error('nothing was opened');
  return { book, history, pasts };
}

function rows(book: PastBook) {
  const { bids, asks } = book;
  return [bids, asks].map((view) =>
    Array.from({ length: view.length }, (_, i) => [view.price(i), view.quantity(i)]),
  );
}

afterEach(() => speak('en'));

describe('the place wanted', () => {
  const range = {
    earliest: { position: 1, timeMicros: 100 },
    latest: { position: 9, timeMicros: 900 },
  };

  test('is the last one, asked for once', () => {
    const wanted = new WantedPlace();
    for (const timeUs of [300, 400, 500]) wanted.want(timeUs, range);
    expect(wanted.timeUs).toBe(500);
    expect(wanted.take(false)).toBe(500);
    expect(wanted.take(false)).toBeUndefined();
  });

  test('waits while another one is looked up', () => {
    const wanted = new WantedPlace();
    wanted.want(300, range);
    expect(wanted.take(true)).toBeUndefined();
    wanted.want(700, range);
    expect(wanted.take(false)).toBe(700);
  });

  test('lies in what the archive holds', () => {
    expect([within(0, range), within(5000, range), within(500, range)]).toEqual([100, 900, 500]);
    expect(within(5000, undefined)).toBe(5000);
  });
});

describe('a book of the past', () => {
  test('of a slider that is dragged only the last place of each answer is sought', () => {
    const { book, history, pasts } = opened();
    for (let move = 0; move < 50; move += 1) {
      book.seek(NOW_US - (50 - move) * SECOND_US);
      book.send();
    }
    expect(history.sought, 'the first place is still being looked up').toEqual([]);
    pasts.advance(60);
    book.send();
    expect(history.sought).toEqual([{ timeMicros: NOW_US - SECOND_US }]);
    expect(book.timeUs, 'the slider stays where it was put').toBe(NOW_US - SECOND_US);
    expect(book.isMoving, 'the levels are not there yet').toBe(true);
    pasts.advance(60);
    expect([book.isMoving, book.timeUs]).toEqual([false, history.timeMicros]);
    expect(Math.abs(book.timeUs - (NOW_US - SECOND_US))).toBeLessThan(60_000);
    book.send();
    expect(history.sought).toHaveLength(1);
  });

  test('at one place is one book, whichever way led there', () => {
    const { book, pasts } = opened();
    pasts.advance(60);
    const there = rows(book);
    expect(there.flat().length).toBeGreaterThan(0);
    book.seek(NOW_US - 30 * SECOND_US);
    book.send();
    pasts.advance(60);
    expect(rows(book)).not.toEqual(there);
    book.seek(NOW_US - 60 * SECOND_US);
    book.send();
    pasts.advance(60);
    expect(rows(book)).toEqual(there);
  });

  test('its tape has what was played since the place looked up, and begins anew with another', () => {
    const { book, pasts } = opened();
    pasts.advance(60);
    expect([book.isPlaying, book.tape.added]).toEqual([false, 0]);
    book.play(10);
    pasts.advance(2000);
    expect([book.isPlaying, book.tape.added > 10]).toEqual([true, true]);
    book.isTapeNew = false;
    book.seek(NOW_US - 50 * SECOND_US);
    book.send();
    expect([book.isTapeNew, book.tape.added, book.isPlaying]).toEqual([true, 0, true]);
  });

  test('whatever plays or steps begins at the place wanted', () => {
    const { book, history, pasts } = opened();
    pasts.advance(60);
    book.seek(NOW_US - 20 * SECOND_US);
    book.play(2);
    expect(history.sought).toEqual([{ timeMicros: NOW_US - 20 * SECOND_US }]);
    pasts.advance(60);
    book.pause();
    const { sequence } = book;
    book.step();
    expect(book.sequence).toBeGreaterThan(sequence);
  });

  test('is deep enough for every panel', () => {
    const { history } = opened();
    expect(history.depth).toBe(100);
  });
});

describe('what is said of it', () => {
  const standing = {
    state: 'shown',
    refusal: undefined,
    hasLevels: true,
    timeMicros: NOW_US,
    speed: 0,
    link: OPEN,
  } as const;

  test('there is always a sign that it is not live', () => {
    for (const language of ['en', 'es'] as const) {
      speak(language);
      for (const state of ['loading', 'shown', 'playing', 'ended', 'refused'] as const) {
        for (const hasLevels of [true, false]) {
          const input = { ...standing, state, hasLevels, speed: 2 };
          expect(pastReason(input), state).not.toBe('');
          expect(pastVeil(input).kind, state).not.toBe('none');
          expect(pastVeil(input).heading, state).not.toBe('');
        }
      }
    }
  });

  test('levels that stand there are stamped with their moment', () => {
    const veil = pastVeil(standing);
    expect(veil.kind).toBe('past');
    expect(veil.age).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
    expect(pastVeil({ ...standing, hasLevels: false }).kind, 'a book may be empty').toBe('past');
    const first = { ...standing, state: 'loading', hasLevels: false } as const;
    expect(pastVeil(first).kind).toBe('waiting');
  });

  test('a refusal covers what was shown, in words of whoever looks', () => {
    const refusal = { code: 115, message: 'NOT_HELD', retryable: false, retryAfterMs: 0 };
    const veil = pastVeil({ ...standing, state: 'refused', refusal });
    expect([veil.kind, veil.detail]).toEqual(['broken', texts.past.refusals[115]]);
    const busy = { ...refusal, code: 117, retryable: true };
    expect(pastVeil({ ...standing, state: 'refused', refusal: busy }).kind).toBe('warning');
    expect(refusalText({ ...refusal, code: 999, message: 'Something new.' })).toBe(
      'Something new.',
    );
    expect(refusalText(undefined)).toBe(texts.past.refusedPlainly);
  });

  test('a connection that is lost is said before anything else', () => {
    const link = { ...OPEN, status: 'waiting' } as const;
    expect(pastReason({ ...standing, link })).toBe(texts.veil.lost);
  });
});
