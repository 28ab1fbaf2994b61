/** The newest diffs of a class, so that a member who missed some gets one net diff for them. */

import { LEVEL_WIDTH, MAX_CLASS_HISTORY } from '../protocol/index.ts';
import type { ViewChanges } from './view-window.ts';

interface Entry {
  /** What the class stood at before. */
  readonly version: number;
  readonly sequence: number;
  readonly merged: number;
  readonly changes: ViewChanges;
}

/** What happened since a version: the prices (minus anchor) whose newest values are needed. */
export interface NetChange {
  readonly sequence: number;
  readonly merged: number;
  readonly bids: ReadonlySet<number>;
  readonly asks: ReadonlySet<number>;
}

export class ChangeLog {
  #entries: Entry[] = [];
  #levels = 0;

  /** `limit`: levels to remember; beyond a view's own size a snapshot is the shorter way. */
  push(entry: Entry, limit: number): void {
    this.#entries.push(entry);
    this.#levels += levelsIn(entry);
    while (this.#entries.length > MAX_CLASS_HISTORY || this.#levels > limit) {
      const dropped = this.#entries.shift();
      if (dropped === undefined) break;
      this.#levels -= levelsIn(dropped);
    }
  }

  clear(): void {
    this.#entries = [];
    this.#levels = 0;
  }

  /** `undefined` when the log does not reach back that far. */
  since(version: number): NetChange | undefined {
    const first = this.#entries.findIndex((entry) => entry.version === version);
    const oldest = this.#entries[first];
    if (oldest === undefined) return undefined;
    const bids = new Set<number>();
    const asks = new Set<number>();
    let merged = 0;
    for (let i = first; i < this.#entries.length; i += 1) {
      const entry = this.#entries[i] as Entry;
      merged += entry.merged;
      addPrices(bids, entry.changes.bids);
      addPrices(asks, entry.changes.asks);
    }
    return { sequence: oldest.sequence, merged, bids, asks };
  }
}

function levelsIn(entry: Entry): number {
  return (entry.changes.bids.length + entry.changes.asks.length) / LEVEL_WIDTH;
}

function addPrices(prices: Set<number>, flat: readonly number[]): void {
  for (let i = 0; i < flat.length; i += LEVEL_WIDTH) prices.add(flat[i] as number);
}
