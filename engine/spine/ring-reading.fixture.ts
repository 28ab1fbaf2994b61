/** A thread that reads ranges out of an output ring as fast as it can, and counts what it was given. */

import { workerData } from 'node:worker_threads';
import type { TransferChunk } from '../../feed/index.ts';
import { seededRandom } from '../testing/seeded.ts';
import { OutputRingReader } from './output-ring-reader.ts';
import { Count, isWhole, type RingReading } from './ring-fixture.ts';

const { memory, counts, seed } = workerData as RingReading;
const random = seededRandom(seed);
const ring = new OutputRingReader(memory);
while (Atomics.load(counts, Count.Stop) === 0) {
  const { firstSequence, nextSequence } = ring;
  // Mostly of the oldest, which are overwritten next.
  const held = nextSequence - firstSequence;
  const from = firstSequence + random(random(4) === 0 ? held : 1 + held / 50);
  const chunk = ring.replay(from, Math.min(nextSequence, from + 200)).nextChunk();
  if (chunk === undefined) Atomics.add(counts, Count.Gone, 1);
  for (const packet of (chunk as TransferChunk | undefined)?.packets ?? []) {
    Atomics.add(counts, isWhole(packet) ? Count.Whole : Count.Torn, 1);
  }
}
