/** The arbiter beside its naive twin: a table of every record that any line has brought. */

import { expect, test } from 'vitest';
import { LINE_ALIVE_MS } from '../limits.ts';
import { type Random, testSeeds, withSeed } from '../testing/random.ts';
import { LineArbiter, LineVerdict } from './line-arbiter.ts';

const WAIT_MS = 10;

/** A packet of this test is its first and its next sequence. */
interface Cut {
  readonly first: number;
  readonly next: number;
}

/** Takes what the arbiter gives, record by record, and notes from what it was missing something. */
class Reader {
  readonly arbiter: LineArbiter;
  readonly taken: number[] = [];
  gaps = 0;
  next = 1;
  nowMs = 0;

  constructor(lines: number) {
    this.arbiter = new LineArbiter({ lines, waitMs: WAIT_MS });
  }

  offer(line: number, { first, next }: Cut): LineVerdict {
    const packet = Uint8Array.from(Buffer.from(`${first} ${next}`));
    const verdict = this.arbiter.offer(line, packet, first, next - first, this.next, this.nowMs);
    if (verdict === LineVerdict.Take) this.#take(packet);
    this.drain(false);
    return verdict;
  }

  drain(isDrained: boolean): void {
    for (;;) {
      const packet = this.arbiter.take(this.next, this.nowMs, isDrained);
      if (packet === undefined) return;
      this.#take(packet);
    }
  }

  #take(packet: Uint8Array): void {
    const [first = 0, next = 0] = Buffer.from(packet).toString().split(' ').map(Number);
    if (first > this.next) this.gaps += 1;
    for (let sequence = Math.max(first, this.next); sequence < next; sequence++) {
      this.taken.push(sequence);
    }
    this.next = Math.max(this.next, next);
  }
}

/** Every record that has come at all, and how far they reach without a hole. */
class NaiveArbiter {
  readonly #come = new Set<number>();

  offer({ first, next }: Cut): void {
    for (let sequence = first; sequence < next; sequence++) this.#come.add(sequence);
  }

  get next(): number {
    let next = 1;
    while (this.#come.has(next)) next += 1;
    return next;
  }
}

/** Records 1 to `until` in packets, some of them heartbeats: cut differently each time. */
function cutUp(random: Random, until: number): Cut[] {
  const cuts: Cut[] = [];
  for (let first = 1; first < until; ) {
    const next = Math.min(until, first + random.below(4));
    cuts.push({ first, next });
    first = next;
  }
  return cuts;
}

test.each(testSeeds(200))('takes each record once, as soon as a line has it, seed %i', (seed) => {
  withSeed(seed, (random) => {
    const until = 60;
    const lines = [0, 1, 2].slice(0, 2 + random.below(2)).map(() => cutUp(random, until));
    // Each packet may be lost on any line but one, and no record of it is lost on that.
    for (const line of lines.slice(1)) {
      for (let i = line.length - 1; i >= 0; i--) if (random.chance(0.4)) line.splice(i, 1);
    }
    const reader = new Reader(lines.length);
    const naive = new NaiveArbiter();
    // All are known to be alive.
    for (const index of lines.keys()) reader.offer(index, { first: 1, next: 1 });
    while (lines.some((line) => line.length > 0)) {
      const index = random.below(lines.length);
      const cut = lines[index]?.shift();
      if (cut === undefined) continue;
      reader.offer(index, cut);
      naive.offer(cut);
      expect(reader.next).toBe(naive.next);
    }
    expect(reader.taken).toEqual(Array.from({ length: until - 1 }, (_, i) => i + 1));
    expect(reader.gaps).toBe(0);
  });
});

test('what each line loses the other brings, and nothing is a gap', () => {
  const reader = new Reader(2);
  reader.offer(1, { first: 1, next: 1 });
  expect(reader.offer(0, { first: 1, next: 4 })).toBe(LineVerdict.Take);
  expect(reader.offer(0, { first: 6, next: 9 })).toBe(LineVerdict.Wait);
  expect(reader.next).toBe(4);
  expect(reader.offer(1, { first: 1, next: 4 })).toBe(LineVerdict.Late);
  expect(reader.offer(1, { first: 4, next: 7 })).toBe(LineVerdict.Take);
  expect(reader.taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(reader.arbiter.stats).toEqual([
    { packets: 2, first: 2, holes: 1 },
    { packets: 3, first: 1, holes: 0 },
  ]);
});

test('a hole that all lines have come past is a gap at once', () => {
  const reader = new Reader(2);
  reader.offer(0, { first: 1, next: 4 });
  reader.offer(1, { first: 1, next: 4 });
  reader.offer(0, { first: 6, next: 9 });
  expect(reader.gaps).toBe(0);
  reader.offer(1, { first: 6, next: 9 });
  expect([reader.gaps, reader.next]).toEqual([1, 9]);
});

test('a heartbeat that announces a lost tail waits as well', () => {
  const reader = new Reader(2);
  reader.offer(0, { first: 1, next: 4 });
  expect(reader.offer(1, { first: 6, next: 6 })).toBe(LineVerdict.Wait);
  expect(reader.offer(0, { first: 4, next: 6 })).toBe(LineVerdict.Take);
  expect([reader.gaps, reader.next]).toEqual([0, 6]);
});

test('a hole waits for the other line for its time, and no longer', () => {
  const reader = new Reader(2);
  reader.offer(1, { first: 1, next: 2 });
  reader.offer(0, { first: 1, next: 4 });
  reader.nowMs += 5;
  reader.offer(0, { first: 6, next: 9 });
  reader.nowMs += WAIT_MS - 1;
  reader.drain(true);
  expect(reader.gaps).toBe(0);
  reader.nowMs += 1;
  // The other line may have it: as long as its socket has not been read, nobody knows.
  reader.drain(false);
  expect(reader.gaps).toBe(0);
  reader.drain(true);
  expect([reader.gaps, reader.next]).toEqual([1, 9]);
});

test('a line that is silent is not waited for', () => {
  const reader = new Reader(2);
  reader.offer(1, { first: 1, next: 2 });
  reader.nowMs += LINE_ALIVE_MS;
  reader.offer(0, { first: 1, next: 4 });
  reader.offer(0, { first: 6, next: 9 });
  expect([reader.gaps, reader.next]).toEqual([1, 9]);
});
