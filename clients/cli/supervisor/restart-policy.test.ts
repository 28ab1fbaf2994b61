import { expect, test } from 'vitest';
import {
  FIRST_DELAY_MS,
  LONGEST_DELAY_MS,
  RESTARTS_PER_WINDOW,
  RestartPolicy,
  WINDOW_MS,
} from './restart-policy.ts';

test('waits twice as long after each death, up to a bound', () => {
  const policy = new RestartPolicy();
  const delays = Array.from({ length: RESTARTS_PER_WINDOW }, (_, i) => policy.afterDeath(i));
  expect(delays).toEqual([250, 500, 1000, 2000, 4000]);
  expect(delays.at(-1)).toBe(LONGEST_DELAY_MS);
});

test('calls one death too many within the window a crash loop', () => {
  const policy = new RestartPolicy();
  for (let i = 0; i < RESTARTS_PER_WINDOW; i++) expect(policy.afterDeath(i)).toBeDefined();
  expect(policy.afterDeath(WINDOW_MS - 1)).toBeUndefined();
});

test('forgets deaths that are older than the window', () => {
  const policy = new RestartPolicy();
  for (let i = 0; i < 100; i++) {
    expect(policy.afterDeath(i * (WINDOW_MS + 1))).toBe(FIRST_DELAY_MS);
  }
});
