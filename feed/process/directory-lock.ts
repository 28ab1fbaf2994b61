/** One holder per directory and role: a lock that the kernel takes back when its holder dies, however it dies. */

import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DirectoryLock {
  release(): void;
}

/**
 * `undefined` when another process holds it. A Unix socket named after the directory itself,
 * whatever path it was reached by. On Linux it is an abstract one, which leaves no file; it reaches
 * as far as the network namespace, so containers that share a volume do not see each other's lock.
 */
export async function lockDirectory(
  directory: string,
  role: string,
): Promise<DirectoryLock | undefined> {
  const { dev, ino } = statSync(directory, { bigint: true });
  const name = `touchline-${role}-${dev}-${ino}`;
  const path = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  const server = createServer();
  try {
    await listening(server, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
  // The lock alone keeps no process alive.
  server.unref();
  return { release: () => void server.close() };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}
