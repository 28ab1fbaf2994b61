/** `touchline journal audit` as a user runs it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { USUAL_CHOICE } from '../entry/client-directory.ts';
import { limit, listing } from '../testing/orders.ts';
import { segmentName } from './format.ts';
import { JournaledEngine } from './testing/journaled-engine.ts';
import { MemoryFiles } from './testing/memory-files.ts';

const CLI = join(import.meta.dirname, '..', '..', 'clients', 'cli', 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'touchline-audit-'));

afterAll(() => rmSync(folder, { recursive: true }));

function audit(...options: string[]) {
  const args = [CLI, 'journal', 'audit', ...options];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

it('tells who did what as JSON lines and as CSV, and says where a journal is damaged', () => {
  const files = new MemoryFiles();
  const run = new JournaledEngine(files);
  run.log.client({ ...USUAL_CHOICE, owner: 1, name: 'maker', token: 'd'.repeat(32) });
  run.turn(listing('ABC'), limit(1, 5, Side.Bid, 10_012, 7));
  run.turn(limit(1, 6, Side.Ask, 10_012, 7));
  const bytes = files.read(segmentName(1));
  const file = join(folder, segmentName(1));
  writeFileSync(file, bytes);
  const json = audit(folder, '--order', '5');
  expect(json.stderr).toBe('');
  expect(
    json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { transaction: 2, client: 'maker', outcome: [{ report: 'accepted' }] },
    { transaction: 3, outcome: [{}, { clientOrderId: 6 }, { clientOrderId: 5, leaves: '0' }] },
  ]);
  const csv = audit(folder, '--format', 'csv', '--owner', 'maker', '--from', '3');
  expect(
    csv.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(',')[5]),
  ).toEqual(['report', 'accepted', 'filled', 'filled']);
  bytes[bytes.length - 3] = 255;
  writeFileSync(file, bytes);
  const damaged = audit(folder);
  expect(damaged.status).toBe(2);
  expect(damaged.stderr).toContain('JOURNAL_DAMAGED');
  expect(damaged.stdout).toContain('"transaction":2');
  expect(audit(join(folder, 'nowhere')).stderr).toContain('JOURNAL_UNUSABLE');
});
