/** The made-up recording is one that only a book cut to its depth can follow. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NeutralCapture } from './captures/neutral-capture.ts';
import { evaluateCheck } from './evaluate.ts';
import { walkingCapture } from './testing/walking-capture.ts';

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 7);

async function countHeld(saysDepth: boolean): Promise<{ checks: number; held: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'touchline-walk-'));
  const counts = { checks: 0, held: 0 };
  try {
    const path = join(folder, 'walk.ndjson');
    const lines = walkingCapture({ seed: SEED, depth: 10, walk: 50, saysDepth });
    writeFileSync(path, `${lines.join('\n')}\n`);
    for await (const { checks, book, units } of new NeutralCapture(path).expectations()) {
      if (book === undefined || units === undefined) continue;
      for (const check of checks) {
        counts.checks++;
        if (evaluateCheck(check, book.levels, units, book) === undefined) counts.held++;
      }
    }
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test(`every check holds when the book is cut to its depth (seed ${SEED})`, async () => {
  expect(await countHeld(true)).toEqual({ checks: 401, held: 401 });
});

test(`checks fail when it is not (seed ${SEED})`, async () => {
  const { checks, held } = await countHeld(false);
  expect(checks).toBe(401);
  expect(held).toBeLessThan(checks - 10);
});
