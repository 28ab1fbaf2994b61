/** How many bytes a reader loads: the files as served, all chunks, gzip -9. */

import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const CLIENT = resolve(import.meta.dirname, '../../clients/browser/index.ts');

/** All files of a built page together. */
export async function gzippedBytes(folder: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    total += gzipSync(content, { level: 9 }).length;
  }
  return total;
}

/** The browser library as a page's bundler would pack it, everything it needs included. */
export async function gzippedClientBytes(): Promise<number> {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      rolldownOptions: { output: { minify: true } },
      lib: { entry: CLIENT, formats: ['es'] },
    },
  });
  const [bundle] = Array.isArray(output) ? output : [output];
  if (bundle === undefined || !('output' in bundle)) throw new Error('vite gave no bundle');
  const code = bundle.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('');
  return gzipSync(code, { level: 9 }).length;
}
