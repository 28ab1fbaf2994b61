/** The gate and the progress of relays: when it closes, when it opens, and whose word counts. */

import { expect, it } from 'vitest';
import { type RelayAcknowledgement, RepairType } from '../../feed/index.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { OutputRing } from './output-ring.ts';
import { OutputRingReader } from './output-ring-reader.ts';
import { RelayGate } from './relay-gate.ts';
import { RelayProgress } from './relay-progress.ts';
import { ringPacket } from './ring-fixture.ts';

const EPOCH = { seconds: 7, random: 1 };
/** A thousandth of a ring. */
const PART = 1024;
const RING = 1000 * PART;

function setUp(...relays: string[]) {
  const logged: string[] = [];
  const tell = (fields: { relay?: string }, message: string) =>
    logged.push(`${fields.relay ?? ''} ${message}`);
  const ring = new OutputRing(RING);
  const { memory } = ring;
  const reader = new OutputRingReader(memory);
  const progress = new RelayProgress({ relays, epoch: EPOCH, memory, ring: reader });
  const gate = new RelayGate({ relays, ring, log: { info: tell, warn: tell } });
  let next = 1;
  return {
    gate,
    ring,
    logged,
    /** So many packets of ten records. */
    publish(packets: number, bytes = PART): number {
      for (let i = 0; i < packets; i += 1) {
        ring.add(ringPacket(bytes, next, 10), next, 10);
        next += 10;
      }
      return next;
    },
    acknowledge(name: string, at: number, epoch = EPOCH): void {
      const stream = { level: 2, shard: 0, request: 0 } as const;
      const acknowledgement: RelayAcknowledgement = {
        type: RepairType.Acknowledge,
        ...stream,
        epoch,
        name,
        next: at,
      };
      progress.acknowledged(acknowledgement);
    },
  };
}

it('is always open when no relay is configured', () => {
  const { gate, publish } = setUp();
  publish(3000);
  expect(gate.isClosed).toBe(false);
});

it('closes when a relay is half a ring behind, and opens at a quarter', () => {
  const { gate, ring, publish, acknowledge, logged } = setUp('a');
  const quarter = publish(250);
  publish(249);
  expect(gate.isClosed).toBe(false);
  const half = publish(1);
  expect([gate.isClosed, ring.behind]).toEqual([true, 500 * PART]);
  acknowledge('a', quarter);
  expect([gate.isClosed, ring.behind]).toEqual([false, 250 * PART]);
  acknowledge('a', half);
  expect(ring.behind).toBe(0);
  expect(logged).toEqual([
    'a overloaded: a relay is half a ring behind, no new orders',
    ' the relays have caught up',
  ]);
});

it('stays closed between a quarter and a half', () => {
  const { gate, publish, acknowledge } = setUp('a');
  const first = publish(240);
  publish(260);
  expect(gate.isClosed).toBe(true);
  acknowledge('a', first);
  expect(gate.isClosed).toBe(true);
});

it('waits for the slowest of several relays, names it, and waits for one that has said nothing', () => {
  const { gate, publish, acknowledge, logged } = setUp('a', 'b');
  const end = publish(600);
  acknowledge('a', end);
  expect(gate.isClosed).toBe(true);
  expect(logged[0]).toMatch(/^b /);
  acknowledge('b', end);
  expect(gate.isClosed).toBe(false);
});

it('counts a packet as safe only when a relay has the whole of it', () => {
  const { gate, ring, publish, acknowledge } = setUp('a');
  const end = publish(600);
  acknowledge('a', end - 1);
  expect([gate.isClosed, ring.behind]).toEqual([false, PART]);
});

it('takes nobody else’s word, and none of another epoch', () => {
  const { gate, publish, acknowledge } = setUp('a');
  const end = publish(600);
  acknowledge('stranger', end);
  acknowledge('a', end, { seconds: 6, random: 1 });
  expect(gate.isClosed).toBe(true);
});

it('stays closed for a relay that the ring has left behind, until it is where the ring is', () => {
  const { gate, publish, acknowledge } = setUp('a');
  acknowledge('a', publish(10));
  const end = publish(5000);
  expect(gate.isClosed).toBe(true);
  acknowledge('a', 200);
  expect(gate.isClosed).toBe(true);
  acknowledge('a', end);
  expect(gate.isClosed).toBe(false);
});

it('is right about how far behind the slowest relay is, whatever happens', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const { gate, ring, publish, acknowledge } = setUp('a', 'b', 'c');
  const packets: { readonly bytes: number; readonly next: number }[] = [];
  const has = { a: 0, b: 0, c: 0 };
  let total = 0;
  for (let i = 0; i < 2000; i += 1) {
    if (random(3) > 0) {
      const bytes = 48 + 8 * random(200);
      total += bytes;
      packets.push({ bytes, next: publish(1, bytes) });
    } else {
      const relay = (['a', 'b', 'c'] as const)[random(3)] ?? 'a';
      // Near the end, so that none is left behind by more than the ring.
      const newest = packets.at(-1)?.next ?? 1;
      has[relay] = Math.max(has[relay], newest - random(600) + 5);
      acknowledge(relay, has[relay]);
    }
    const slowest = Math.min(has.a, has.b, has.c);
    const safe = packets.reduce((sum, { bytes, next }) => sum + (next <= slowest ? bytes : 0), 0);
    expect(ring.behind, `seed ${seed}, step ${i}`).toBe(total - safe);
    const { isClosed } = gate;
    if (ring.behind >= RING / 2) expect(isClosed, `seed ${seed}`).toBe(true);
    if (ring.behind <= RING / 4) expect(isClosed, `seed ${seed}`).toBe(false);
  }
});
