/** The set-up step finds what is there, and says what is missing where it may not install. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCommand } from './system-packages.ts';

const SCRIPT = join(import.meta.dirname, 'system-packages.ts');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchline-path-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the step with a PATH of one folder, in which there is no apt-get. */
function setUp(environment: Readonly<Record<string, string>>) {
  return spawnSync(process.execPath, [SCRIPT], {
    encoding: 'utf8',
    env: { PATH: folder, ...environment },
  });
}

test('a missing package is named with the command that installs it, and tests go on', () => {
  const run = setUp({});
  expect(run.stderr).toContain('MISSING_PACKAGE: chromium is not installed');
  expect(run.stderr).toContain('MISSING_PACKAGE: python3-zmq is not installed');
  expect(run.stderr).toContain(
    'apt-get install -y --no-install-recommends chromium xvfb python3-zmq',
  );
  expect(run.stderr).toContain('skipped');
  expect(run.status).toBe(0);
});

test('a missing package fails the step when nothing may be skipped', () => {
  const run = setUp({ TOUCHLINE_REQUIRE_ALL: '1' });
  expect(run.stderr).toContain('MISSING_PACKAGE: chromium');
  expect(run.status).toBe(1);
});

test('a package that is there is not installed again, and nothing is said', () => {
  symlinkSync(process.execPath, join(folder, 'chromium'));
  symlinkSync(process.execPath, join(folder, 'Xvfb'));
  symlinkSync('/bin/true', join(folder, 'python3'));
  const run = setUp({ TOUCHLINE_REQUIRE_ALL: '1' });
  expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

test('a command that lacks what is needed of it does not count', () => {
  symlinkSync(process.execPath, join(folder, 'chromium'));
  symlinkSync(process.execPath, join(folder, 'Xvfb'));
  symlinkSync('/bin/false', join(folder, 'python3'));
  const run = setUp({ TOUCHLINE_REQUIRE_ALL: '1' });
  expect(run.stderr).toContain('MISSING_PACKAGE: python3-zmq');
  expect(run.stderr).not.toContain('MISSING_PACKAGE: chromium');
  expect(run.status).toBe(1);
});

test('a command is found by any of its names', () => {
  expect(findCommand(['no-such-command-anywhere', 'sh'])).toMatch(/\/sh$/);
  expect(findCommand(['no-such-command-anywhere'])).toBeUndefined();
});
