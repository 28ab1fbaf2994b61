import { expect, test } from 'vitest';
import { RELAY_ACKNOWLEDGE_IDLE_MS, RELAY_ACKNOWLEDGE_RECORDS } from '../limits.ts';
import { Acknowledger } from './acknowledger.ts';

function setUp() {
  const at = { next: 1, nowMs: 50_000 };
  const told: number[] = [];
  const acknowledger = new Acknowledger({
    next: () => at.next,
    nowMs: () => at.nowMs,
    tell: (next) => told.push(next),
  });
  acknowledger.poll();
  expect(told.splice(0)).toEqual([1]);
  return { at, told, poll: () => acknowledger.poll() };
}

test('a relay that comes far says so at the next look', () => {
  const { at, told, poll } = setUp();
  at.next += RELAY_ACKNOWLEDGE_RECORDS - 1;
  poll();
  expect(told).toEqual([]);
  at.next += 1;
  poll();
  expect(told).toEqual([at.next]);
});

test('one that comes slowly, or not at all, says so now and then', () => {
  const { at, told, poll } = setUp();
  at.next += 1;
  at.nowMs += RELAY_ACKNOWLEDGE_IDLE_MS - 1;
  poll();
  expect(told).toEqual([]);
  at.nowMs += 1;
  poll();
  at.nowMs += RELAY_ACKNOWLEDGE_IDLE_MS;
  poll();
  expect(told).toEqual([2, 2]);
});

test('another history, which begins with fewer, is told at once', () => {
  const { at, told, poll } = setUp();
  at.next = 3000;
  at.nowMs += RELAY_ACKNOWLEDGE_IDLE_MS;
  poll();
  at.next = 5;
  poll();
  expect(told).toEqual([3000, 5]);
});
