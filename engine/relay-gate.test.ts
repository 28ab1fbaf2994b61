/** The gate on made-up packets: when it closes, when it opens, and whose word counts. */

import { expect, it } from 'vitest';
import { RelayGate } from './relay-gate.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';

const EPOCH = { seconds: 7, random: 1 };
const RING = 1000;

function setUp(...relays: string[]) {
  const logged: string[] = [];
  const tell = (_fields: object, message: string) => logged.push(message);
  const gate = new RelayGate({
    relays,
    epoch: EPOCH,
    ringBytes: RING,
    log: { info: tell, warn: tell },
  });
  let next = 1;
  return {
    gate,
    logged,
    /** One packet of ten records. */
    publish(bytes: number): number {
      gate.published(bytes, next, 10);
      next += 10;
      return next;
    },
  };
}

it('is always open when no relay is configured', () => {
  const { gate, publish } = setUp();
  for (let i = 0; i < 100; i += 1) publish(RING);
  expect([gate.isClosed, gate.behind]).toEqual([false, 0]);
});

it('closes when a relay is half a ring behind, and opens at a quarter', () => {
  const { gate, publish, logged } = setUp('a');
  publish(250);
  const quarter = publish(249);
  expect(gate.isClosed).toBe(false);
  const half = publish(1);
  expect([gate.isClosed, gate.behind]).toEqual([true, 500]);
  gate.acknowledged('a', EPOCH, quarter - 10);
  expect([gate.isClosed, gate.behind]).toEqual([false, 250]);
  gate.acknowledged('a', EPOCH, half);
  expect(gate.behind).toBe(0);
  expect(logged).toEqual([
    'overloaded: a relay is half a ring behind, no new orders',
    'the relays have caught up',
  ]);
});

it('stays closed between a quarter and a half', () => {
  const { gate, publish } = setUp('a');
  const first = publish(240);
  publish(260);
  expect(gate.isClosed).toBe(true);
  gate.acknowledged('a', EPOCH, first);
  expect([gate.isClosed, gate.behind]).toEqual([true, 260]);
});

it('waits for the slowest of several relays, and for one that has said nothing', () => {
  const { gate, publish } = setUp('a', 'b');
  const end = publish(600);
  gate.acknowledged('a', EPOCH, end);
  expect(gate.isClosed).toBe(true);
  gate.acknowledged('b', EPOCH, end);
  expect(gate.isClosed).toBe(false);
});

it('counts a packet as safe only when a relay has the whole of it', () => {
  const { gate, publish } = setUp('a');
  const end = publish(600);
  gate.acknowledged('a', EPOCH, end - 1);
  expect([gate.isClosed, gate.behind]).toEqual([true, 600]);
});

it('takes nobody else’s word, and none of another epoch', () => {
  const { gate, publish } = setUp('a');
  const end = publish(600);
  gate.acknowledged('stranger', EPOCH, end);
  gate.acknowledged('a', { seconds: 6, random: 1 }, end);
  expect(gate.isClosed).toBe(true);
});

it('is right about how far behind the slowest relay is, whatever happens', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const { gate, publish } = setUp('a', 'b', 'c');
  const packets: { readonly bytes: number; readonly next: number }[] = [];
  const has = { a: 0, b: 0, c: 0 };
  let total = 0;
  let safe = 0;
  for (let i = 0; i < 5000; i += 1) {
    if (random(3) > 0) {
      const bytes = 1 + random(50);
      total += bytes;
      packets.push({ bytes, next: publish(bytes) });
    } else {
      const relay = (['a', 'b', 'c'] as const)[random(3)] ?? 'a';
      has[relay] = Math.max(has[relay], random((packets.at(-1)?.next ?? 1) + 5));
      gate.acknowledged(relay, EPOCH, has[relay]);
    }
    const slowest = Math.min(has.a, has.b, has.c);
    safe = packets.reduce((sum, { bytes, next }) => sum + (next <= slowest ? bytes : 0), 0);
    expect(gate.behind, `seed ${seed}, step ${i}`).toBe(total - safe);
    if (gate.behind >= RING / 2) expect(gate.isClosed, `seed ${seed}`).toBe(true);
    if (gate.behind <= RING / 4) expect(gate.isClosed, `seed ${seed}`).toBe(false);
  }
});
