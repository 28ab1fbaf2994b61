/** How requests share the thread, in time that passes only while something is done. */

import { describe, expect, it } from 'vitest';
import {
  CLOSE_CODES,
  MAX_KEPT_REQUESTS,
  MessageType,
  REQUEST_SLICE_MS,
} from '../protocol/index.ts';
import { ManualTimer } from '../testing/manual-timer.ts';
import { SessionBench, type TestClient } from '../testing/session-bench.ts';
import { type Asker, RequestDesk } from './request-desk.ts';

/** Each request takes a millisecond. */
class Worker implements Asker {
  readonly #name: string;
  readonly #log: string[];
  readonly #timer: WorkTimer;
  left: number;

  constructor(name: string, left: number, timer: WorkTimer, log: string[]) {
    this.#name = name;
    this.left = left;
    this.#timer = timer;
    this.#log = log;
  }

  handleNext(): boolean {
    this.left -= 1;
    this.#timer.workedMs += 1;
    this.#log.push(this.#name);
    return this.left > 0;
  }
}

/** Time passes by what is done, and by what the test lets pass. */
class WorkTimer {
  readonly manual = new ManualTimer();
  workedMs = 0;
  /** What each look at the clock takes: stands for all that is done between two of them. */
  lookMs = 0;

  nowMs(): number {
    this.workedMs += this.lookMs;
    return this.manual.nowMs() + this.workedMs;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    return this.manual.setTimer(callback, delayMs);
  }
}

describe('a request desk', () => {
  it('is free until a slice is used up, and again when all else has had as long', () => {
    const timer = new WorkTimer();
    const desk = new RequestDesk(timer);
    expect(desk.isFree).toBe(true);
    timer.workedMs += REQUEST_SLICE_MS - 1;
    desk.spent();
    expect(desk.isFree).toBe(true);
    timer.workedMs += REQUEST_SLICE_MS;
    desk.spent();
    expect(desk.isFree).toBe(false);
    timer.manual.pass(REQUEST_SLICE_MS - 2);
    expect(desk.isFree).toBe(false);
    timer.manual.pass(2);
    expect(desk.isFree).toBe(true);
  });

  it('takes one request of each who waits, slice by slice, whoever has the most', () => {
    const timer = new WorkTimer();
    const desk = new RequestDesk(timer);
    const log: string[] = [];
    const crowd = [
      new Worker('a', 40, timer, log),
      new Worker('b', 40, timer, log),
      new Worker('c', 1, timer, log),
    ];
    for (const one of crowd) desk.wait(one);
    expect(log).toEqual([]);
    timer.manual.pass(1);
    expect(log).toEqual(['a', 'b', 'c', 'a', 'b']);
    timer.manual.pass(REQUEST_SLICE_MS - 1);
    expect(log).toHaveLength(REQUEST_SLICE_MS);
    timer.manual.pass(1);
    expect(log.slice(REQUEST_SLICE_MS)).toEqual(['a', 'b', 'a', 'b', 'a']);
    timer.manual.pass(1000);
    expect(crowd.map(({ left }) => left)).toEqual([0, 0, 0]);
    expect(timer.manual.pending).toBe(0);
  });

  it('does nothing more for whoever leaves', () => {
    const timer = new WorkTimer();
    const desk = new RequestDesk(timer);
    const log: string[] = [];
    const [gone, stays] = [new Worker('a', 3, timer, log), new Worker('b', 2, timer, log)];
    desk.wait(gone);
    desk.wait(stays);
    desk.leave(gone);
    timer.manual.pass(1000);
    expect(log).toEqual(['b', 'b']);
    desk.wait(gone);
    desk.leave(gone);
    expect(timer.manual.pending).toBe(0);
  });
});

describe('a session whose requests wait', () => {
  /** A gateway whose requests take a while, and two clients of whom one asks for much. */
  function crowded() {
    const timer = new WorkTimer();
    const bench = new SessionBench({ timer });
    const [loud, quiet] = [bench.join(), bench.join()];
    timer.lookMs = REQUEST_SLICE_MS / 10;
    return { bench, timer, loud, quiet };
  }

  function pongs(client: TestClient): number[] {
    return client.take().flatMap((event) => (event[0] === MessageType.Pong ? [event[1]] : []));
  }

  it('is answered in their order, and read from no further until they are', () => {
    const { bench, timer, loud, quiet } = crowded();
    const times = Array.from({ length: 100 }, (_, time) => time);
    for (const time of times) loud.send([MessageType.Ping, time]);
    const first = pongs(loud);
    expect(first.length).toBeLessThan(10);
    expect(loud.link.isPaused).toBe(true);
    expect(bench.gateway.tally.requestsPutOff).toBe(100 - first.length);
    quiet.send([MessageType.Ping, 7]);
    expect(pongs(quiet)).toEqual([]);
    timer.manual.pass(2 * REQUEST_SLICE_MS);
    expect(pongs(quiet)).toEqual([7]);
    expect(quiet.link.isPaused).toBe(false);
    const second = pongs(loud);
    expect(first.length + second.length).toBeLessThan(40);
    timer.manual.pass(10_000);
    expect([...first, ...second, ...pongs(loud)]).toEqual(times);
    expect(loud.link.isPaused).toBe(false);
  });

  it('is closed when far too many wait, and then does nothing more', () => {
    const { bench, timer, loud } = crowded();
    // Some are answered at once, and one more than may wait.
    for (let i = 0; i <= MAX_KEPT_REQUESTS + 20; i += 1) loud.send([MessageType.Ping, i]);
    expect(loud.link.closed?.code).toBe(CLOSE_CODES.RATE_LIMITED[0]);
    const { length } = loud.link.frames;
    timer.manual.pass(10_000);
    expect(loud.link.frames).toHaveLength(length);
    expect(bench.gateway.sessionCount).toBe(1);
  });
});
