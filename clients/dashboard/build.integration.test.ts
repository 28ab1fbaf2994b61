/** The built page: small, complete, and in need of nothing but its own host. */

import { readdir, readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { ensurePageBuilt } from './build.ts';

/** Everything served, all chunks, gzip -9. */
const MOST_BYTES = 90 * 1024;

let dist = '';
const files = new Map<string, Buffer>();

beforeAll(async () => {
  dist = await ensurePageBuilt();
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path, await readFile(path));
  }
});

test('all files together, as served, stay within their budget', () => {
  let total = 0;
  for (const content of files.values()) total += gzipSync(content, { level: 9 }).length;
  expect(files.size).toBeGreaterThan(2);
  expect(total).toBeLessThanOrEqual(MOST_BYTES);
});

test('nothing asks another host for anything', () => {
  for (const [path, content] of files) {
    const addresses = content.toString().match(/(?:https?|wss?):\/\/[\w.-]+/g) ?? [];
    // The name of the SVG namespace is an address that nobody visits.
    const visited = addresses.filter((address) => address !== 'http://www.w3.org');
    expect(visited, path).toEqual([]);
  }
});

test('a strict Content-Security-Policy finds nothing inline to forbid', () => {
  const html = files.get(join(dist, 'index.html'))?.toString() ?? '';
  expect(html).toContain('<script type="module"');
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);
  for (const [path, content] of files) expect(content.toString(), path).not.toContain('data:image');
});

test('no rule of style asks an element what it holds', () => {
  const sheets = [...files].filter(([path]) => path.endsWith('.css'));
  expect(sheets.length).toBeGreaterThan(0);
  // One that did had the browser style the whole page again with every trade.
  for (const [path, content] of sheets) expect(content.toString(), path).not.toContain(':has(');
});

test('a fresh page is left alone, one older than a source is built anew', async () => {
  const page = join(dist, 'index.html');
  const before = await stat(page);
  await ensurePageBuilt();
  expect((await stat(page)).mtimeMs).toBe(before.mtimeMs);

  await utimes(page, new Date(0), new Date(0));
  await ensurePageBuilt();
  expect((await stat(page)).mtimeMs).toBeGreaterThan(1e12);
});
