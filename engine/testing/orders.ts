/** Short ways to write commands in tests. */

import { BookKind, type InstrumentId, Side } from '../../feed/index.ts';
import {
  type BookUpdate,
  type CancelOrder,
  CommandType,
  type ListInstrument,
  type MassCancel,
  type MassCancelSide,
  type ModifyOrder,
  type NewOrder,
  OrderType,
  PegTo,
  PostOnly,
  type PriceLevel,
  type ReplaceOrder,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';

export function listing(symbol: string, bookKind: BookKind = BookKind.Orders): ListInstrument {
  return {
    type: CommandType.ListInstrument,
    symbol,
    tickSize: '0.01',
    lotSize: '1',
    bookKind,
    lowestPrice: -1_000_000,
    highestPrice: 1_000_000,
  };
}

export function limit(
  instrument: number,
  clientOrderId: number,
  side: Side,
  price: number,
  quantity: number,
  timeInForce: TimeInForce = TimeInForce.Gtc,
): NewOrder {
  return {
    type: CommandType.NewOrder,
    instrument: instrument as InstrumentId,
    clientOrderId,
    side,
    orderType: OrderType.Limit,
    timeInForce,
    price,
    quantity,
    minimumQuantity: 0,
    displayQuantity: 0,
    postOnly: PostOnly.Off,
    selfTrade: SelfTrade.Allow,
    isHidden: false,
    linkedTo: 0,
    triggerPrice: 0,
    trailBy: 0,
    pegTo: PegTo.None,
    pegOffset: 0,
    expiresAtMs: 0,
  };
}

export function market(
  instrument: number,
  clientOrderId: number,
  side: Side,
  quantity: number,
): NewOrder {
  return {
    ...limit(instrument, clientOrderId, side, 0, quantity),
    orderType: OrderType.Market,
  };
}

export function cancel(instrument: number, clientOrderId: number): CancelOrder {
  return { type: CommandType.Cancel, instrument: instrument as InstrumentId, clientOrderId };
}

export function modify(
  instrument: number,
  clientOrderId: number,
  price: number,
  quantity: number,
): ModifyOrder {
  return { ...cancel(instrument, clientOrderId), type: CommandType.Modify, price, quantity };
}

export function massCancel(instrument: number, side: MassCancelSide): MassCancel {
  return { type: CommandType.MassCancel, instrument: instrument as InstrumentId, side };
}

export function replace(
  instrument: number,
  clientOrderId: number,
  price: number,
  quantity: number,
): ReplaceOrder {
  return { ...cancel(instrument, clientOrderId), type: CommandType.Replace, price, quantity };
}

export function bid(price: number, quantity: number): PriceLevel {
  return { side: Side.Bid, price, quantity };
}

export function ask(price: number, quantity: number): PriceLevel {
  return { side: Side.Ask, price, quantity };
}

export function bookUpdate(
  instrument: number,
  levels: readonly PriceLevel[],
  options: { readonly clear?: boolean; readonly depth?: number } = {},
): BookUpdate {
  return {
    type: CommandType.BookUpdate,
    instrument: instrument as InstrumentId,
    clear: options.clear ?? false,
    depth: options.depth ?? 0,
    levels,
  };
}
