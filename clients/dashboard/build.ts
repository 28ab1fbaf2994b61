/** Builds the page when it is missing or older than what it is made of; for Node, quiet and quick. */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build } from 'vite';

const DASHBOARD = import.meta.dirname;
const REPOSITORY = resolve(DASHBOARD, '../..');
const DIST = join(DASHBOARD, 'dist');

/** Everything the page is made of: what it imports, and what decides how it is built. */
const SOURCES = [
  'clients/dashboard',
  'clients/browser',
  'gateway/protocol',
  'feed',
  'package-lock.json',
];
const NOT_SOURCES = new Set(['dist', 'screenshots', 'node_modules']);
const IS_TEST = /\.(test|suite)\.ts$/;

/** One build at a time in this process; who comes later gets its result. */
let building: Promise<void> | undefined;

/** The absolute path of the built page's folder. Throws what the build threw. */
export async function ensurePageBuilt(): Promise<string> {
  if (await isFresh()) return DIST;
  building ??= buildPage().finally(() => {
    building = undefined;
  });
  await building;
  return DIST;
}

/** Built beside its place and then moved there, so that nobody is ever served half a page. */
async function buildPage(): Promise<void> {
  const unfinished = `${DIST}.${randomUUID()}`;
  try {
    await build({
      configFile: join(DASHBOARD, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: unfinished },
    });
    await rm(DIST, { recursive: true, force: true });
    await rename(unfinished, DIST);
  } catch (error) {
    // Another process may have put the same page there in between: then all is well.
    if (!(await isFresh())) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function isFresh(): Promise<boolean> {
  const page = join(DIST, 'index.html');
  if (!existsSync(page)) return false;
  const { mtimeMs: builtMs } = await stat(page);
  for (const source of SOURCES) {
    if ((await newest(join(REPOSITORY, source))) > builtMs) return false;
  }
  return true;
}

/** When anything in `path` that the page is made of was last changed. */
async function newest(path: string): Promise<number> {
  const status = await stat(path);
  if (!status.isDirectory()) return status.mtimeMs;
  let newestMs = 0;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (isIgnored(relative(DASHBOARD, join(path, entry.name)), entry.name)) continue;
    newestMs = Math.max(newestMs, await newest(join(path, entry.name)));
  }
  return newestMs;
}

function isIgnored(path: string, name: string): boolean {
  return NOT_SOURCES.has(name) || IS_TEST.test(name) || path.startsWith('dist.');
}
