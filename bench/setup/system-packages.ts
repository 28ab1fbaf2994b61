/**
 * The set-up step of `npm test`: installs what the tests need from Debian when it may, and else says
 * precisely what is missing and how to install it; the tests that need it are then skipped.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { requireAll } from './test-data.ts';

/** A Debian package that tests need, and how to see that it is there. */
interface SystemPackage {
  readonly name: string;
  readonly neededFor: string;
  /** Any one of these commands on the PATH is enough. */
  readonly commands: readonly string[];
  /** Options with which the command must succeed, where being there is not enough. */
  readonly proof?: readonly string[];
}

export const SYSTEM_PACKAGES = {
  chromium: {
    name: 'chromium',
    neededFor: 'the tests of the page in a real browser',
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  },
  xvfb: {
    name: 'xvfb',
    neededFor: 'the tests of pages that nobody sees',
    commands: ['Xvfb'],
  },
  python: {
    name: 'python3-zmq',
    neededFor: 'the tests of the consumer in Python',
    commands: ['python3'],
    proof: ['-c', 'import zmq'],
  },
} as const satisfies Record<string, SystemPackage>;

/** Mirrors fail now and then: an attempt more is cheaper than a run without the browser. */
const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 5 * 60_000;
const PAUSE_BETWEEN_ATTEMPTS_MS = 5_000;

/** The path of the first of these commands that is on the PATH. */
export function findCommand(names: readonly string[]): string | undefined {
  return findPackage({ commands: names });
}

/** The path of a command of this package; of several by one name the first that passes the proof. */
export function findPackage(wanted: Pick<SystemPackage, 'commands' | 'proof'>): string | undefined {
  const { commands, proof } = wanted;
  const folders = (process.env['PATH'] ?? '').split(':');
  for (const name of commands) {
    for (const folder of folders) {
      const path = `${folder}/${name}`;
      if (folder === '' || !existsSync(path)) continue;
      if (proof === undefined || spawnSync(path, proof).status === 0) return path;
    }
  }
  return undefined;
}

/** What to type where the set-up step may not install by itself. */
export function installCommand(packages: readonly SystemPackage[]): string {
  const names = packages.map((one) => one.name).join(' ');
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}`;
}

function missingPackages(): readonly SystemPackage[] {
  return Object.values(SYSTEM_PACKAGES).filter((one) => findPackage(one) === undefined);
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && findCommand(['apt-get']) !== undefined;
}

/** Installs with bounded retries; the output is shown only when every attempt has failed. */
function install(packages: readonly SystemPackage[]): boolean {
  const names = packages.map((one) => one.name);
  const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3'];
  let output = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_BETWEEN_ATTEMPTS_MS);
    const update = aptGet([...options, 'update']);
    const installed = aptGet([...options, 'install', '--no-install-recommends', ...names]);
    if (installed.ok) return true;
    output = `${update.output}\n${installed.output}`;
  }
  console.error(output.trim());
  return false;
}

function aptGet(args: readonly string[]): { readonly ok: boolean; readonly output: string } {
  const run = spawnSync('apt-get', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: ATTEMPT_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const output = `${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`;
  return { ok: run.status === 0, output };
}

function setUp(): number {
  const missing = missingPackages();
  if (missing.length === 0) return 0;
  const names = missing.map((one) => one.name).join(', ');
  if (mayInstall()) {
    console.log(`Installing from Debian, for the tests: ${names} ...`);
    if (install(missing) && missingPackages().length === 0) return 0;
  }
  for (const one of missingPackages()) {
    console.error(`MISSING_PACKAGE: ${one.name} is not installed; ${one.neededFor} need it.`);
  }
  console.error(`Install it with: ${installCommand(missing)}`);
  if (!requireAll) console.error('The tests that need it are skipped.');
  return requireAll ? 1 : 0;
}

if (import.meta.main) process.exitCode = setUp();
