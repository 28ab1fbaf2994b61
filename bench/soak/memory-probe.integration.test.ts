/** What the probe says of processes that hold memory in the heap, in buffers, and beside both. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type ProbedMemory, probedMemory, probeEnvironment } from './memory-probe.ts';

const HELD_MIB = 48;
/** Of a library's own, which V8 is told nothing of: where a leak of a native part shows. */
const NATIVE = `(() => {
  const base = new (require('node:sqlite').DatabaseSync)(':memory:');
  base.exec('create table kept as select randomblob(${HELD_MIB} * 1048576) as bytes');
  return base;
})()`;
const KINDS = {
  nothing: '[]',
  heap: `Array.from({ length: ${HELD_MIB} }, () => new Array(2 ** 17).fill(0.5))`,
  buffers: `new Uint8Array(${HELD_MIB} * 2 ** 20).fill(1)`,
  native: NATIVE,
} as const;
type Kind = keyof typeof KINDS;

const folder = mkdtempSync(join(tmpdir(), 'touchline-probe-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function probed(kind: Kind): Promise<Required<ProbedMemory>> {
  const code = `globalThis.held = ${KINDS[kind]}; setInterval(() => {}, 1000);`;
  const env = { ...process.env, ...probeEnvironment(folder, 300) };
  const child = spawn(process.execPath, ['-e', code], { env, stdio: 'ignore' });
  children.push(child);
  for (;;) {
    const memory = probedMemory(folder, child.pid ?? 0);
    if (memory.heldMiB !== undefined && memory.besideMiB !== undefined) return memory;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('tells the heap from what is beside it, and holds buffers to be both held and beside', async () => {
  const kinds = Object.keys(KINDS) as Kind[];
  const [nothing, heap, buffers, native] = (await Promise.all(kinds.map(probed))) as [
    ProbedMemory,
    ProbedMemory,
    ProbedMemory,
    ProbedMemory,
  ];
  const more = (one: ProbedMemory, what: keyof ProbedMemory): number =>
    (one[what] ?? Number.NaN) - (nothing[what] ?? Number.NaN);
  const least = HELD_MIB * 0.8;
  expect(more(heap, 'heldMiB')).toBeGreaterThan(least);
  expect(Math.abs(more(heap, 'besideMiB'))).toBeLessThan(least / 2);
  expect(more(buffers, 'heldMiB')).toBeGreaterThan(least);
  expect(more(buffers, 'besideMiB')).toBeGreaterThan(least);
  expect(Math.abs(more(native, 'heldMiB'))).toBeLessThan(least / 2);
  expect(more(native, 'besideMiB')).toBeGreaterThan(least);
});
