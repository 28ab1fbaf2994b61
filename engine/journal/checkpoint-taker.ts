/** Keeps up with a journal, takes a checkpoint now and then, and removes what nobody needs any more. */

import type { Crc32 } from '../../feed/index.ts';
import type { JournalFollower, TakenCheckpoint } from './follower.ts';
import type { JournalFiles } from './journal-files.ts';
import { expire, type Retention } from './retention.ts';

export interface CheckpointTakerOptions {
  readonly follower: JournalFollower;
  readonly files: JournalFiles;
  readonly crc32: Crc32;
  /** A checkpoint is due after so many commands, or so many bytes of journal; 0: never. */
  readonly everyCommands: number;
  readonly everyBytes: number;
  readonly retention: Retention;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly taken: (checkpoint: TakenCheckpoint) => void;
  readonly removed: (names: readonly string[]) => void;
}

export class CheckpointTaker {
  readonly #options: CheckpointTakerOptions;

  constructor(options: CheckpointTakerOptions) {
    this.#options = options;
  }

  /** Does a little, and takes a checkpoint when one is due; false: there is nothing to do now. */
  step(): boolean {
    const { follower, everyCommands, everyBytes } = this.#options;
    const isBusy = follower.step();
    const isDue =
      (everyCommands > 0 && follower.commands >= everyCommands) ||
      (everyBytes > 0 && follower.bytes >= everyBytes);
    if (isDue) this.take();
    return isBusy;
  }

  take(): TakenCheckpoint | undefined {
    const { follower, files, crc32, retention, nowMs, taken, removed } = this.#options;
    const checkpoint = follower.takeCheckpoint();
    if (checkpoint === undefined) return undefined;
    taken(checkpoint);
    const endSequence = follower.nextSequence;
    const names = expire({ files, crc32, retention, nowMs: nowMs(), endSequence });
    if (names.length > 0) removed(names);
    return checkpoint;
  }
}
