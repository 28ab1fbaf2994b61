/** One engine per journal: a lock that the kernel takes back when its holder dies, however it dies. */

import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../feed/process/index.ts';

/** One holder of each at a time: the engine that writes, the follower that takes checkpoints. */
export type LockRole = keyof typeof TAKEN;

const TAKEN = {
  journal: { code: 'ENGINE_ALREADY_RUNNING', who: 'Another engine writes the journal' },
  checkpoints: { code: 'FOLLOWER_ALREADY_RUNNING', who: 'Checkpoints are being taken of' },
} as const;

export interface JournalLock {
  release(): void;
}

/**
 * A Unix socket named after the directory itself, whatever path it was reached by. On Linux it is
 * an abstract one, which leaves no file; it reaches as far as the network namespace, so containers
 * that share a volume do not see each other's lock.
 */
export async function lockJournal(
  directory: string,
  role: LockRole = 'journal',
): Promise<JournalLock> {
  const { dev, ino } = statSync(directory, { bigint: true });
  const name = `touchline-${role}-${dev}-${ino}`;
  const path = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  const server = createServer();
  try {
    await listening(server, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error.code !== 'EADDRINUSE') throw error;
    const { code, who } = TAKEN[role];
    const message = `${who} ${directory}. End it, or name another directory.`;
    throw new UserError(code, message);
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
