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
  history.see(FeedState.Syncing, 50);
  expect(history.ageMs(60)).toBeUndefined();
  history.see(FeedState.Live, 100);
  history.see(FeedState.Live, 200);
  history.see(FeedState.Stale, 900);
  expect(history.ageMs(1000)).toBe(800);
});
