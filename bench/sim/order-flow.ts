/** Seeded commands that keep books full, and now and then do something large or rare. */

import {
  type BookUpdate,
  type Command,
  CommandType,
  type ListInstrument,
  type NewOrder,
  OrderType,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../../engine/protocol/index.ts';
import { BookKind, type InstrumentId, Side, TradingStatus } from '../../feed/index.ts';
import type { Seeded } from './seeded.ts';

/** Ids 1 to 3 have books of orders, 4 a venue's. */
export const ORDER_BOOKS = 3;
export const VENUE = (ORDER_BOOKS + 1) as InstrumentId;
export const SYMBOLS = ['ALPHA', 'BRAVO', 'CHARLIE', 'VENUE'] as const;
export const OWNERS = 3;
const { Auction, Continuous, Halted } = TradingStatus;
/** Mostly it trades. */
const STATUSES = [Auction, Continuous, Continuous, Continuous, Halted] as const;
const MIDDLE = 10_000;
const VENUE_DEPTH = 10;
/** Records of more than one packet. */
const LARGE_UPDATE = 1500;

export const LISTINGS: readonly ListInstrument[] = SYMBOLS.map((symbol, index) => ({
  type: CommandType.ListInstrument,
  symbol,
  tickSize: '0.01',
  lotSize: '1',
  bookKind: index < ORDER_BOOKS ? BookKind.Orders : BookKind.Levels,
  lowestPrice: 1,
  highestPrice: 1_000_000,
}));

export class OrderFlow {
  #lastId = 0;

  next(random: Seeded): Command {
    const instrument = random.between(1, ORDER_BOOKS) as InstrumentId;
    const earlier = Math.max(1, this.#lastId - random.below(60));
    const roll = random.below(100);
    if (roll < 52) return this.#newOrder(random, instrument);
    if (roll < 68) return { type: CommandType.Cancel, instrument, clientOrderId: earlier };
    if (roll < 76) {
      const [price, quantity] = [priceOf(random, random.below(2) as Side), random.between(1, 90)];
      return { type: CommandType.Modify, instrument, clientOrderId: earlier, price, quantity };
    }
    if (roll < 94)
      return update(random, random.between(1, 6), random.chance(0.7) ? VENUE_DEPTH : 0);
    if (roll < 97) return venueTrade(random);
    return { type: CommandType.SetStatus, instrument, status: random.pick(STATUSES) };
  }

  /** A transaction that spans packets. */
  large(random: Seeded): Command {
    return update(random, LARGE_UPDATE, 0);
  }

  #newOrder(random: Seeded, instrument: InstrumentId): NewOrder {
    this.#lastId += 1;
    const side = random.below(2) as Side;
    const quantity = random.between(1, 90);
    return {
      type: CommandType.NewOrder,
      instrument,
      clientOrderId: this.#lastId,
      side,
      orderType: OrderType.Limit,
      timeInForce: random.chance(0.1) ? TimeInForce.Ioc : TimeInForce.Gtc,
      price: priceOf(random, side),
      quantity,
      minimumQuantity: 0,
      displayQuantity: random.chance(0.15) ? random.between(1, quantity) : 0,
      postOnly: PostOnly.Off,
      selfTrade: SelfTrade.Allow,
      isHidden: random.chance(0.05),
      linkedTo: 0,
    };
  }
}

/** Mostly on its own side of the middle, so that books fill and some orders trade. */
function priceOf(random: Seeded, side: Side): number {
  const away = random.between(-3, 15);
  return side === Side.Bid ? MIDDLE - away : MIDDLE + 1 + away;
}

function update(random: Seeded, count: number, depth: number): BookUpdate {
  const levels = Array.from({ length: count }, () => {
    const side = random.below(2) as Side;
    const away = 1 + random.below(count > 100 ? 2000 : 30);
    const price = side === Side.Bid ? MIDDLE - away : MIDDLE + away;
    return { side, price, quantity: random.chance(0.2) ? 0 : random.between(1, 500) };
  });
  const clear = random.chance(0.05);
  return { type: CommandType.BookUpdate, instrument: VENUE, clear, depth, levels };
}

function venueTrade(random: Seeded): Command {
  const aggressor = random.below(2) as Side;
  const [price, quantity] = [MIDDLE + random.below(5), random.between(1, 50)];
  return { type: CommandType.VenueTrade, instrument: VENUE, price, quantity, aggressor };
}
