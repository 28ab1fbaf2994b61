/**
 * What a LOBSTER file says of each order, beside what the matcher has done with it. The two part
 * when the matcher fills another order of a level than the file names; the level's sum stays right,
 * and what the file later takes from the unfilled order is then taken where there is too much.
 */

import { oppositeSide, Side } from '../../feed/index.ts';

export interface RestingOrder {
  readonly clientOrderId: number;
  readonly side: Side;
  readonly price: number;
  /** Stands for all orders of its level that predate the file. */
  readonly isSeed: boolean;
  /** As the matcher counts: open and filled together. */
  total: number;
  filled: number;
  /** Open by the file's account. */
  recorded: number;
  isAccepted: boolean;
}

/** An order that has to shrink to `total`; to nothing when its fills have reached that. */
export interface Reduction {
  readonly order: RestingOrder;
  readonly total: number;
}

export interface ReductionPlan {
  readonly reductions: readonly Reduction[];
  /** Lots that nothing on the level is left to give. */
  readonly missing: number;
}

export function openLots(order: RestingOrder): number {
  return order.total - order.filled;
}

export class LobsterOrders {
  readonly #byLobsterId = new Map<number, RestingOrder>();
  readonly #byClientId = new Map<number, RestingOrder>();
  /** Open orders per price, oldest first. */
  readonly #levels: readonly [Map<number, RestingOrder[]>, Map<number, RestingOrder[]>] = [
    new Map(),
    new Map(),
  ];
  /** What predates the file, per price, until the file has taken all of it. */
  readonly #seeds: readonly [Map<number, RestingOrder>, Map<number, RestingOrder>] = [
    new Map(),
    new Map(),
  ];
  /** Best price per side; undefined when it must be looked for again, or there is none. */
  readonly #best: [number | undefined, number | undefined] = [undefined, undefined];
  #lastClientOrderId = 0;

  nextClientOrderId(): number {
    return ++this.#lastClientOrderId;
  }

  /** `lobsterId` is undefined for a seed. */
  add(side: Side, price: number, quantity: number, lobsterId: number | undefined): RestingOrder {
    const order: RestingOrder = {
      clientOrderId: this.nextClientOrderId(),
      side,
      price,
      isSeed: lobsterId === undefined,
      total: quantity,
      filled: 0,
      recorded: quantity,
      isAccepted: false,
    };
    if (lobsterId === undefined) this.#seeds[side].set(price, order);
    else this.#byLobsterId.set(lobsterId, order);
    this.#byClientId.set(order.clientOrderId, order);
    const level = this.#levels[side].get(price);
    if (level !== undefined) {
      level.push(order);
    } else {
      const best = this.#bestPrice(side);
      this.#levels[side].set(price, [order]);
      if (best === undefined || isBetter(side, price, best)) this.#best[side] = price;
    }
    return order;
  }

  byLobsterId(lobsterId: number): RestingOrder | undefined {
    return this.#byLobsterId.get(lobsterId);
  }

  byClientId(clientOrderId: number): RestingOrder | undefined {
    return this.#byClientId.get(clientOrderId);
  }

  seedAt(side: Side, price: number): RestingOrder | undefined {
    return this.#seeds[side].get(price);
  }

  /** The file takes lots from an order: says what to take where. Both accounts are then settled. */
  reduce(order: RestingOrder, lots: number, lobsterId: number): ReductionPlan {
    this.recordExecution(order, lots, lobsterId);
    const reductions: Reduction[] = [];
    let missing = lots;
    const take = (from: RestingOrder): void => {
      const surplus = Math.min(missing, openLots(from) - from.recorded);
      if (surplus <= 0) return;
      missing -= surplus;
      from.total -= surplus;
      reductions.push({ order: from, total: from.total });
    };
    take(order);
    if (missing > 0)
      for (const other of this.#levels[order.side].get(order.price) ?? []) take(other);
    for (const { order: reduced } of reductions) this.#forgetIfDone(reduced);
    return { reductions, missing };
  }

  /** The file's account alone: an execution, of which the matcher's fills come through `filled`. */
  recordExecution(order: RestingOrder, lots: number, lobsterId: number): void {
    order.recorded -= lots;
    if (order.recorded > 0) return;
    if (order.isSeed) this.#seeds[order.side].delete(order.price);
    else this.#byLobsterId.delete(lobsterId);
  }

  filled(order: RestingOrder, lots: number): void {
    order.filled += lots;
    this.#forgetIfDone(order);
  }

  /** Takes an order off the book, whatever the file says of it. */
  remove(order: RestingOrder): void {
    order.total = order.filled;
    this.#forgetIfDone(order);
  }

  /**
   * Orders better than `price` on `side`: where a visible order at `price` was executed, or rests
   * on the other side, the file's market has none of these any more.
   */
  better(side: Side, price: number): RestingOrder[] {
    const best = this.#bestPrice(side);
    if (best === undefined || !isBetter(side, best, price)) return [];
    const found: RestingOrder[] = [];
    for (const [at, level] of this.#levels[side])
      if (isBetter(side, at, price)) found.push(...level);
    return found;
  }

  /** Orders that a new order on `side` at `price` would trade with. */
  crossedBy(side: Side, price: number): RestingOrder[] {
    const opposite = oppositeSide(side);
    return [...this.better(opposite, price), ...(this.#levels[opposite].get(price) ?? [])];
  }

  #bestPrice(side: Side): number | undefined {
    let best = this.#best[side];
    if (best !== undefined) return best;
    for (const price of this.#levels[side].keys()) {
      if (best === undefined || isBetter(side, price, best)) best = price;
    }
    this.#best[side] = best;
    return best;
  }

  #forgetIfDone(order: RestingOrder): void {
    if (openLots(order) > 0) return;
    const levels = this.#levels[order.side];
    const level = levels.get(order.price);
    const index = level?.indexOf(order) ?? -1;
    if (level !== undefined && index >= 0) level.splice(index, 1);
    this.#byClientId.delete(order.clientOrderId);
    if (level?.length !== 0) return;
    levels.delete(order.price);
    if (this.#best[order.side] === order.price) this.#best[order.side] = undefined;
  }
}

function isBetter(side: Side, price: number, than: number): boolean {
  return side === Side.Bid ? price > than : price < than;
}
