/** What a request in decimals and words is as a command: types, times in force, conditions. */

import {
  CommandType,
  type NewOrder,
  OrderEntryError,
  OrderType,
  PegTo,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../../engine/protocol/index.ts';
import type { NewOrderRequest } from './api.ts';
import type { InstrumentScales } from './instrument-scales.ts';

const TIMES_IN_FORCE = {
  gtc: TimeInForce.Gtc,
  ioc: TimeInForce.Ioc,
  fok: TimeInForce.Fok,
  day: TimeInForce.Day,
  gtd: TimeInForce.Gtd,
} as const;

const POST_ONLY = { reject: PostOnly.Reject, slide: PostOnly.Slide } as const;

const SELF_TRADE = {
  'cancel-newest': SelfTrade.CancelNewest,
  'cancel-oldest': SelfTrade.CancelOldest,
  'cancel-both': SelfTrade.CancelBoth,
  decrement: SelfTrade.Decrement,
} as const;

const PEG_TO = { primary: PegTo.Primary, mid: PegTo.Mid } as const;

/** Throws `DecimalError`, and `OrderEntryError` BAD_FIELD for what is no order of any type. */
export function newOrder(
  request: NewOrderRequest,
  clientOrderId: number,
  scales: InstrumentScales,
): NewOrder {
  const {
    symbol: _,
    side,
    timeInForce = request.expiresAt === undefined ? 'gtc' : 'gtd',
  } = request;
  const { price, quantity } = scales;
  const ticks = (text: string | undefined) => (text === undefined ? 0 : price.parse(text));
  const lots = (text: string | undefined) => (text === undefined ? 0 : quantity.parse(text));
  const { postOnly, selfTrade, peg, linkedTo, hidden = false } = request;
  return {
    type: CommandType.NewOrder,
    instrument: scales.instrument.id,
    clientOrderId,
    side,
    orderType: orderTypeOf(request),
    timeInForce: TIMES_IN_FORCE[timeInForce],
    price: ticks(request.price),
    quantity: quantity.parse(request.quantity),
    minimumQuantity: lots(request.minimumQuantity),
    displayQuantity: lots(request.displayQuantity),
    postOnly: postOnly === undefined ? PostOnly.Off : POST_ONLY[postOnly],
    selfTrade: selfTrade === undefined ? SelfTrade.Allow : SELF_TRADE[selfTrade],
    isHidden: hidden,
    linkedTo: typeof linkedTo === 'object' ? linkedTo.clientOrderId : (linkedTo ?? 0),
    triggerPrice: ticks(request.triggerPrice),
    trailBy: ticks(request.trailBy),
    pegTo: peg === undefined ? PegTo.None : PEG_TO[peg.to],
    pegOffset: ticks(peg?.offset),
    expiresAtMs: request.expiresAt?.getTime() ?? 0,
  };
}

/** True for what waits for a trade before it is in the market. */
export function isStop({ orderType }: NewOrder): boolean {
  const { Stop, StopLimit, TrailingStop } = OrderType;
  return orderType === Stop || orderType === StopLimit || orderType === TrailingStop;
}

/** The type follows from what is given: nobody has to name it, and nobody can contradict himself. */
function orderTypeOf({ price, triggerPrice, trailBy, peg }: NewOrderRequest): OrderType {
  const kinds = [triggerPrice, trailBy, peg].filter((kind) => kind !== undefined);
  if (kinds.length > 1) refuse('triggerPrice, trailBy and peg exclude each other.');
  if (peg !== undefined) {
    if (price === undefined) refuse('A pegged order needs a price, its limit.');
    return OrderType.Pegged;
  }
  if (trailBy !== undefined) {
    if (price !== undefined) refuse('A trailing stop has no price.');
    return OrderType.TrailingStop;
  }
  if (triggerPrice !== undefined) {
    return price === undefined ? OrderType.Stop : OrderType.StopLimit;
  }
  return price === undefined ? OrderType.Market : OrderType.Limit;
}

function refuse(detail: string): never {
  throw new OrderEntryError('BAD_FIELD', detail);
}
