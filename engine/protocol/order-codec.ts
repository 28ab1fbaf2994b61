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
  const isLong = triggerPrice !== 0 || trailBy + pegOffset + expiresAtMs + linkedTo > 0;
  if (isLong) return LONGEST_NEW_ORDER_BYTES;
  const { minimumQuantity = 0, displayQuantity = 0 } = order;
  return minimumQuantity === 0 && displayQuantity === 0
    ? MESSAGE_BYTES.NewOrder
    : CONDITIONAL_NEW_ORDER_BYTES;
}

export function encodeNewOrder(writer: MessageWriter, number: number, order: NewOrder): void {
  const { selfTrade = SelfTrade.Allow, postOnly = PostOnly.Off } = order;
  const { isHidden = false, pegTo = PegTo.None } = order;
  checkNewOrder(order);
  choice('selfTrade', selfTrade, LAST_SELF_TRADE);
  choice('postOnly', postOnly, LAST_POST_ONLY);
  choice('pegTo', pegTo, LAST_PEG_TO);
  const bytes = newOrderBytes(order);
  writer.open(MessageType.NewOrder, bytes);
  writer.u8(NewOrderOffset.Side, order.side);
  writer.u8(NewOrderOffset.OrderType, order.orderType);
  writer.u8(NewOrderOffset.TimeInForce, order.timeInForce);
  writer.i64(NewOrderOffset.Number, number);
  writer.i64(NewOrderOffset.ClientOrderId, order.clientOrderId);
  writer.i64(NewOrderOffset.Price, order.price);
  writer.i64(NewOrderOffset.Quantity, order.quantity);
  writer.u32(NewOrderOffset.Instrument, order.instrument);
  writer.u8(NewOrderOffset.SelfTrade, selfTrade);
  writer.u8(NewOrderOffset.PostOnly, postOnly);
  writer.u8(NewOrderOffset.IsHidden, isHidden ? 1 : 0);
  writer.u8(NewOrderOffset.PegTo, pegTo);
  if (bytes === MESSAGE_BYTES.NewOrder) return;
  writer.i64(NewOrderOffset.MinimumQuantity, order.minimumQuantity ?? 0);
  writer.i64(NewOrderOffset.DisplayQuantity, order.displayQuantity ?? 0);
  if (bytes === CONDITIONAL_NEW_ORDER_BYTES) return;
  writer.i64(NewOrderOffset.TriggerPrice, order.triggerPrice ?? 0);
  writer.i64(NewOrderOffset.TrailBy, order.trailBy ?? 0);
  writer.i64(NewOrderOffset.PegOffset, order.pegOffset ?? 0);
  writer.i64(NewOrderOffset.ExpiresAtMs, order.expiresAtMs ?? 0);
  writer.i64(NewOrderOffset.LinkedTo, order.linkedTo ?? 0);
}

function checkNewOrder(order: NewOrder): void {
  choice('side', order.side, LAST_SIDE);
  choice('orderType', order.orderType, LAST_ORDER_TYPE);
  choice('timeInForce', order.timeInForce, LAST_TIME_IN_FORCE);
  within('clientOrderId', order.clientOrderId, 1, MAX_INTEGER);
  within('price', order.price, -MAX_INTEGER, MAX_INTEGER);
  within('quantity', order.quantity, 0, MAX_INTEGER);
  within('instrument', order.instrument, 0, MAX_U32);
  within('minimumQuantity', order.minimumQuantity ?? 0, 0, MAX_INTEGER);
  within('displayQuantity', order.displayQuantity ?? 0, 0, MAX_INTEGER);
  within('triggerPrice', order.triggerPrice ?? 0, -MAX_INTEGER, MAX_INTEGER);
  within('trailBy', order.trailBy ?? 0, 0, MAX_INTEGER);
  within('pegOffset', order.pegOffset ?? 0, 0, MAX_INTEGER);
  within('expiresAtMs', order.expiresAtMs ?? 0, 0, MAX_INTEGER);
  within('linkedTo', order.linkedTo ?? 0, 0, MAX_INTEGER);
}

