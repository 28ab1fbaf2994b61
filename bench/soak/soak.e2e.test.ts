/** A soak of seconds: the real processes, clients that come and go, every kind of sample taken. */

import { expect, it } from 'vitest';
import { runSoak } from './run-soak.ts';
import { PROCESSES } from './soak-file.ts';

it('watches every process and compares hashes on both ways', async () => {
  const file = await runSoak({
    minutes: 0.06,
    ordersPerSecond: 500,
    clients: 6,
    stayS: 1,
    seed: 3,
  });
  const last = file.samples.at(-1);
  expect(file.samples.length).toBeGreaterThan(2);
  expect(last?.hashChecks).toBeGreaterThan(0);
  expect(last?.viewHashChecks).toBeGreaterThan(0);
  expect([last?.hashMismatches, last?.viewHashMismatches]).toEqual([0, 0]);
  expect(last?.clientsServed).toBeGreaterThan(6);
  for (const name of PROCESSES) {
    expect(last?.processes[name].residentMiB, name).toBeGreaterThan(10);
    expect(last?.processes[name].handles, name).toBeGreaterThan(5);
  }
});
