/** One engine per journal, and one follower that takes its checkpoints. */

import { type DirectoryLock, lockDirectory, UserError } from '../../feed/process/index.ts';

/** One holder of each at a time: the engine that writes, the follower that takes checkpoints. */
export type LockRole = keyof typeof TAKEN;

export type JournalLock = DirectoryLock;

const TAKEN = {
  journal: { code: 'ENGINE_ALREADY_RUNNING', who: 'Another engine writes the journal' },
  checkpoints: { code: 'FOLLOWER_ALREADY_RUNNING', who: 'Checkpoints are being taken of' },
} as const;

/** Throws a `UserError` when another process holds it; see `lockDirectory`. */
export async function lockJournal(
  directory: string,
  role: LockRole = 'journal',
): Promise<JournalLock> {
  const lock = await lockDirectory(directory, role);
  if (lock !== undefined) return lock;
  const { code, who } = TAKEN[role];
  throw new UserError(code, `${who} ${directory}. End it, or name another directory.`);
}
