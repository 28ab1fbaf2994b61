/** Finds the test data that lies beside the repository, and skips or fails a test that misses it. */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const DEFAULT_DIRECTORY = '../shared/data';

/** True when nothing may be skipped: what is missing then fails. `.ci/run` sets it. */
export const requireAll = process.env['TOUCHLINE_REQUIRE_ALL'] === '1';

/** The folder of test data: TOUCHLINE_DATA, or the folder beside the repository. */
export function dataDirectory(): string {
  return resolve(REPOSITORY, process.env['TOUCHLINE_DATA'] ?? DEFAULT_DIRECTORY);
}

/** The absolute path of a file of test data, or `undefined` when it is not there. */
export function testData(relative: string): string | undefined {
  const path = join(dataDirectory(), relative);
  return existsSync(path) ? path : undefined;
}

/** The part of vitest's test context that skipping needs. */
export interface SkippableTest {
  skip(note?: string): never;
}

/**
 * The path of a file of test data for a running test (`test('...', (context) => ...)`). Without the
 * file the test is skipped with a line that says which, or fails when nothing may be skipped.
 */
export function requireTestData(context: SkippableTest, relative: string): string {
  const path = testData(relative);
  if (path !== undefined) return path;
  return skipOrFail(
    context,
    `test data ${relative} is not in ${dataDirectory()}; set TOUCHLINE_DATA to the folder that has it`,
  );
}

/** Skips the running test with a line that says why, or fails it when nothing may be skipped. */
export function skipOrFail(context: SkippableTest, why: string): never {
  if (requireAll) throw new Error(`TOUCHLINE_REQUIRE_ALL=1 forbids skipping: ${why}`);
  return context.skip(why);
}
