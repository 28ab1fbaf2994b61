/** What an operator is told who must decide about a journal. */

import { UserError } from '../../feed/process/index.ts';
import type { History } from './history.ts';
import type { JournalFiles } from './journal-files.ts';

export function refuseDamage(files: JournalFiles, { damage, segments }: History): void {
  const last = segments.at(-1)?.transaction ?? 0;
  throw new UserError(
    'JOURNAL_DAMAGED',
    `${files.directory}/${damage?.segment} is damaged at byte ${damage?.at}. ${damage?.what} ` +
      `Put the file right from a copy; or start with --on-damage new-epoch, and all up to ` +
      `transaction ${last} counts and what came behind it does not.`,
  );
}

/** What the file system said of it; any other error as it is. */
export function unusable(directory: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof UserError) return error;
  return new UserError(
    'JOURNAL_UNUSABLE',
    `The journal ${directory} cannot be used (${error.message}). ` +
      'It is a directory that this engine may read and write.',
  );
}

export function otherMatcher(directory: string, foreign: string): UserError {
  return new UserError(
    'JOURNAL_OTHER_MATCHER',
    `${directory}/${foreign} was written by a version that matches differently, and ` +
      'there is no checkpoint at its end. Take one with the version that wrote it (touchline ' +
      `journal checkpoint ${directory}) and start this one again; or start the old ` +
      'one; or name an empty directory for a new market.',
  );
}
