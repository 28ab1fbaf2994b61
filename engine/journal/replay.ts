/** Does the journal's commands again with an engine, and compares what comes of it. */

import { UserError } from '../../feed/process/index.ts';
import type { Engine } from '../engine.ts';
import type { ClientDirectory } from '../entry/client-directory.ts';
import type { EngineStanding } from '../sequencer.ts';
import { NEW_ENGINE } from './record-batch.ts';
import type { RecordTarget } from './record-player.ts';

export interface ReplayedEngine {
  readonly engine: Pick<Engine, 'sequencer' | 'standing'>;
  readonly clients: Pick<ClientDirectory, 'restore' | 'ofOwner'>;
}

/**
 * What `play` is to be given. Throws `UserError` JOURNAL_OTHER_RESULT as soon as the engine stands
 * somewhere else than it stood when the commands were done for the first time.
 */
export function replayTarget(
  { engine, clients }: ReplayedEngine,
  nowMs: () => number,
): RecordTarget {
  const { sequencer } = engine;
  const now: EngineStanding = { ...NEW_ENGINE };
  return {
    standing(transaction, nextSequence, laneA, laneB) {
      // Zero: it was not said.
      if (nextSequence === 0) return;
      engine.standing(now);
      const isSame =
        now.nextSequence === nextSequence && now.laneA === laneA && now.laneB === laneB;
      if (isSame && now.transaction === transaction) return;
      throw new UserError(
        'JOURNAL_OTHER_RESULT',
        `Done again up to transaction ${now.transaction}, the commands of the journal lead to ` +
          `sequence ${now.nextSequence}, and not to ${nextSequence} after ${transaction} as before, ` +
          'or to other books. Start the version that wrote the journal.',
      );
    },
    command(transaction, timeHigh, timeLow, owner, number, command) {
      sequencer.apply(transaction, timeHigh, timeLow, owner, number, command);
      const account = clients.ofOwner(owner);
      // What the engine does in a client's name has no number.
      if (account !== undefined && number !== 0) account.lastCommand = number;
    },
    client(client) {
      clients.restore(client, nowMs());
    },
  };
}
