/** Brings a new engine to where the journal ends. */

import { UserError } from '../../feed/process/index.ts';
import type { Engine } from '../engine.ts';
import type { ClientDirectory } from '../entry/client-directory.ts';
import { StateError } from '../state.ts';
import type { Journal } from './journal.ts';
import { replayTarget } from './replay.ts';
import { loadWhole } from './whole-state.ts';

export interface NewEngine {
  readonly engine: Engine;
  readonly clients: ClientDirectory;
}

/**
 * Loads the journal's checkpoint and does again what followed: all that there was is there again.
 * Throws `UserError` CHECKPOINT_UNUSABLE, JOURNAL_OTHER_RESULT.
 */
export function restartFrom(
  journal: Pick<Journal, 'checkpoint' | 'play'>,
  { engine, clients }: NewEngine,
  nowMs: () => number,
): void {
  const { checkpoint } = journal;
  try {
    if (checkpoint !== undefined) {
      loadWhole({ engine, clients }, checkpoint.state, checkpoint.stateVersion, nowMs());
    }
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new UserError(
      'CHECKPOINT_UNUSABLE',
      `${checkpoint?.name} is whole, and this engine cannot make anything of it (${error.message}). ` +
        'Move it out of the journal: the one before it will be used.',
    );
  }
  journal.play(replayTarget({ engine, clients }, nowMs));
  engine.flush();
}
