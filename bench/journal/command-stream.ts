/** A seeded stream of orders, made before any clock starts: what a busy market is sent. */

import {
  type CancelOrder,
  CommandType,
  type ModifyOrder,
  type NewOrder,
  OrderType,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../../engine/protocol/index.ts';
import { type InstrumentId, Side } from '../../feed/index.ts';

/** Orders that rest at a time, about: what is cancelled is one of them. */
const STANDING = 2000;
const PRICES = 60;
const MIDDLE = 10_000;
export const INSTRUMENTS = 4;
export const OWNERS = 8;

/**
 * Of ten commands about five are new orders, four cancels and one a modify; one order in eight
 * crosses. Kept as numbers, so that the timed loop reads what a decoder would hand it: one object of
 * each kind, filled anew.
 */
export class CommandStream {
  readonly count: number;
  readonly #kinds: Uint8Array;
  readonly #owners: Uint8Array;
  readonly #instruments: Uint8Array;
  readonly #ids: Float64Array;
  readonly #prices: Float64Array;
  readonly #quantities: Float64Array;
  readonly #order: Mutable<NewOrder> = {
    type: CommandType.NewOrder,
    instrument: 1 as InstrumentId,
    clientOrderId: 0,
    side: Side.Bid,
    orderType: OrderType.Limit,
    timeInForce: TimeInForce.Gtc,
    price: 0,
    quantity: 0,
    minimumQuantity: 0,
    displayQuantity: 0,
    postOnly: PostOnly.Off,
    selfTrade: SelfTrade.CancelNewest,
  };
  readonly #cancel: Mutable<CancelOrder> = {
    type: CommandType.Cancel,
    instrument: 1 as InstrumentId,
    clientOrderId: 0,
  };
  readonly #modify: Mutable<ModifyOrder> = {
    type: CommandType.Modify,
    instrument: 1 as InstrumentId,
    clientOrderId: 0,
    price: 0,
    quantity: 0,
  };

  constructor(count: number, seed: number) {
    this.count = count;
    this.#kinds = new Uint8Array(count);
    this.#owners = new Uint8Array(count);
    this.#instruments = new Uint8Array(count);
    this.#ids = new Float64Array(count);
    this.#prices = new Float64Array(count);
    this.#quantities = new Float64Array(count);
    this.#fill(mulberry(seed));
  }

  ownerOf(index: number): number {
    return this.#owners[index] as number;
  }

  /** Valid until the next call. */
  command(index: number): NewOrder | CancelOrder | ModifyOrder {
    const kind = this.#kinds[index] as number;
    const command = kind < 2 ? this.#order : kind === CANCEL ? this.#cancel : this.#modify;
    command.instrument = this.#instruments[index] as InstrumentId;
    command.clientOrderId = this.#ids[index] as number;
    if (kind === CANCEL) return command;
    const priced = command as Mutable<NewOrder>;
    priced.price = this.#prices[index] as number;
    priced.quantity = this.#quantities[index] as number;
    if (kind < 2) priced.side = kind as Side;
    return priced;
  }

  #fill(random: (below: number) => number): void {
    const standing: number[] = [];
    for (let i = 0; i < this.count; i += 1) {
      const roll = random(10);
      const place = random(standing.length);
      const isNew = standing.length < STANDING / 2 || (roll < 5 && standing.length < 2 * STANDING);
      const of = isNew ? i : (standing[place] as number);
      this.#owners[i] = isNew ? 1 + random(OWNERS) : (this.#owners[of] as number);
      this.#instruments[i] = isNew ? 1 + random(INSTRUMENTS) : (this.#instruments[of] as number);
      this.#ids[i] = isNew ? i + 1 : (this.#ids[of] as number);
      const side = isNew ? random(2) : this.#kinds[of] === 1 ? 1 : 0;
      const distance = random(8) === 0 ? -random(10) : 1 + random(PRICES);
      this.#prices[i] = MIDDLE + (side === 0 ? -distance : distance);
      this.#quantities[i] = 1 + random(100);
      if (isNew) {
        this.#kinds[i] = side;
        standing.push(i);
      } else if (roll < 9) {
        this.#kinds[i] = CANCEL;
        standing[place] = standing.at(-1) as number;
        standing.pop();
      } else {
        this.#kinds[i] = MODIFY;
      }
    }
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const CANCEL = 2;
const MODIFY = 3;

/** Mulberry32: the same numbers wherever it runs. */
function mulberry(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
