/** Prices that are not live are always covered, by the words that say why. */

import { expect, test } from 'vitest';
import { FeedState, STATE_REASON_TEXT, type StateReason } from '../../feed/index.ts';
import type { LinkStatus } from '../browser/index.ts';
import { veilText } from './veil.ts';

const OPEN: LinkStatus = { status: 'open', transport: 'WebSocket' };
const LIVE = { state: FeedState.Live, reason: 'NONE' } as const;

test('only a live book on an open link that is not paused is uncovered', () => {
  for (const state of Object.values(FeedState)) {
    for (const status of ['open', 'connecting', 'waiting', 'closed'] as const) {
      for (const pausedMs of [undefined, 0, 5000]) {
        for (const ageMs of [undefined, 0, 4200]) {
          const { kind } = veilText({
            shown: { state, reason: state === 'LIVE' ? 'NONE' : 'MISSED_RECORDS' },
            link: { status, transport: 'WebSocket' },
            linkForMs: 0,
            ageMs,
            pausedMs,
          });
          const mayBeBare = state === 'LIVE' && status === 'open' && pausedMs === undefined;
          expect(kind === 'none', `${state} ${status} ${pausedMs}`).toBe(mayBeBare);
        }
      }
    }
  }
});

test('each state names its reason and the age of the prices', () => {
  for (const reason of Object.keys(STATE_REASON_TEXT) as StateReason[]) {
    const shown = { state: FeedState.Stale, reason };
    const text = veilText({ shown, link: OPEN, linkForMs: 0, ageMs: 4200, pausedMs: undefined });
    expect(text).toEqual({
      kind: 'warning',
      heading: 'Stale',
      detail: STATE_REASON_TEXT[reason],
      age: 'These prices are 4.2 s old',
    });
  }
});

test('a lost connection says its code and when the next attempt comes', () => {
  const link: LinkStatus = {
    status: 'waiting',
    transport: 'WebSocket',
    code: 1012,
    message: 'Restarting.',
    retryInMs: 2300,
  };
  const text = veilText({ shown: LIVE, link, linkForMs: 0, ageMs: 100, pausedMs: undefined });
  expect(text.kind).toBe('broken');
  expect(text.detail).toBe('Restarting (code 1012). Next attempt in 2.3 s.');
  const later = veilText({ shown: LIVE, link, linkForMs: 2000, ageMs: 100, pausedMs: undefined });
  expect(later.detail).toContain('in 0.3 s');
});

test('the first connecting is no alarm', () => {
  const link: LinkStatus = { status: 'connecting', transport: 'WebSocket' };
  const shown = { state: FeedState.Syncing, reason: 'DISCONNECTED' } as const;
  expect(veilText({ shown, link, linkForMs: 0, ageMs: undefined, pausedMs: undefined }).kind).toBe(
    'waiting',
  );
});

test('paused prices say how old they are', () => {
  const text = veilText({ shown: LIVE, link: OPEN, linkForMs: 0, ageMs: 0, pausedMs: 12_000 });
  expect(text.kind).toBe('paused');
  expect(text.age).toContain('12 s');
});
