/** The commands of an order's owner as bytes, both ways. */

import { type InstrumentId, MAX_INTEGER, MAX_U32, Side } from '../../feed/index.ts';
import {
  type CancelOrder,
  CommandType,
  type MassCancel,
  MassCancelSide,
  type ModifyOrder,
  type NewOrder,
  OrderType,
  PegTo,
  PostOnly,
  type ReplaceOrder,
  SelfTrade,
  TimeInForce,
} from './commands.ts';
import { choice, within } from './field-checks.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import {
  CancelOffset,
  CONDITIONAL_NEW_ORDER_BYTES,
  LONGEST_NEW_ORDER_BYTES,
  MassCancelOffset,
  ModifyOffset,
  NewOrderOffset,
  TRIGGERED_MODIFY_BYTES,
} from './order-layouts.ts';

/** Local, for an imported constant is read from memory at each use. */
const HIGHEST = MAX_INTEGER;
const HIGHEST_U32 = MAX_U32;
const NEW_ORDER = NewOrderOffset;
const CANCEL = CancelOffset;
const MODIFY = ModifyOffset;
const BYTES = MESSAGE_BYTES;
const MESSAGE = MessageType;

const LAST_SIDE = Side.Ask;
const LAST_ORDER_TYPE = OrderType.Pegged;
const LAST_TIME_IN_FORCE = TimeInForce.Gtd;
const LAST_MASS_CANCEL_SIDE = MassCancelSide.Both;
const LAST_POST_ONLY = PostOnly.Slide;
const LAST_SELF_TRADE = SelfTrade.Decrement;
const LAST_PEG_TO = PegTo.Mid;

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A new order with every field there, so that all have one shape. */
export type WholeNewOrder = Mutable<Required<NewOrder>>;

