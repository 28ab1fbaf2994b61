/** The relay process with an archive: killed under load it goes on where it was, without a hole. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startStack } from '../../../bench/harness/stack.ts';
import { type ArchivedHistory, readHistories } from './archive-reader.ts';

const WAIT_MS = 30_000;
const KILLS = 4;
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

test('a relay that is killed again and again keeps every record of both streams', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'touchline-archive-e2e-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const stack = await startStack({
    source: 'sim:11',
    sourceOptions: ['--rate', '4000'],
    relayOptions: ['--archive', directory],
    gateway: false,
    logLevel: 'warn',
  });
  onTestFinished(() => stack.stop());
  const histories = (): ArchivedHistory[] => readHistories(directory, crc32);
  const reached = () => histories().map(({ segments }) => segments.at(-1)?.nextSequence ?? 0);

  let before = [0, 0];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await vi.waitFor(() => {
      const now = reached();
      expect(now).toHaveLength(2);
      expect(now.every((sequence, i) => sequence > (before[i] ?? 0) + 500)).toBe(true);
    }, WAIT_MS);
    expect((await stack.relay.kill('SIGKILL')).signal).toBe('SIGKILL');
    before = reached();
    await stack.relay.restart();
  }
  await vi.waitFor(() => {
    expect(reached().every((sequence, i) => sequence > (before[i] ?? 0) + 500)).toBe(true);
  }, WAIT_MS);

  const second = spawnSync(process.execPath, [MAIN, '--archive', directory], { encoding: 'utf8' });
  expect([second.status, second.stderr]).toEqual([2, expect.stringContaining('ARCHIVE_IN_USE')]);
  await stack.stop();
  for (const { segments, holes, level } of histories()) {
    expect(holes, `level ${level}`).toEqual([]);
    expect(segments[0]?.firstSequence).toBe(1);
    expect(segments.length).toBeGreaterThan(KILLS);
  }
});
