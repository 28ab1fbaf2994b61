/** A client written from PROTOCOL.md with plain maps: the naive twin of the browser library. */

import { type GatewayEvent, MessageType } from '../protocol/index.ts';

export interface PlainLevel {
  readonly quantity: number;
  readonly orders: number;
}

export class ClientView {
  readonly bids = new Map<number, PlainLevel>();
  readonly asks = new Map<number, PlainLevel>();
  sequence = -1;
  transaction = 0;
  anchor = 0;
  state = '';
  snapshots = 0;
  diffs = 0;
  merged = 0;
  /** [laneA, laneB] of the newest message that had them. */
  lanes: readonly [number, number] | undefined;

  /** Throws where a client would have to ask for a resync. */
  apply(event: GatewayEvent): void {
    switch (event[0]) {
      case MessageType.Subscribed:
        this.anchor = event[10];
        this.sequence = -1;
        break;
      case MessageType.Snapshot:
        this.bids.clear();
        this.asks.clear();
        this.sequence = event[2];
        this.transaction = event[3];
        this.#levels(this.bids, event[6]);
        this.#levels(this.asks, event[7]);
        this.lanes = [event[8], event[9]];
        this.snapshots += 1;
        break;
      case MessageType.Diff:
        if (event[2] - event[3] !== this.sequence) {
          throw new Error(`a diff to ${event[2]} from ${event[2] - event[3]}, at ${this.sequence}`);
        }
        this.sequence = event[2];
        this.transaction = event[4];
        this.merged += event[7];
        this.#levels(this.bids, event[8]);
        this.#levels(this.asks, event[9]);
        this.lanes =
          event[10] === undefined || event[11] === undefined ? undefined : [event[10], event[11]];
        this.diffs += 1;
        break;
      case MessageType.Best:
        this.bids.clear();
        this.asks.clear();
        this.sequence = event[2];
        this.#levels(this.bids, event[6]);
        this.#levels(this.asks, event[7]);
        break;
      case MessageType.Status:
        this.state = event[4];
        break;
      default:
    }
  }

  /** Best first: `[price, quantity, orders]`. */
  side(side: 'bids' | 'asks'): [number, number, number][] {
    const sign = side === 'bids' ? -1 : 1;
    return [...this[side]]
      .map(([price, level]): [number, number, number] => [price, level.quantity, level.orders])
      .sort((a, b) => sign * (a[0] - b[0]));
  }

  #levels(side: Map<number, PlainLevel>, flat: readonly number[]): void {
    for (let i = 0; i < flat.length; i += 3) {
      const price = this.anchor + (flat[i] as number);
      const quantity = flat[i + 1] as number;
      if (quantity === 0) side.delete(price);
      else side.set(price, { quantity, orders: flat[i + 2] as number });
    }
  }
}

/** The same, gathered by a grouping in the plainest way: every level of the book into a map. */
export function groupedLevels(
  book: Parameters<typeof bestLevels>[0],
  side: 0 | 1,
  depth: number,
  grouping: number,
): [number, number, number][] {
  const groups = new Map<number, [number, number, number]>();
  for (const [price, quantity, orders] of bestLevels(book, side, book.levelCount(side))) {
    // The remainder, made positive, is how far a price stands above its multiple.
    const above = ((price % grouping) + grouping) % grouping;
    const at = side === 0 ? price - above : price + ((grouping - above) % grouping);
    const known = groups.get(at) ?? [at, 0, 0];
    groups.set(at, [at, known[1] + quantity, known[2] + orders]);
  }
  const sign = side === 0 ? -1 : 1;
  return [...groups.values()].sort((a, b) => sign * (a[0] - b[0])).slice(0, depth);
}

/** The best `depth` levels of a book, in the same form. */
export function bestLevels(
  book: {
    levelCount(side: 0 | 1): number;
    priceAt(side: 0 | 1, index: number): number;
    quantityAt(side: 0 | 1, index: number): number;
    orderCountAt(side: 0 | 1, index: number): number;
  },
  side: 0 | 1,
  depth: number,
): [number, number, number][] {
  const count = Math.min(depth, book.levelCount(side));
  return Array.from({ length: count }, (_, i) => [
    book.priceAt(side, i),
    book.quantityAt(side, i),
    book.orderCountAt(side, i),
  ]);
}
