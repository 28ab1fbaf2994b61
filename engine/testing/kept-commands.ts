/** A journal in memory: keeps every command, can fail, and gives all of them again. */

import type { CommandLog, SequencedCommand } from '../sequencer.ts';

type Kept = Parameters<SequencedCommand>;

export class KeptCommands implements CommandLog {
  /** Those that have been done, with all that a restart needs. */
  readonly done: Kept[] = [];
  /** While false, nothing can be written. */
  isWritable = true;
  #batch: Kept[] = [];

  readonly isFull = false;

  append(...[transaction, timeHigh, timeLow, owner, number, command]: Kept): boolean {
    this.#batch.push([transaction, timeHigh, timeLow, owner, number, { ...command }]);
    return true;
  }

  commit(apply: SequencedCommand, refuse: SequencedCommand): void {
    const batch = this.#batch;
    this.#batch = [];
    if (this.isWritable) this.done.push(...batch);
    for (const kept of batch) (this.isWritable ? apply : refuse)(...kept);
  }
}
