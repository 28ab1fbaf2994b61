/** The alarm rings when the wall clock says so, however that moves, and keeps one timer at most. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Nanos, setNanos } from '../feed/index.ts';
import { Alarm } from './alarm.ts';
import { nanosToMillis } from './market-time.ts';

const START_MS = 1_700_000_000_000;

describe('the alarm', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function alarmAt(startMs: number) {
    const state = { offsetMs: startMs - Date.now(), rings: 0 };
    const clock = (out: Nanos) => setNanos(out, BigInt(Date.now() + state.offsetMs) * 1_000_000n);
    const alarm = new Alarm(clock, () => {
      state.rings += 1;
    });
    return { alarm, state };
  }

  it('rings once, at the time it was set to last', () => {
    const { alarm, state } = alarmAt(START_MS);
    alarm.set(START_MS + 50);
    alarm.set(START_MS + 100);
    vi.advanceTimersByTime(99);
    expect(state.rings).toBe(0);
    vi.advanceTimersByTime(1);
    expect(state.rings).toBe(1);
    vi.advanceTimersByTime(1_000_000);
    expect(state.rings).toBe(1);
  });

  it('has no timer while nothing is due, nor after it was closed', () => {
    const { alarm } = alarmAt(START_MS);
    expect(vi.getTimerCount()).toBe(0);
    alarm.set(START_MS + 50);
    expect(vi.getTimerCount()).toBe(1);
    alarm.set(Number.POSITIVE_INFINITY);
    expect(vi.getTimerCount()).toBe(0);
    alarm.set(START_MS + 50);
    alarm.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('follows a wall clock that is set an hour on or back', () => {
    const { alarm, state } = alarmAt(START_MS);
    alarm.set(START_MS + 3_600_000);
    state.offsetMs += 3_600_000;
    vi.advanceTimersByTime(60_000);
    expect(state.rings).toBe(1);
    alarm.set(START_MS + 3_700_000);
    state.offsetMs -= 3_600_000;
    vi.advanceTimersByTime(3_600_000);
    expect(state.rings).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(state.rings).toBe(2);
  });

  it('tries again once a second what could not be done', () => {
    const { alarm, state } = alarmAt(START_MS);
    alarm.set(START_MS + 10);
    vi.advanceTimersByTime(10);
    alarm.set(START_MS + 10);
    vi.advanceTimersByTime(999);
    expect(state.rings).toBe(1);
    vi.advanceTimersByTime(1);
    expect(state.rings).toBe(2);
    alarm.set(START_MS + 1_015);
    vi.advanceTimersByTime(5);
    expect(state.rings).toBe(3);
  });
});

describe('milliseconds of a time', () => {
  it('are exact where a number of nanoseconds would not be', () => {
    for (const ns of [0n, 999_999n, 1_000_000n, 1_700_000_000_123_000_000n, 1n << 62n]) {
      for (const near of [ns - 1n, ns, ns + 1n]) {
        if (near < 0n) continue;
        const high = Number(near >> 32n);
        const low = Number(near & 0xffff_ffffn);
        expect(nanosToMillis(high, low)).toBe(Number(near / 1_000_000n));
      }
    }
  });
});
