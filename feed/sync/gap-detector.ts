/** Says what a packet is to a consumer: what comes next, a repetition, a gap, or another history. */

import { type Epoch, NO_EPOCH } from '../market.ts';

export const PacketVerdict = {
  /** Starts exactly at the next record expected. */
  Next: 0,
  /** Nothing in it is new. */
  Duplicate: 1,
  /** Starts before the next record expected and ends behind it: only the rest is new. */
  Overlap: 2,
  /** Records between the next one expected and its first are missing. */
  Gap: 3,
  /** Of an older history: never applied. */
  LowerEpoch: 4,
  /** Of a newer history: everything starts anew. */
  HigherEpoch: 5,
} as const;
export type PacketVerdict = (typeof PacketVerdict)[keyof typeof PacketVerdict];

/**
 * Holds the position of one stream. A heartbeat is a packet of 0 records that starts at the next
 * sequence of its publisher, so a lost tail is a gap in front of it.
 */
export class GapDetector {
  #epoch: Epoch = NO_EPOCH;
  /** The next record expected; 0 while the position is not known. */
  next = 0;

  get epoch(): Epoch {
    return this.#epoch;
  }

  follow(epoch: Epoch, next: number): void {
    this.#epoch = epoch;
    this.next = next;
  }

  classify(seconds: number, random: number, first: number, count: number): PacketVerdict {
    const epoch = this.#epoch;
    if (seconds !== epoch.seconds || random !== epoch.random) {
      const isLower =
        seconds < epoch.seconds || (seconds === epoch.seconds && random < epoch.random);
      return isLower ? PacketVerdict.LowerEpoch : PacketVerdict.HigherEpoch;
    }
    if (first === this.next) return PacketVerdict.Next;
    if (first > this.next) return PacketVerdict.Gap;
    return first + count > this.next ? PacketVerdict.Overlap : PacketVerdict.Duplicate;
  }
}
