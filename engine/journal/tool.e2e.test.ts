/** `touchline journal` as a user runs it. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { USUAL_CHOICE } from '../entry/client-directory.ts';
import { limit, listing } from '../testing/orders.ts';
import { checkpointName } from './checkpoint-file.ts';
import { configurationFingerprint, matcherFingerprint } from './fingerprint.ts';
import {
  encodeMark,
  FIRST_RECORD,
  HeaderOffset,
  headerChain,
  markOffset,
  segmentName,
} from './format.ts';
import { sealRecords } from './record-batch.ts';
import { JournaledEngine } from './testing/journaled-engine.ts';
import { MemoryFiles } from './testing/memory-files.ts';

const CLI = join(import.meta.dirname, '..', '..', 'clients', 'cli', 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'touchline-tool-'));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function touchline(...options: string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'journal', ...options], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, error: stderr };
}

/** The same records behind a changed header. */
function resealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(HeaderOffset.Crc, crc32(bytes.subarray(0, HeaderOffset.Crc)), true);
  const { chain } = sealRecords(bytes.subarray(FIRST_RECORD), headerChain(bytes), crc32);
  const mark = encodeMark({ end: bytes.length, transaction: 2, chain, isClosed: false }, crc32);
  for (const place of [0, 1]) bytes.set(mark, markOffset(place));
  return bytes;
}

it('lists, proves and exports a journal, and names the byte that is damaged', () => {
  const files = new MemoryFiles();
  const run = new JournaledEngine(files);
  run.log.client({ ...USUAL_CHOICE, owner: 1, name: 'maker', token: 'd'.repeat(32) });
  run.turn(listing('ABC'), limit(1, 5, Side.Bid, 100, 7));
  const bytes = files.read(segmentName(1));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, segmentName(1));
  writeFileSync(file, bytes);

  const inspected = touchline('inspect', folder);
  expect(inspected.out).toContain(`${segmentName(1)}  transactions 1 to 2, ${bytes.length} bytes`);
  expect(JSON.parse(touchline('inspect', folder, '--json').out.split('\n')[0] ?? '')).toMatchObject(
    { first: 1, last: 2, durability: 'write', isClosed: false },
  );
  expect(touchline('verify', folder)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`transaction 2, sequence ${run.records.length}`),
  });
  const lines = touchline('export', folder).out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { client: 'maker', owner: 1 },
    { transaction: 1, type: 'ListInstrument', symbol: 'ABC' },
    { transaction: 2, type: 'NewOrder', clientOrderId: 5, price: 100, quantity: 7 },
  ]);
  // Who can read this file need not become the client.
  expect(lines.join()).not.toContain('dddd');
  expect(touchline('export', folder, '--from', '2').out.trim().split('\n')).toHaveLength(1);

  // Another matcher wrote the file than the one that is asked, as far as its header says.
  expect(touchline('checkpoint', folder).error).toContain('JOURNAL_NOT_FOLLOWED');
  for (const [index, place] of [HeaderOffset.Matcher, HeaderOffset.Configuration].entries()) {
    bytes.set(index === 0 ? matcherFingerprint(crc32) : configurationFingerprint(), place);
  }
  writeFileSync(file, resealed(bytes));
  const taken = touchline('checkpoint', folder);
  expect([taken.code, taken.out]).toEqual([0, expect.stringContaining(checkpointName(2))]);
  expect(touchline('verify', folder).out).toContain('1 checkpoints are what the journal leads to');
  expect(touchline('inspect', folder).out).toContain(`${checkpointName(2)}  transaction 2`);
  rmSync(join(folder, checkpointName(2)));
  writeFileSync(file, files.read(segmentName(1)));

  bytes.set(files.read(segmentName(1)));
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
  const damaged = touchline('verify', folder);
  expect(damaged.code).toBe(2);
  expect(damaged.error).toMatch(/^JOURNAL_DAMAGED: journal-0+1\.tlj, byte \d+: .* transaction 1\./);
  expect(touchline('inspect', folder).out).toContain('DAMAGED');
  expect(touchline('verify', join(folder, 'none')).error).toContain('JOURNAL_UNUSABLE');
  expect(touchline('export', folder, '--from', 'x').code).toBe(2);
});
