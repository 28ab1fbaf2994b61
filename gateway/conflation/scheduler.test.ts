import { describe, expect, it } from 'vitest';
import { ManualTimer } from '../testing/manual-timer.ts';
import { phasesOf } from './conflation-class.ts';
import { Scheduler } from './scheduler.ts';

function recorded(timer: ManualTimer) {
  const beats: string[] = [];
  const scheduler = new Scheduler(timer, (interval, phase) => {
    beats.push(`${timer.nowMs()} ${interval}/${phase}`);
  });
  return { beats, scheduler };
}

describe('the scheduler', () => {
  it('beats once per interval, at fixed places of the grid', () => {
    const timer = new ManualTimer(1030);
    const { beats, scheduler } = recorded(timer);
    scheduler.use(100, 0);
    timer.pass(350);
    expect(beats).toEqual(['1100 100/0', '1200 100/0', '1300 100/0']);
  });

  it('spreads the phases evenly over the interval', () => {
    const timer = new ManualTimer(2000);
    const { beats, scheduler } = recorded(timer);
    for (let phase = 0; phase < phasesOf(100); phase += 1) scheduler.use(100, phase);
    timer.pass(100);
    const times = beats.map((beat) => Number(beat.split(' ')[0]));
    expect(times).toEqual([2012.5, 2025, 2037.5, 2050, 2062.5, 2075, 2087.5, 2100]);
  });

  it('needs as many releases as uses, and then no timer', () => {
    const timer = new ManualTimer();
    const { beats, scheduler } = recorded(timer);
    scheduler.use(50, 0);
    scheduler.use(50, 0);
    scheduler.release(50, 0);
    timer.pass(50);
    expect(beats).toHaveLength(1);
    scheduler.release(50, 0);
    timer.pass(500);
    expect(beats).toHaveLength(1);
    expect(timer.pending).toBe(0);
  });

  it('does not make up for beats that a busy process missed', () => {
    const timer = new ManualTimer(0);
    const { beats, scheduler } = recorded(timer);
    let blockedMs = 0;
    const late = new Scheduler(
      { nowMs: () => timer.nowMs() + blockedMs, setTimer: (call, ms) => timer.setTimer(call, ms) },
      () => beats.push('beat'),
    );
    scheduler.close();
    late.use(100, 0);
    blockedMs = 1000;
    timer.pass(150);
    expect(beats).toEqual(['beat']);
  });

  it('lets a beat take away its own class', () => {
    const timer = new ManualTimer();
    const scheduler: Scheduler = new Scheduler(timer, (interval, phase) => {
      scheduler.release(interval, phase);
    });
    scheduler.use(16, 0);
    timer.pass(100);
    expect(timer.pending).toBe(0);
  });
});
