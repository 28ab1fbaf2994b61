/**
 * Builds the npm package: compiled JavaScript with types, for Node strips no types inside
 * node_modules. The folders stay as they are, so programs find each other by path as in a clone.
 */

import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { packageManifest, type RepositoryManifest } from './manifest.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const DEFAULT_OUTPUT = join(REPOSITORY, 'dist/package');

/** What is shipped as it stands, beside what the compiler writes. */
const SHIPPED_FILES = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'ARCHITECTURE.md',
  'engine/PROTOCOL.md',
  'engine/markets',
  'feed/PROTOCOL.md',
  'feed/protocol.json',
  'feed/zmq/security/README.md',
  'gateway/PROTOCOL.md',
  'clients/browser/README.md',
  'clients/orders/README.md',
  'clients/python',
  'clients/subscriber/README.md',
] as const;

/** Builds into an empty `output`. Throws what the compiler or the page's builder said. */
export async function buildPackage(output: string = DEFAULT_OUTPUT): Promise<string> {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  run('typescript/bin/tsc', '-p', import.meta.dirname, '--outDir', output);
  const page = join(output, 'clients/dashboard/dist');
  run('vite/bin/vite.js', 'build', 'clients/dashboard', '--logLevel', 'error', '--outDir', page);
  for (const file of SHIPPED_FILES) await ship(file, output);
  const manifest = JSON.parse(
    await readFile(join(REPOSITORY, 'package.json'), 'utf8'),
  ) as RepositoryManifest;
  const text = JSON.stringify(packageManifest(manifest), undefined, 2);
  await writeFile(join(output, 'package.json'), `${text}\n`);
  return output;
}

/** Runs a program of this repository's node_modules. */
function run(program: string, ...options: readonly string[]): void {
  const path = join(REPOSITORY, 'node_modules', program);
  const ended = spawnSync(process.execPath, [path, ...options], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    // Within a test it would be another one, and the page not made for use.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (ended.status === 0) return;
  const said = `${ended.stdout}${ended.stderr}${ended.error?.message ?? ''}`;
  throw new Error(`PACKAGE_NOT_BUILT: ${program} says: ${said}`);
}

async function ship(file: string, output: string): Promise<void> {
  const target = join(output, file);
  await mkdir(dirname(target), { recursive: true });
  await cp(join(REPOSITORY, file), target, {
    recursive: true,
    filter: (source) => !/\.test\.ts$|__pycache__/.test(source),
  });
}

if (import.meta.main) {
  const output = await buildPackage(process.argv[2] && resolve(process.argv[2]));
  process.stdout.write(`${output}\n`);
}