export function emptyNewOrder(): WholeNewOrder {
  return {
    type: CommandType.NewOrder,
    instrument: 0 as InstrumentId,
    clientOrderId: 0,
    side: Side.Bid,
    orderType: OrderType.Limit,
    timeInForce: TimeInForce.Gtc,
    price: 0,
    quantity: 0,
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

/** An order that asks for nothing special ends before the fields that would say so. */
export function newOrderBytes(order: NewOrder): number {
  const { triggerPrice = 0, trailBy = 0, pegOffset = 0, expiresAtMs = 0, linkedTo = 0 } = order;
  const isShort =
    triggerPrice === 0 && trailBy === 0 && pegOffset === 0 && expiresAtMs === 0 && linkedTo === 0;
  if (!isShort) return LONGEST_NEW_ORDER_BYTES;
  const { minimumQuantity = 0, displayQuantity = 0 } = order;
  return minimumQuantity === 0 && displayQuantity === 0
    ? BYTES.NewOrder
    : CONDITIONAL_NEW_ORDER_BYTES;
}

export function encodeNewOrder(writer: MessageWriter, number: number, order: NewOrder): void {
  const { selfTrade = SelfTrade.Allow, postOnly = PostOnly.Off } = order;
  const { isHidden = false, pegTo = PegTo.None } = order;
  const bytes = newOrderBytes(order);
  checkNewOrder(order);
  if (bytes !== BYTES.NewOrder) checkConditions(order);
  choice('selfTrade', selfTrade, LAST_SELF_TRADE);
  choice('postOnly', postOnly, LAST_POST_ONLY);
  choice('pegTo', pegTo, LAST_PEG_TO);
  writer.open(MESSAGE.NewOrder, bytes);
  writer.u8(NEW_ORDER.Side, order.side);
  writer.u8(NEW_ORDER.OrderType, order.orderType);
  writer.u8(NEW_ORDER.TimeInForce, order.timeInForce);
  writer.i64(NEW_ORDER.Number, number);
  writer.i64(NEW_ORDER.ClientOrderId, order.clientOrderId);
  writer.i64(NEW_ORDER.Price, order.price);
  writer.i64(NEW_ORDER.Quantity, order.quantity);
  writer.u32(NEW_ORDER.Instrument, order.instrument);
  writer.u8(NEW_ORDER.SelfTrade, selfTrade);
  writer.u8(NEW_ORDER.PostOnly, postOnly);
  writer.u8(NEW_ORDER.IsHidden, isHidden ? 1 : 0);
  writer.u8(NEW_ORDER.PegTo, pegTo);
  if (bytes === BYTES.NewOrder) return;
  writer.i64(NEW_ORDER.MinimumQuantity, order.minimumQuantity ?? 0);
  writer.i64(NEW_ORDER.DisplayQuantity, order.displayQuantity ?? 0);
  if (bytes === CONDITIONAL_NEW_ORDER_BYTES) return;
  writer.i64(NEW_ORDER.TriggerPrice, order.triggerPrice ?? 0);
  writer.i64(NEW_ORDER.TrailBy, order.trailBy ?? 0);
  writer.i64(NEW_ORDER.PegOffset, order.pegOffset ?? 0);
  writer.i64(NEW_ORDER.ExpiresAtMs, order.expiresAtMs ?? 0);
  writer.i64(NEW_ORDER.LinkedTo, order.linkedTo ?? 0);
}

function checkNewOrder(order: NewOrder): void {
  choice('side', order.side, LAST_SIDE);
  choice('orderType', order.orderType, LAST_ORDER_TYPE);
  choice('timeInForce', order.timeInForce, LAST_TIME_IN_FORCE);
  within('clientOrderId', order.clientOrderId, 1, HIGHEST);
  within('price', order.price, -HIGHEST, HIGHEST);
  within('quantity', order.quantity, 0, HIGHEST);
  within('instrument', order.instrument, 0, HIGHEST_U32);
}

/** What a short message does not say is 0. */
function checkConditions(order: NewOrder): void {
  within('minimumQuantity', order.minimumQuantity ?? 0, 0, HIGHEST);
  within('displayQuantity', order.displayQuantity ?? 0, 0, HIGHEST);
  within('triggerPrice', order.triggerPrice ?? 0, -HIGHEST, HIGHEST);
  within('trailBy', order.trailBy ?? 0, 0, HIGHEST);
  within('pegOffset', order.pegOffset ?? 0, 0, HIGHEST);
  within('expiresAtMs', order.expiresAtMs ?? 0, 0, HIGHEST);
  within('linkedTo', order.linkedTo ?? 0, 0, HIGHEST);
}

/** Into `order`. Throws `DecodeError`. */
export function readNewOrder(reader: MessageReader, order: WholeNewOrder): NewOrder {
  order.side = reader.choice(NEW_ORDER.Side, LAST_SIDE) as Side;
  order.orderType = reader.choice(NEW_ORDER.OrderType, LAST_ORDER_TYPE) as OrderType;
  order.timeInForce = reader.choice(NEW_ORDER.TimeInForce, LAST_TIME_IN_FORCE) as TimeInForce;
  order.clientOrderId = reader.u64(NEW_ORDER.ClientOrderId);
  order.price = reader.i64(NEW_ORDER.Price);
  order.quantity = reader.u64(NEW_ORDER.Quantity);
  order.instrument = reader.u32(NEW_ORDER.Instrument) as InstrumentId;
  order.selfTrade = reader.choice(NEW_ORDER.SelfTrade, LAST_SELF_TRADE) as SelfTrade;
  order.postOnly = reader.choice(NEW_ORDER.PostOnly, LAST_POST_ONLY) as PostOnly;
  order.isHidden = reader.choice(NEW_ORDER.IsHidden, 1) === 1;
  order.pegTo = reader.choice(NEW_ORDER.PegTo, LAST_PEG_TO) as PegTo;
  // Most orders end here.
  const isLong = reader.length > BYTES.NewOrder;
  order.minimumQuantity = isLong ? reader.u64OrZero(NEW_ORDER.MinimumQuantity) : 0;
  order.displayQuantity = isLong ? reader.u64OrZero(NEW_ORDER.DisplayQuantity) : 0;
  order.triggerPrice = isLong ? reader.i64OrZero(NEW_ORDER.TriggerPrice) : 0;
  order.trailBy = isLong ? reader.u64OrZero(NEW_ORDER.TrailBy) : 0;
  order.pegOffset = isLong ? reader.u64OrZero(NEW_ORDER.PegOffset) : 0;
  order.expiresAtMs = isLong ? reader.u64OrZero(NEW_ORDER.ExpiresAtMs) : 0;
  order.linkedTo = isLong ? reader.u64OrZero(NEW_ORDER.LinkedTo) : 0;
  return order;
}

export function encodeCancel(writer: MessageWriter, number: number, command: CancelOrder): void {
  within('clientOrderId', command.clientOrderId, 1, HIGHEST);
  within('instrument', command.instrument, 0, HIGHEST_U32);
  writer.open(MESSAGE.Cancel, BYTES.Cancel);
  writer.i64(CANCEL.Number, number);
  writer.i64(CANCEL.ClientOrderId, command.clientOrderId);
  writer.u32(CANCEL.Instrument, command.instrument);
}

/** Into `command`. Throws `DecodeError`. */
export function readCancel(reader: MessageReader, command: Mutable<CancelOrder>): CancelOrder {
  command.clientOrderId = reader.u64(CANCEL.ClientOrderId);
  command.instrument = reader.u32(CANCEL.Instrument) as InstrumentId;
  return command;
}

/** A change without a new trigger ends before it. */
export function modifyBytes({ triggerPrice }: ModifyOrder | ReplaceOrder): number {
  return triggerPrice === undefined ? BYTES.Modify : TRIGGERED_MODIFY_BYTES;
}

export function encodeModify(
  writer: MessageWriter,
  number: number,
  command: ModifyOrder | ReplaceOrder,
): void {
  const { type, triggerPrice } = command;
  within('clientOrderId', command.clientOrderId, 1, HIGHEST);
  within('price', command.price, -HIGHEST, HIGHEST);
  within('quantity', command.quantity, 0, HIGHEST);
  within('instrument', command.instrument, 0, HIGHEST_U32);
  within('triggerPrice', triggerPrice ?? 0, -HIGHEST, HIGHEST);
  const message = type === CommandType.Modify ? MESSAGE.Modify : MESSAGE.Replace;
  writer.open(message, modifyBytes(command));
  writer.i64(MODIFY.Number, number);
  writer.i64(MODIFY.ClientOrderId, command.clientOrderId);
  writer.i64(MODIFY.Price, command.price);
  writer.i64(MODIFY.Quantity, command.quantity);
  writer.u32(MODIFY.Instrument, command.instrument);
  if (triggerPrice === undefined) return;
  writer.u8(MODIFY.HasTrigger, 1);
  writer.i64(MODIFY.TriggerPrice, triggerPrice);
}

/** Into `command`, unless it has a trigger, which most have not. Throws `DecodeError`. */
export function readModify<C extends ModifyOrder | ReplaceOrder>(
  reader: MessageReader,
  command: Mutable<C>,
): C {
  command.clientOrderId = reader.u64(MODIFY.ClientOrderId);
  command.price = reader.i64(MODIFY.Price);
  command.quantity = reader.u64(MODIFY.Quantity);
  command.instrument = reader.u32(MODIFY.Instrument) as InstrumentId;
  if (reader.choice(MODIFY.HasTrigger, 1) === 0) return command as C;
  return { ...(command as C), triggerPrice: reader.i64OrZero(MODIFY.TriggerPrice) };
}

export function encodeMassCancel(writer: MessageWriter, number: number, command: MassCancel): void {
  choice('side', command.side, LAST_MASS_CANCEL_SIDE);
  within('instrument', command.instrument, 0, HIGHEST_U32);
  writer.open(MESSAGE.MassCancel, BYTES.MassCancel);
  writer.u8(MassCancelOffset.Side, command.side);
  writer.i64(MassCancelOffset.Number, number);
  writer.u32(MassCancelOffset.Instrument, command.instrument);
}

/** Throws `DecodeError`. */
export function readMassCancel(reader: MessageReader): MassCancel {
  return {
    type: CommandType.MassCancel,
    instrument: reader.u32(MassCancelOffset.Instrument) as InstrumentId,
    side: reader.choice(MassCancelOffset.Side, LAST_MASS_CANCEL_SIDE) as MassCancelSide,
  };
}
