import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { compiledCode } from '../../feed/process/index.ts';

const FIXTURE = join(import.meta.dirname, 'compiled.fixture.ts');
const KEPT = join(import.meta.dirname, '../../.touchline/compiled');
const folder = mkdtempSync(join(tmpdir(), 'touchline-compiled-'));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(directory: string | undefined): Record<string, unknown> {
  const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
  const given = directory === undefined ? {} : { NODE_COMPILE_CACHE: directory };
  const env = { ...environment, ...given };
  return JSON.parse(
    execFileSync(process.execPath, [FIXTURE, '--a', 'b c'], { env, encoding: 'utf8' }),
  );
}

test('a benchmark begins again with the directory of compiled code, and keeps its arguments', () => {
  const { directory, NODE_COMPILE_CACHE, TOUCHLINE_BEGINNINGS, arguments: given } = run(undefined);
  expect(NODE_COMPILE_CACHE).toBe(KEPT);
  expect(String(directory).startsWith(KEPT)).toBe(true);
  expect(TOUCHLINE_BEGINNINGS).toBeUndefined();
  expect(given).toEqual(['--a', 'b c']);
});

test('a directory of the user is kept, also when it is empty, and one that cannot be is no end', () => {
  const own = join(folder, 'own');
  expect(String(run(own)['directory']).startsWith(own)).toBe(true);
  expect(run('/dev/null/none')['directory']).toBeUndefined();
});

test('who is given a directory is given no other', () => {
  expect(compiledCode({})).toEqual({ NODE_COMPILE_CACHE: KEPT });
  expect(compiledCode({ NODE_COMPILE_CACHE: '/own' })).toEqual({});
});
