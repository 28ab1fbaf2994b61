/** Short runs of the feed benchmark, process to process: what is lost is noticed, and a stopped subscriber costs nobody a delta. */

import { expect, test } from 'vitest';
import { runLatency } from './latency.ts';
import { LatencyCounts } from './latency-counts.ts';
import { ADAPTIVE, runFlow } from './throughput.ts';

const SHORT = { kind: 'feed', transport: 'ipc', deltasPerPacket: ADAPTIVE } as const;

test('a run brings every delta into equal books, whoever else has stopped reading', async () => {
  // 15,000 packets: more than wait for one that does not read.
  const run = { ...SHORT, deltas: 1_000_000, deltasPerPacket: 64 };
  const result = await runFlow({ ...run, subscribers: 2, isOneStopped: true });
  expect(result.deltasPerSecond).toBeGreaterThan(0);
});

test('a run that has lost one packet is not reported', async () => {
  const lossy = runFlow({ ...SHORT, deltas: 200_000, lostPacket: 100 });
  await expect(lossy).rejects.toThrow('DELTAS_LOST');
});

test('latency is counted for each delta after the warm-up', async () => {
  const run = { rate: '1k', transport: 'ipc', seconds: 0.5, spins: true } as const;
  const outcome = await runLatency({ kind: 'feed', ...run });
  // None of 500 can be lost: PUB holds thousands.
  expect(outcome?.samples).toBe(350);
});

test('percentiles are those of the sorted samples', () => {
  const counts = new LatencyCounts();
  expect(counts.percentile(0.5)).toBeNaN();
  for (const us of [5, 1, 9.9, 3, 2_000_000, -1, 4, 6, 7, 8]) counts.add(us);
  const shares = [0.1, 0.5, 0.9, 1];
  expect(shares.map((share) => counts.percentile(share))).toEqual([0, 5, 9, 1_000_000]);
});
