/** What the page may claim, whatever book and link say. */

import { expect, test } from 'vitest';
import { FeedState } from '../../feed/index.ts';
import type { LinkStatus } from '../browser/index.ts';
import { StateHistory, shownState } from './shown-state.ts';

const LIVE = { state: FeedState.Live, reason: 'NONE' } as const;
const link = (status: LinkStatus['status']): LinkStatus => ({ status, transport: 'WebSocket' });

test('an open link lets the book speak for itself', () => {
  expect(shownState(link('open'), LIVE, false)).toBe(LIVE);
  const gapped = { state: FeedState.Gapped, reason: 'MISSED_RECORDS' } as const;
  expect(shownState(link('open'), gapped, true)).toBe(gapped);
  expect(shownState(link('open'), undefined, false)).toEqual({
    state: 'SYNCING',
    reason: 'JOINING',
  });
});

test.each(['connecting', 'waiting', 'closed'] as const)(
  'no book is live while the link is %s, even if it still believes so',
  (status) => {
    expect(shownState(link(status), LIVE, true).state).toBe('STALE');
    expect(shownState(link(status), LIVE, false).state).toBe('SYNCING');
  },
);

test('the age counts from the last moment at which the book was live', () => {
  const history = new StateHistory();
  history.see(FeedState.Syncing, 0, 50);
  expect(history.ageMs(60)).toBeUndefined();
  history.see(FeedState.Live, 7, 100);
  history.see(FeedState.Live, 8, 200);
  history.see(FeedState.Stale, 8, 900);
  expect(history.ageMs(1000)).toBe(800);
});

test('gaps are counted when they open, and a recovery says what it made good', () => {
  const history = new StateHistory();
  history.see(FeedState.Syncing, 0, 0);
  history.see(FeedState.Live, 10, 100);
  expect([history.gaps, history.repairs, history.recovery]).toEqual([0, 0, undefined]);
  history.see(FeedState.Gapped, 10, 200);
  history.see(FeedState.Gapped, 10, 250);
  history.see(FeedState.Stale, 10, 300);
  history.see(FeedState.Live, 52, 1600);
  expect([history.gaps, history.repairs]).toEqual([1, 1]);
  expect(history.recovery).toEqual({ afterMs: 1500, missed: 42 });
  history.see(FeedState.Live, 53, 1700);
  expect(history.recovery?.missed).toBe(42);
});
