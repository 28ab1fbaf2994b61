/** Seeded random commands of every kind, for tests that compare two runs of one stream. */

import { BookKind, type InstrumentId, Side, TradingStatus } from '../../feed/index.ts';
import {
  type Command,
  CommandType,
  MassCancelSide,
  type NewOrder,
  OrderType,
  PegTo,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import {
  ask,
  bid,
  bookUpdate,
  cancel,
  limit,
  listing,
  massCancel,
  modify,
  replace,
} from './orders.ts';

type Random = (below: number) => number;

export const RANDOM_OWNERS = 3;
/** Instruments 1 and 2 have books of orders, 3 a venue's. */
export const RANDOM_LISTINGS: readonly Command[] = [
  listing('ABC'),
  listing('DEF'),
  listing('VEN', BookKind.Levels),
];

/** `id`: rises from command to command, so that earlier orders are met again. */
export function randomCommand(random: Random, id: number): Command {
  const instrument = 1 + random(2);
  const earlier = 1 + Math.max(0, id - 1 - random(80));
  const price = 1000 + random(25);
  const quantity = 1 + random(40);
  switch (random(14)) {
    case 0:
    case 1:
      return cancel(instrument, earlier);
    case 2:
      return modify(instrument, earlier, price, quantity);
    case 3:
      return replace(instrument, earlier, price, quantity);
    case 4:
      return randomUpdate(random);
    case 5:
      return {
        type: CommandType.VenueTrade,
        instrument: 3 as InstrumentId,
        price,
        quantity,
        aggressor: random(2) === 0 ? Side.Bid : Side.Ask,
      };
    case 6:
      if (random(12) === 0) return massCancel(random(3), oneOf(MassCancelSide, random));
      if (random(6) > 0) return randomOrder(random, instrument, id, price, quantity);
      if (random(4) === 0) return { type: CommandType.AdvanceTime };
      return {
        type: CommandType.SetStatus,
        instrument: instrument as InstrumentId,
        status: random(2) === 0 ? oneOf(STATUSES, random) : TradingStatus.Continuous,
      };
    default:
      return randomOrder(random, instrument, id, price, quantity);
  }
}

function randomOrder(
  random: Random,
  instrument: number,
  id: number,
  price: number,
  quantity: number,
): NewOrder {
  const side = random(2) === 0 ? Side.Bid : Side.Ask;
  const order = limit(instrument, id, side, price, quantity);
  if (random(5) === 0) return { ...order, ...specialTerms(random, id, price) };
  const isMarket = random(12) === 0;
  const isIceberg = random(5) === 0;
  return {
    ...order,
    orderType: isMarket ? OrderType.Market : OrderType.Limit,
    price: isMarket ? 0 : price,
    timeInForce: random(4) === 0 ? oneOf({ ...LASTING, ...IMMEDIATE }, random) : TimeInForce.Gtc,
    postOnly: random(6) === 0 ? oneOf(PostOnly, random) : PostOnly.Off,
    selfTrade: random(3) === 0 ? oneOf(SelfTrade, random) : SelfTrade.Allow,
    displayQuantity: isIceberg ? 1 + random(quantity) : 0,
  };
}

/** Stops, pegs, hidden and linked orders, and those that end by themselves. */
function specialTerms(random: Random, id: number, price: number): Partial<NewOrder> {
  const triggerPrice = 1000 + random(25);
  switch (random(8)) {
    case 0:
      return { orderType: OrderType.Stop, price: 0, triggerPrice };
    case 1:
      return { orderType: OrderType.StopLimit, triggerPrice };
    case 2:
      return { orderType: OrderType.TrailingStop, price: 0, trailBy: 1 + random(6) };
    case 3: {
      const pegTo = 1 + random(2) === PegTo.Mid ? PegTo.Mid : PegTo.Primary;
      return { orderType: OrderType.Pegged, price, pegTo, pegOffset: random(3) };
    }
    case 4:
      return { timeInForce: TimeInForce.Day };
    case 5:
      return { timeInForce: TimeInForce.Gtd, expiresAtMs: START_MS + 1 + random(60_000) };
    case 6:
      return { linkedTo: Math.max(1, id - 1 - random(10)) };
    default:
      return { isHidden: true };
  }
}

/** Where the clocks of tests begin: some orders expire while they run, some have before they come. */
const START_MS = 1_700_000_000_000;
const STATUSES = {
  Halted: TradingStatus.Halted,
  Auction: TradingStatus.Auction,
  Closed: TradingStatus.Closed,
};
const LASTING = { Gtc: TimeInForce.Gtc };
const IMMEDIATE = { Ioc: TimeInForce.Ioc, Fok: TimeInForce.Fok };

function randomUpdate(random: Random): Command {
  const levels = Array.from({ length: random(6) }, () =>
    (random(2) === 0 ? bid : ask)(1000 + random(20), random(30)),
  );
  return bookUpdate(3, levels, { clear: random(15) === 0, depth: random(2) * 8 });
}

function oneOf<T>(values: Readonly<Record<string, T>>, random: Random): T {
  const all = Object.values(values);
  return all[random(all.length)] as T;
}
