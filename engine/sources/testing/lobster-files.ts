/**
 * Makes LOBSTER files for tests from a market of its own, far simpler than the matcher: orders in
 * arrays, a marketable order fills one resting order after another. The files begin mid-day, so
 * that orders predate them.
 */

import { Random } from '../random.ts';

export interface LobsterFilesOptions {
  readonly seed: string;
  readonly depth: number;
  readonly messages: number;
  /** Events that happen before the file begins. */
  readonly before?: number;
  /** Also events outside the rows' depth, which LOBSTER itself leaves out. */
  readonly allEvents?: boolean;
  /** Executions take any order of the best level instead of its oldest. */
  readonly anyPriority?: boolean;
  /** Hidden executions, crosses and halts in between. */
  readonly oddEvents?: boolean;
  /** Orders come and go while trading is halted. */
  readonly ordersInHalts?: boolean;
}

export interface LobsterFiles {
  readonly messages: string[];
  readonly rows: string[];
}

interface ModelOrder {
  readonly id: number;
  readonly direction: 1 | -1;
  readonly price: number;
  size: number;
}

const MIDDLE = 1_000_000;
const TICK = 100;
const EMPTY = 9_999_999_999;

export function makeLobsterFiles(options: LobsterFilesOptions): LobsterFiles {
  return new LobsterModel(options).run();
}

class LobsterModel {
  readonly #options: LobsterFilesOptions;
  readonly #random: Random;
  readonly #messages: string[] = [];
  readonly #rows: string[] = [];
  #orders: ModelOrder[] = [];
  #lastId = 10_000;
  #middle = MIDDLE;
  #timeNs = 34_200_000_000_000n;
  #isRecording = false;

  constructor(options: LobsterFilesOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  run(): LobsterFiles {
    for (let count = 0; count < (this.#options.before ?? 300); count++) this.#event();
    this.#isRecording = true;
    while (this.#messages.length < this.#options.messages) this.#event();
    // The last event may have made several messages.
    const { messages } = this.#options;
    return { messages: this.#messages.slice(0, messages), rows: this.#rows.slice(0, messages) };
  }

  #event(): void {
    this.#timeNs += BigInt(1 + this.#random.below(50_000_000));
    this.#middle += (this.#random.below(3) - 1) * TICK;
    const draw = this.#random.unit();
    if (this.#options.oddEvents === true && this.#isRecording && draw < 0.02) this.#odd();
    else if (draw < 0.5 || this.#orders.length < 20) this.#new();
    else if (draw < 0.6) this.#cancelPart();
    else if (draw < 0.85) this.#delete();
    else this.#aggress();
  }

  #new(): void {
    const direction = this.#random.chance(0.5) ? 1 : -1;
    const away = TICK * (1 + this.#random.below(14));
    const wanted = this.#middle - direction * away;
    const limit = this.#best(direction === 1 ? -1 : 1);
    const price =
      limit === undefined
        ? wanted
        : direction === 1
          ? Math.min(wanted, limit - TICK)
          : Math.max(wanted, limit + TICK);
    const order: ModelOrder = { id: ++this.#lastId, direction, price, size: this.#size() };
    this.#record(1, order, order.size, () => this.#orders.push(order));
  }

  #cancelPart(): void {
    const order = this.#any();
    if (order === undefined || order.size < 2) return;
    const size = 1 + this.#random.below(order.size - 1);
    this.#record(2, order, size, () => this.#take(order, size));
  }

  #delete(): void {
    const order = this.#any();
    if (order !== undefined)
      this.#record(3, order, order.size, () => this.#take(order, order.size));
  }

  /** One message per order that an aggressor fills, as LOBSTER has it. */
  #aggress(): void {
    const direction = this.#random.chance(0.5) ? 1 : -1;
    let left = this.#size() * (this.#random.chance(0.2) ? 4 : 1);
    while (left > 0) {
      const best = this.#best(direction);
      const queue = this.#orders.filter((one) => one.direction === direction && one.price === best);
      const index = this.#options.anyPriority === true ? this.#random.below(queue.length) : 0;
      const order = queue[index];
      if (order === undefined || this.#orders.length < 10) return;
      const size = Math.min(left, order.size);
      left -= size;
      this.#record(4, order, size, () => this.#take(order, size));
    }
  }

  #odd(): void {
    const nothing = () => undefined;
    const order = { id: 0, direction: 1, price: this.#middle, size: 10 } as const;
    const draw = this.#random.below(3);
    if (draw === 0) this.#record(5, order, 10, nothing);
    else if (draw === 1) this.#record(6, { ...order, id: -1 }, 10, nothing);
    else this.#halt(order);
  }

  /** Halted, then quoting, then trading again, with orders coming and going meanwhile. */
  #halt(order: ModelOrder): void {
    for (const price of [-1, 0, 1]) {
      this.#record(7, { ...order, price }, 0, () => undefined);
      if (price === 1 || this.#options.ordersInHalts !== true) continue;
      for (let count = 0; count < 4; count++) {
        this.#new();
        this.#cancelPart();
        this.#delete();
      }
    }
  }

  #record(event: number, order: ModelOrder, size: number, act: () => void): void {
    const { id, direction, price } = order;
    const before = this.#row();
    act();
    if (!this.#isRecording) return;
    const row = this.#row();
    // LOBSTER's message file has only what changes the rows, and what is not about the book.
    if (event <= 4 && row === before && this.#options.allEvents !== true) return;
    const seconds = this.#timeNs / 1_000_000_000n;
    const fraction = String(this.#timeNs % 1_000_000_000n).padStart(9, '0');
    this.#messages.push(`${seconds}.${fraction},${event},${id},${size},${price},${direction}`);
    this.#rows.push(row);
  }

  #take(order: ModelOrder, size: number): void {
    order.size -= size;
    if (order.size === 0) this.#orders = this.#orders.filter((one) => one !== order);
  }

  #row(): string {
    const asks = this.#levels(-1);
    const bids = this.#levels(1);
    const columns: number[] = [];
    for (let index = 0; index < this.#options.depth; index++) {
      columns.push(...(asks[index] ?? [EMPTY, 0]), ...(bids[index] ?? [-EMPTY, 0]));
    }
    return columns.join(',');
  }

  #levels(direction: 1 | -1): [price: number, size: number][] {
    const sizes = new Map<number, number>();
    for (const order of this.#orders) {
      if (order.direction !== direction) continue;
      sizes.set(order.price, (sizes.get(order.price) ?? 0) + order.size);
    }
    return [...sizes].sort(([a], [b]) => direction * (b - a));
  }

  #best(direction: 1 | -1): number | undefined {
    return this.#levels(direction)[0]?.[0];
  }

  #any(): ModelOrder | undefined {
    return this.#orders[this.#random.below(this.#orders.length)];
  }

  #size(): number {
    return 1 + this.#random.below(40);
  }
}
