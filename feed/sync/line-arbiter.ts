/** Of several lines that carry the same records, takes each record from the line that has it first. */

import { LINE_ALIVE_MS, LINE_BUFFER_BYTES } from '../limits.ts';
import { JoinBuffer } from './join-buffer.ts';

export const LineVerdict = {
  /** Take it now, and then whatever `take` gives. */
  Take: 0,
  /** Every record of it has been taken from another line. */
  Late: 1,
  /** Records before it are missing that another line may still bring: it waits here. */
  Wait: 2,
} as const;
export type LineVerdict = (typeof LineVerdict)[keyof typeof LineVerdict];

/** What one line has brought. */
export interface LineStats {
  packets: number;
  /** Packets whose records no other line had brought before. */
  first: number;
  /** How often records were missing in it, whether another line had them or not. */
  holes: number;
}

interface Line {
  readonly stats: LineStats;
  /** The highest sequence that it has announced as next. */
  next: number;
  heardMs: number;
}

export interface LineArbiterOptions {
  readonly lines: number;
  /** How long a hole waits for another line before it is a gap. */
  readonly waitMs: number;
}

/**
 * ```
 *   line A   1 2 3 . . 6 7 8        taken   1 2 3 4 5 6 7 8
 *   line B   1 2 . 4 5 6 . 8                A A A B B A A A
 * ```
 * Packets may be cut differently on each line; a packet of which only the end is new is taken, and
 * its reader passes over the rest. A hole is a gap as soon as every line that is alive has come
 * past it, or when the wait is over: then what waits is given out, and the reader has it repaired.
 * The position comes in with each call, so a repair from elsewhere needs no special case.
 */
export class LineArbiter {
  readonly #waitMs: number;
  readonly #lines: Line[] = [];
  readonly #waiting = new JoinBuffer(LINE_BUFFER_BYTES);
  /** When the oldest hole was seen. */
  #waitingSinceMs = 0;
  #isReleased = false;

  constructor({ lines, waitMs }: LineArbiterOptions) {
    this.#waitMs = waitMs;
    for (let i = 0; i < lines; i++) {
      const stats = { packets: 0, first: 0, holes: 0 };
      this.#lines.push({ stats, next: 0, heardMs: Number.NEGATIVE_INFINITY });
    }
  }

  /** By line. */
  get stats(): readonly Readonly<LineStats>[] {
    return this.#lines.map(({ stats }) => stats);
  }

  /** Another history begins. */
  reset(): void {
    this.#waiting.clear();
    for (const line of this.#lines) line.next = 0;
  }

  /** The same while the reader takes whatever comes: the line is alive and has come so far. */
  note(index: number, first: number, count: number, nowMs: number): Line {
    const line = this.#lines[index] as Line;
    line.stats.packets += 1;
    line.heardMs = nowMs;
    if (line.next !== 0 && first > line.next) line.stats.holes += 1;
    line.next = Math.max(line.next, first + count);
    return line;
  }

  /**
   * A packet of `count` records from `first` on, or a heartbeat of none, while the reader expects
   * record `next`. The packet is kept when the verdict is to wait.
   */
  offer(
    index: number,
    packet: Uint8Array,
    first: number,
    count: number,
    next: number,
    nowMs: number,
  ): LineVerdict {
    const { stats } = this.note(index, first, count, nowMs);
    if (first <= next) {
      if (count > 0 && first + count <= next) return LineVerdict.Late;
      if (count > 0) stats.first += 1;
      return LineVerdict.Take;
    }
    if (this.#waiting.isEmpty) this.#waitingSinceMs = nowMs;
    if (count > 0) stats.first += 1;
    // One that finds no room ends the wait: the reader has a bound and an answer of its own.
    if (!this.#waiting.add(packet, first, count)) {
      this.#isReleased = true;
      return LineVerdict.Take;
    }
    if (!this.#hasHope(next, nowMs)) this.#isReleased = true;
    return LineVerdict.Wait;
  }

  /**
   * The oldest packet that waits and may be taken now that the reader expects record `next`: until
   * it gives `undefined`, after each verdict, and with `isDrained` whenever nothing more waits in
   * the sockets, for only then a wait is over.
   */
  take(next: number, nowMs: number, isDrained = false): Uint8Array | undefined {
    const waiting = this.#waiting;
    if (waiting.isEmpty) {
      this.#isReleased = false;
      return undefined;
    }
    if (isDrained && !this.#isReleased) {
      this.#isReleased =
        nowMs - this.#waitingSinceMs >= this.#waitMs || !this.#hasHope(next, nowMs);
    }
    if (this.#isReleased) return waiting.takeOldest();
    const packet = waiting.take(next);
    if (packet !== undefined) this.#waitingSinceMs = nowMs;
    return packet;
  }

  /** Whether a line that is alive may still bring record `next`. */
  #hasHope(next: number, nowMs: number): boolean {
    return this.#lines.some((line) => line.next <= next && nowMs - line.heardMs < LINE_ALIVE_MS);
  }
}
