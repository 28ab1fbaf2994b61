/** How one pair's diffs and snapshots become one unbroken sequence, or a gap that is said. */

/** The ids of the venue's updates that a diff covers, both ends included. */
export interface DiffIds {
  readonly firstId: number;
  readonly finalId: number;
}

/** About an hour and a half of diffs; a capture whose snapshot is later than that has none. */
export const MAX_WAITING_DIFFS = 50_000;

export type DiffOutcome =
  /** It is the next one. */
  | 'apply'
  /** Everything in it has been applied. */
  | 'old'
  /** It waits for a snapshot. */
  | 'waits'
  /** It would wait, but too many do; the oldest was dropped for it. */
  | 'dropped'
  /** Updates between the last diff and this one are missing; this one now waits for a snapshot. */
  | 'gap';

export interface SnapshotOutcome<D> {
  /** Waiting diffs that the snapshot already holds. */
  readonly covered: number;
  /** Waiting diffs to apply after it, in order. */
  readonly apply: readonly D[];
  /** False: a hole lies between the snapshot and the first diff that it does not hold. */
  readonly reaches: boolean;
}

export class DiffJoin<D extends DiffIds> {
  waiting: D[] = [];
  isJoined = false;
  /** Of the last update applied. */
  finalId = 0;

  offer(diff: D): DiffOutcome {
    if (!this.isJoined) return this.#wait(diff);
    if (diff.finalId <= this.finalId) return 'old';
    if (diff.firstId > this.finalId + 1) {
      this.isJoined = false;
      this.#wait(diff);
      return 'gap';
    }
    this.finalId = diff.finalId;
    return 'apply';
  }

  /** Also for a joined book: a newer snapshot replaces it. */
  snapshot(lastUpdateId: number): SnapshotOutcome<D> {
    const kept = this.waiting.filter((diff) => diff.finalId > lastUpdateId);
    const covered = this.waiting.length - kept.length;
    const apply: D[] = [];
    let finalId = lastUpdateId;
    for (const diff of kept) {
      if (diff.firstId > finalId + 1) {
        // Diffs stay, for a later snapshot may still reach them.
        this.waiting = kept;
        this.isJoined = false;
        return { covered, apply: [], reaches: false };
      }
      if (diff.finalId <= finalId) continue;
      finalId = diff.finalId;
      apply.push(diff);
    }
    this.waiting = [];
    this.isJoined = true;
    this.finalId = finalId;
    return { covered, apply, reaches: true };
  }

  #wait(diff: D): DiffOutcome {
    this.waiting.push(diff);
    if (this.waiting.length <= MAX_WAITING_DIFFS) return 'waits';
    this.waiting.shift();
    return 'dropped';
  }
}