/** Into `order`. Throws `DecodeError`. */
export function readNewOrder(reader: MessageReader, order: WholeNewOrder): NewOrder {
  order.side = reader.choice(NewOrderOffset.Side, LAST_SIDE) as Side;
  order.orderType = reader.choice(NewOrderOffset.OrderType, LAST_ORDER_TYPE) as OrderType;
  order.timeInForce = reader.choice(NewOrderOffset.TimeInForce, LAST_TIME_IN_FORCE) as TimeInForce;
  order.clientOrderId = reader.u64(NewOrderOffset.ClientOrderId);
  order.price = reader.i64(NewOrderOffset.Price);
  order.quantity = reader.u64(NewOrderOffset.Quantity);
  order.instrument = reader.u32(NewOrderOffset.Instrument) as InstrumentId;
  order.selfTrade = reader.choice(NewOrderOffset.SelfTrade, LAST_SELF_TRADE) as SelfTrade;
  order.postOnly = reader.choice(NewOrderOffset.PostOnly, LAST_POST_ONLY) as PostOnly;
  order.isHidden = reader.choice(NewOrderOffset.IsHidden, 1) === 1;
  order.pegTo = reader.choice(NewOrderOffset.PegTo, LAST_PEG_TO) as PegTo;
  // Most orders end here.
  const isLong = reader.length > MESSAGE_BYTES.NewOrder;
  order.minimumQuantity = isLong ? reader.u64OrZero(NewOrderOffset.MinimumQuantity) : 0;
  order.displayQuantity = isLong ? reader.u64OrZero(NewOrderOffset.DisplayQuantity) : 0;
  order.triggerPrice = isLong ? reader.i64OrZero(NewOrderOffset.TriggerPrice) : 0;
  order.trailBy = isLong ? reader.u64OrZero(NewOrderOffset.TrailBy) : 0;
  order.pegOffset = isLong ? reader.u64OrZero(NewOrderOffset.PegOffset) : 0;
  order.expiresAtMs = isLong ? reader.u64OrZero(NewOrderOffset.ExpiresAtMs) : 0;
  order.linkedTo = isLong ? reader.u64OrZero(NewOrderOffset.LinkedTo) : 0;
  return order;
}

export function encodeCancel(writer: MessageWriter, number: number, command: CancelOrder): void {
  within('clientOrderId', command.clientOrderId, 1, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.Cancel, MESSAGE_BYTES.Cancel);
  writer.i64(CancelOffset.Number, number);
  writer.i64(CancelOffset.ClientOrderId, command.clientOrderId);
  writer.u32(CancelOffset.Instrument, command.instrument);
}

/** Into `command`. Throws `DecodeError`. */
export function readCancel(reader: MessageReader, command: Mutable<CancelOrder>): CancelOrder {
  command.clientOrderId = reader.u64(CancelOffset.ClientOrderId);
  command.instrument = reader.u32(CancelOffset.Instrument) as InstrumentId;
  return command;
}

/** A change without a new trigger ends before it. */
export function modifyBytes({ triggerPrice }: ModifyOrder | ReplaceOrder): number {
  return triggerPrice === undefined ? MESSAGE_BYTES.Modify : TRIGGERED_MODIFY_BYTES;
}

export function encodeModify(
  writer: MessageWriter,
  number: number,
  command: ModifyOrder | ReplaceOrder,
): void {
  const { type, triggerPrice } = command;
  within('clientOrderId', command.clientOrderId, 1, MAX_INTEGER);
  within('price', command.price, -MAX_INTEGER, MAX_INTEGER);
  within('quantity', command.quantity, 0, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  within('triggerPrice', triggerPrice ?? 0, -MAX_INTEGER, MAX_INTEGER);
  const message = type === CommandType.Modify ? MessageType.Modify : MessageType.Replace;
  writer.open(message, modifyBytes(command));
  writer.i64(ModifyOffset.Number, number);
  writer.i64(ModifyOffset.ClientOrderId, command.clientOrderId);
  writer.i64(ModifyOffset.Price, command.price);
  writer.i64(ModifyOffset.Quantity, command.quantity);
  writer.u32(ModifyOffset.Instrument, command.instrument);
  if (triggerPrice === undefined) return;
  writer.u8(ModifyOffset.HasTrigger, 1);
  writer.i64(ModifyOffset.TriggerPrice, triggerPrice);
}

/** Into `command`, unless it has a trigger, which most have not. Throws `DecodeError`. */
export function readModify<C extends ModifyOrder | ReplaceOrder>(
  reader: MessageReader,
  command: Mutable<C>,
): C {
  command.clientOrderId = reader.u64(ModifyOffset.ClientOrderId);
  command.price = reader.i64(ModifyOffset.Price);
  command.quantity = reader.u64(ModifyOffset.Quantity);
  command.instrument = reader.u32(ModifyOffset.Instrument) as InstrumentId;
  if (reader.choice(ModifyOffset.HasTrigger, 1) === 0) return command as C;
  return { ...(command as C), triggerPrice: reader.i64OrZero(ModifyOffset.TriggerPrice) };
}

export function encodeMassCancel(writer: MessageWriter, number: number, command: MassCancel): void {
  choice('side', command.side, LAST_MASS_CANCEL_SIDE);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.MassCancel, MESSAGE_BYTES.MassCancel);
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
