/** One invented instrument: a seeded book that breathes around a drifting price. */

import { FeedState, Side, TradingStatus } from '../../../feed/index.ts';
import type { InstrumentInfo, LevelsView, TradeEvent } from '../../browser/index.ts';

interface Kind {
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  /** In ticks. */
  readonly price: number;
  /** In lots. */
  readonly typicalQuantity: number;
  /** Chance that a tick next to the touch carries no level. */
  readonly sparsity: number;
}

const KINDS: readonly Kind[] = [
  {
    symbol: 'ACME',
    tickSize: '0.01',
    lotSize: '1',
    price: 10_126,
    typicalQuantity: 900,
    sparsity: 0,
  },
  {
    symbol: 'BOREAL',
    tickSize: '0.01',
    lotSize: '1',
    price: 4_871,
    typicalQuantity: 1_400,
    sparsity: 0.1,
  },
  {
    symbol: 'CINDER',
    tickSize: '0.05',
    lotSize: '1',
    price: 6_412,
    typicalQuantity: 220,
    sparsity: 0.1,
  },
  {
    symbol: 'DELTACO',
    tickSize: '0.01',
    lotSize: '1',
    price: 1_834,
    typicalQuantity: 5_200,
    sparsity: 0,
  },
  {
    symbol: 'BTC-USD',
    tickSize: '0.1',
    lotSize: '0.00000001',
    price: 642_315,
    typicalQuantity: 24_000_000,
    sparsity: 0.7,
  },
  {
    symbol: 'ETH-USD',
    tickSize: '0.01',
    lotSize: '0.00000001',
    price: 318_244,
    typicalQuantity: 410_000_000,
    sparsity: 0.6,
  },
  {
    symbol: 'UST10Y',
    tickSize: '0.0078125',
    lotSize: '1000',
    price: 12_745,
    typicalQuantity: 900,
    sparsity: 0,
  },
  {
    symbol: 'INDEX-F',
    tickSize: '0.25',
    lotSize: '1',
    price: 20_961,
    typicalQuantity: 60,
    sparsity: 0,
  },
];

/** Levels kept on each side: more than any page asks for. */
const LEVELS = 120;

interface Level {
  price: number;
  quantity: number;
  orderCount: number;
}

export class FakeMarket {
  info: InstrumentInfo;
  sequence = 1000;
  transaction = 5000;
  readonly #kind: Kind;
  readonly #random: () => number;
  readonly #sides: readonly [Level[], Level[]] = [[], []];
  #tradeId = 0;

  static all(seed: number): readonly FakeMarket[] {
    return KINDS.map((kind, index) => new FakeMarket(kind, index + 1, seed + index));
  }

  constructor(kind: Kind, id: number, seed: number) {
    this.#kind = kind;
    this.#random = randomFrom(seed);
    const { symbol, tickSize, lotSize } = kind;
    const status = TradingStatus.Continuous;
    this.info = { id, symbol, tickSize, lotSize, status, state: FeedState.Live, reason: 'NONE' };
    this.#fill(Side.Bid, kind.price - 1);
    this.#fill(Side.Ask, kind.price + 1);
  }

  view(side: Side, depth: number): LevelsView {
    const levels = this.#sides[side];
    const at = (index: number) => levels[index] as Level;
    return {
      length: Math.min(depth, levels.length),
      price: (index) => at(index).price,
      quantity: (index) => at(index).quantity,
      orderCount: (index) => at(index).orderCount,
    };
  }

  /** A few quantities change near the touch; now and then a trade takes the best level along. */
  step(nowUs: number): readonly TradeEvent[] {
    for (let change = 0; change < 4; change += 1) {
      const side = this.#random() < 0.5 ? Side.Bid : Side.Ask;
      const level = this.#sides[side][Math.floor(this.#random() ** 2 * 20)] as Level;
      this.#refill(level);
      this.sequence += 1;
    }
    this.transaction += 5;
    return this.#random() < 0.35 ? this.#trade(nowUs) : [];
  }

  formatPrice(ticks: number): string {
    return multiple(this.#kind.tickSize, ticks);
  }

  formatQuantity(lots: number): string {
    return multiple(this.#kind.lotSize, lots);
  }

  #trade(timeUs: number): readonly TradeEvent[] {
    const aggressor = this.#random() < 0.5 ? Side.Bid : Side.Ask;
    const hit = this.#sides[aggressor === Side.Bid ? Side.Ask : Side.Bid];
    const best = hit[0] as Level;
    const quantity = Math.max(1, Math.floor(best.quantity * this.#random() ** 2));
    const { price } = best;
    best.quantity -= quantity;
    if (best.quantity <= 0 || this.#random() < 0.2) this.#moveTouch(aggressor);
    this.#tradeId += 1;
    return [{ id: this.#tradeId, price, quantity, aggressor, timeUs }];
  }

  /** The level hit is gone, and the other side follows. */
  #moveTouch(aggressor: Side): void {
    const hit = this.#sides[aggressor === Side.Bid ? Side.Ask : Side.Bid];
    const following = this.#sides[aggressor];
    const step = aggressor === Side.Bid ? 1 : -1;
    hit.shift();
    const outer = hit.at(-1) as Level;
    hit.push(this.#level(outer.price + step));
    const best = following[0] as Level;
    const room = ((hit[0] as Level).price - best.price) * step;
    if (room > 1) {
      following.unshift(this.#level(best.price + step));
      following.pop();
    }
  }

  #fill(side: Side, start: number): void {
    const step = side === Side.Bid ? -1 : 1;
    let price = start;
    while (this.#sides[side].length < LEVELS) {
      this.#sides[side].push(this.#level(price));
      do price += step;
      while (this.#random() < this.#kind.sparsity);
    }
  }

  #level(price: number): Level {
    const level = { price, quantity: 0, orderCount: 0 };
    this.#refill(level);
    return level;
  }

  #refill(level: Level): void {
    const size = this.#kind.typicalQuantity * (0.15 + 2 * this.#random() ** 2);
    const round = this.#random() < 0.4 ? 10 ** Math.max(0, Math.floor(Math.log10(size)) - 1) : 1;
    level.quantity = Math.max(1, Math.round(size / round) * round);
    level.orderCount = 1 + Math.floor(this.#random() * 14);
  }
}

/** Exact: whole steps of a decimal, with the decimals of the step. */
function multiple(step: string, count: number): string {
  const [whole = '0', fraction = ''] = step.split('.');
  const units = (BigInt(count) * BigInt(whole + fraction))
    .toString()
    .padStart(fraction.length + 1, '0');
  if (fraction === '') return units;
  return `${units.slice(0, -fraction.length)}.${units.slice(-fraction.length)}`;
}

/** mulberry32: small, seeded, good enough to look real. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
