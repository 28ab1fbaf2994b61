/** Two threads at one output ring: whatever the reader is given is whole. */

import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { OutputRing } from './output-ring.ts';
import { Count, type RingReading, ringPacket } from './ring-fixture.ts';

const WHOLE = 5_000;
const GONE = 100;

test('a reader that is overtaken all the time is never given a torn packet', async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const ring = new OutputRing(1);
  const counts = new Int32Array(new SharedArrayBuffer(16));
  const count = (which: number): number => Atomics.load(counts, which);
  let next = 1;
  const write = (packets: number): void => {
    for (let i = 0; i < packets; i += 1) {
      const records = 1 + random(40);
      ring.add(ringPacket(56 + 8 * random(500), next, records), next, records);
      next += records;
    }
  };
  write(100);
  const workerData: RingReading = { memory: ring.memory, counts, seed };
  const worker = new Worker(join(import.meta.dirname, 'ring-reading.fixture.ts'), { workerData });
  let hasEnded = false;
  // Rejects with what the reader has thrown.
  const ended = once(worker, 'exit').finally(() => {
    hasEnded = true;
  });
  const isEnough = (): boolean => count(Count.Whole) >= WHOLE && count(Count.Gone) >= GONE;
  while (!hasEnded && count(Count.Torn) === 0 && !isEnough()) {
    write(200);
    await new Promise(setImmediate);
  }
  Atomics.store(counts, Count.Stop, 1);
  await ended;
  expect(count(Count.Torn), `seed ${seed}`).toBe(0);
});
