/** Does a whole journal again, and compares with every checkpoint on the way. */

import type { Crc32 } from '../../feed/index.ts';
import { UserError } from '../../feed/process/index.ts';
import { findCheckpoints } from './checkpoint-choice.ts';
import { FIRST_RECORD, transactionOfName } from './format.ts';
import type { History } from './history.ts';
import type { JournalFiles } from './journal-files.ts';
import { privateRun } from './private-run.ts';
import { RecordPlayer } from './record-player.ts';
import { replayTarget } from './replay.ts';
import { engineDigest } from './whole-state.ts';

export interface VerifiedJournal {
  readonly lastSequence: number;
  /** Of the engine at the end. */
  readonly digest: string;
  /** Checkpoints that were met and found to be what the journal leads to. */
  readonly checkpoints: number;
}

/**
 * Throws `UserError` CHECKPOINT_WRONG for a checkpoint with another digest than the engine has in its
 * place, JOURNAL_OTHER_RESULT where the engine itself comes to something else.
 */
export function verifyJournal(
  files: JournalFiles,
  { checkpoint, segments }: History,
  crc32: Crc32,
): VerifiedJournal {
  const run = privateRun(crc32, { checkpoint });
  const player = new RecordPlayer(replayTarget(run, () => 0));
  const { found } = findCheckpoints(files, files.list(), crc32);
  let checkpoints = 0;
  for (const [index, { name, end }] of segments.entries()) {
    let from = index === 0 ? (checkpoint?.offset ?? FIRST_RECORD) : FIRST_RECORD;
    const met = found.filter(({ segment, offset }) => {
      return segment === transactionOfName(name) && offset >= from && offset <= end;
    });
    const bytes = from < end ? files.read(name) : new Uint8Array(0);
    for (const each of met.reverse()) {
      player.play(bytes, from, each.offset);
      from = each.offset;
      const digest = engineDigest(run);
      if (digest !== each.digest) {
        const what = `${each.name} has digest ${each.digest}; the journal leads to ${digest} there.`;
        throw new UserError(
          'CHECKPOINT_WRONG',
          `${what} Remove the checkpoint, and keep it for us.`,
        );
      }
      checkpoints += 1;
    }
    player.play(bytes, from, end);
  }
  const digest = engineDigest(run);
  return { lastSequence: run.engine.nextSequence - 1, digest, checkpoints };
}
