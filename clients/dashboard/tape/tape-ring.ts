/** The newest lines of the tape: trades, and notices of trades that this page did not get. */

import type { TradeEvent } from '../../browser/index.ts';

export type TapeLine =
  | { readonly kind: 'trade'; readonly trade: TradeEvent }
  | { readonly kind: 'missed'; readonly count: number };

export class TapeRing {
  /** Lines ever added; a view that has drawn `n` of them is `added - n` behind. */
  added = 0;
  readonly #lines: (TapeLine | undefined)[];
  readonly #mask: number;

  /** `capacity`: a power of two. */
  constructor(capacity: number) {
    if (capacity < 1 || (capacity & (capacity - 1)) !== 0) {
      throw new Error(`The capacity of a tape must be a power of two, not ${capacity}.`);
    }
    this.#lines = new Array<TapeLine | undefined>(capacity).fill(undefined);
    this.#mask = capacity - 1;
  }

  get length(): number {
    return Math.min(this.added, this.#lines.length);
  }

  addTrades(trades: readonly TradeEvent[]): void {
    for (const trade of trades) this.#add({ kind: 'trade', trade });
  }

  /** `from` and `to`: the ids of the first and the last trade missed. */
  addMissed(from: number, to: number): void {
    if (to >= from) this.#add({ kind: 'missed', count: to - from + 1 });
  }

  /** Line `index`, 0 being the newest. */
  at(index: number): TapeLine | undefined {
    if (index < 0 || index >= this.length) return undefined;
    return this.#lines[(this.added - 1 - index) & this.#mask];
  }

  #add(line: TapeLine): void {
    this.#lines[this.added & this.#mask] = line;
    this.added += 1;
  }
}

/**
 * The lines added after the first `drawn`, newest first, at most `most`: trades of `smallest` lots
 * or more, and every notice of missed ones, whose sizes nobody knows.
 */
export function freshLines(
  ring: TapeRing,
  drawn: number,
  smallest: number,
  most: number,
): TapeLine[] {
  const lines: TapeLine[] = [];
  const fresh = Math.min(ring.added - drawn, ring.length);
  for (let index = 0; index < fresh && lines.length < most; index += 1) {
    const line = ring.at(index) as TapeLine;
    if (line.kind === 'missed' || line.trade.quantity >= smallest) lines.push(line);
  }
  return lines;
}
