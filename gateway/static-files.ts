/** The dashboard's built files, read once and served from memory. */

import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** The page is built with its content's hash in the names of these. */
const HASHED = /-[\w-]{8,}\.\w+$/;

export interface StaticFile {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly bytes: Buffer;
}

/**
 * A request can only name what was found when the folder was read, so there is no path to climb
 * out of. Throws what `readdirSync` throws when there is no such folder.
 */
export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  constructor(folder: string) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const url = `/${relative(folder, path).split(sep).join('/')}`;
      const file = {
        contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
        cacheControl: HASHED.test(url) ? 'public, max-age=31536000, immutable' : 'no-cache',
        bytes: readFileSync(path),
      };
      this.#files.set(url, file);
      if (url === '/index.html') this.#files.set('/', file);
    }
  }

  /** `path` as in the request's URL, still percent-encoded: built files need no encoding. */
  find(path: string): StaticFile | undefined {
    return this.#files.get(path);
  }
}
