/** Commands to bytes; what the protocol cannot carry is refused before anything is written. */

import {
  BookKind,
  MAX_DECIMAL_BYTES,
  MAX_INTEGER,
  MAX_SYMBOL_BYTES,
  MAX_U32,
  Side,
  TradingStatus,
} from '../../feed/index.ts';
import {
  type BookUpdate,
  type CancelOrder,
  type Command,
  CommandType,
  type ListInstrument,
  type MassCancel,
  MassCancelSide,
  type ModifyOrder,
  type NewOrder,
  OrderType,
  PostOnly,
  type ReplaceOrder,
  SelfTrade,
  type SetStatus,
  TimeInForce,
  type VenueTrade,
} from './commands.ts';
import { choice, refuse, room, within } from './field-checks.ts';
import { MAX_BOOK_UPDATE_LEVELS } from './limits.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import {
  encodeBustTrade,
  encodeCorrectTrade,
  encodeKillSwitch,
  encodeSetCalendar,
  encodeSetRules,
  setCalendarBytes,
} from './operator-codec.ts';
import { AdvanceTimeOffset, ListInstrumentOffset, SetStatusOffset } from './operator-layouts.ts';
import {
  CancelOffset,
  LONGEST_NEW_ORDER_BYTES,
  MassCancelOffset,
  ModifyOffset,
  NewOrderOffset,
  OwnerGoneOffset,
} from './order-layouts.ts';
import {
  BookUpdateOffset,
  PRICE_LEVEL_BYTES,
  PriceLevelOffset,
  VenueTradeOffset,
} from './venue-layouts.ts';

const LAST_SIDE = Side.Ask;
const LAST_ORDER_TYPE = OrderType.Market;
const LAST_TIME_IN_FORCE = TimeInForce.Fok;
const LAST_MASS_CANCEL_SIDE = MassCancelSide.Both;
const LAST_POST_ONLY = PostOnly.Slide;
const LAST_SELF_TRADE = SelfTrade.Decrement;
const LAST_BOOK_KIND = BookKind.Levels;
const LAST_STATUS = TradingStatus.Delisted;

/** Bytes that `command` takes as a message. */
export function commandBytes(command: Command): number {
  switch (command.type) {
    case CommandType.NewOrder:
      return newOrderBytes(command);
    case CommandType.Cancel:
      return MESSAGE_BYTES.Cancel;
    case CommandType.Modify:
    case CommandType.Replace:
      return MESSAGE_BYTES.Modify;
    case CommandType.ListInstrument:
      return MESSAGE_BYTES.ListInstrument;
    case CommandType.SetStatus:
      return MESSAGE_BYTES.SetStatus;
    case CommandType.BookUpdate:
      return MESSAGE_BYTES.BookUpdate + command.levels.length * PRICE_LEVEL_BYTES;
    case CommandType.VenueTrade:
      return MESSAGE_BYTES.VenueTrade;
    case CommandType.MassCancel:
      return MESSAGE_BYTES.MassCancel;
    case CommandType.SetRules:
      return MESSAGE_BYTES.SetRules;
    case CommandType.SetCalendar:
      return setCalendarBytes(command);
    case CommandType.BustTrade:
      return MESSAGE_BYTES.BustTrade;
    case CommandType.CorrectTrade:
      return MESSAGE_BYTES.CorrectTrade;
    case CommandType.KillSwitch:
      return MESSAGE_BYTES.KillSwitch;
    case CommandType.OwnerGone:
      return MESSAGE_BYTES.OwnerGone;
    case CommandType.AdvanceTime:
      return MESSAGE_BYTES.AdvanceTime;
    default:
      refuse('type', command satisfies never);
  }
}

/**
 * Writes `command` as the client's `number`-th. Throws `OrderEntryError` BAD_FIELD, and has then
 * written nothing, for a value outside the ranges that commands.ts gives.
 */
export function encodeCommand(writer: MessageWriter, number: number, command: Command): void {
  switch (command.type) {
    case CommandType.NewOrder:
      encodeNewOrder(writer, number, command);
      break;
    case CommandType.Cancel:
      encodeCancel(writer, number, command);
      break;
    case CommandType.Modify:
      encodeModify(writer, MessageType.Modify, number, command);
      break;
    case CommandType.Replace:
      encodeModify(writer, MessageType.Replace, number, command);
      break;
    case CommandType.ListInstrument:
      encodeListInstrument(writer, number, command);
      break;
    case CommandType.SetStatus:
      encodeSetStatus(writer, number, command);
      break;
    case CommandType.BookUpdate:
      encodeBookUpdate(writer, number, command);
      break;
    case CommandType.VenueTrade:
      encodeVenueTrade(writer, number, command);
      break;
    case CommandType.MassCancel:
      encodeMassCancel(writer, number, command);
      break;
    case CommandType.OwnerGone:
      writer.open(MessageType.OwnerGone, MESSAGE_BYTES.OwnerGone);
      writer.i64(OwnerGoneOffset.Number, number);
      break;
    case CommandType.SetRules:
      encodeSetRules(writer, number, command);
      break;
    case CommandType.SetCalendar:
      encodeSetCalendar(writer, number, command);
      break;
    case CommandType.BustTrade:
      encodeBustTrade(writer, number, command);
      break;
    case CommandType.CorrectTrade:
      encodeCorrectTrade(writer, number, command);
      break;
    case CommandType.KillSwitch:
      encodeKillSwitch(writer, number, command);
      break;
    case CommandType.AdvanceTime:
      writer.open(MessageType.AdvanceTime, MESSAGE_BYTES.AdvanceTime);
      writer.i64(AdvanceTimeOffset.Number, number);
      break;
    default:
      refuse('type', command satisfies never);
  }
}

/** An order that asks for nothing special ends before the fields that would say so. */
function newOrderBytes({ minimumQuantity = 0, displayQuantity = 0 }: NewOrder): number {
  return minimumQuantity === 0 && displayQuantity === 0
    ? MESSAGE_BYTES.NewOrder
    : LONGEST_NEW_ORDER_BYTES;
}

function encodeNewOrder(writer: MessageWriter, number: number, command: NewOrder): void {
  const { displayQuantity = 0 } = command;
  const { minimumQuantity = 0, postOnly = PostOnly.Off, selfTrade = SelfTrade.Allow } = command;
  choice('side', command.side, LAST_SIDE);
  choice('orderType', command.orderType, LAST_ORDER_TYPE);
  choice('timeInForce', command.timeInForce, LAST_TIME_IN_FORCE);
  within('clientOrderId', command.clientOrderId, 1, MAX_INTEGER);
  within('price', command.price, -MAX_INTEGER, MAX_INTEGER);
  within('quantity', command.quantity, 0, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  choice('selfTrade', selfTrade, LAST_SELF_TRADE);
  choice('postOnly', postOnly, LAST_POST_ONLY);
  within('minimumQuantity', minimumQuantity, 0, MAX_INTEGER);
  within('displayQuantity', displayQuantity, 0, MAX_INTEGER);
  const bytes = newOrderBytes(command);
  writer.open(MessageType.NewOrder, bytes);
  writer.u8(NewOrderOffset.Side, command.side);
  writer.u8(NewOrderOffset.OrderType, command.orderType);
  writer.u8(NewOrderOffset.TimeInForce, command.timeInForce);
  writer.i64(NewOrderOffset.Number, number);
  writer.i64(NewOrderOffset.ClientOrderId, command.clientOrderId);
  writer.i64(NewOrderOffset.Price, command.price);
  writer.i64(NewOrderOffset.Quantity, command.quantity);
  writer.u32(NewOrderOffset.Instrument, command.instrument);
  writer.u8(NewOrderOffset.SelfTrade, selfTrade);
  writer.u8(NewOrderOffset.PostOnly, postOnly);
  if (bytes === LONGEST_NEW_ORDER_BYTES) {
    writer.i64(NewOrderOffset.MinimumQuantity, minimumQuantity);
    writer.i64(NewOrderOffset.DisplayQuantity, displayQuantity);
  }
}

function encodeCancel(writer: MessageWriter, number: number, command: CancelOrder): void {
  within('clientOrderId', command.clientOrderId, 1, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.Cancel, MESSAGE_BYTES.Cancel);
  writer.i64(CancelOffset.Number, number);
  writer.i64(CancelOffset.ClientOrderId, command.clientOrderId);
  writer.u32(CancelOffset.Instrument, command.instrument);
}

function encodeModify(
  writer: MessageWriter,
  type: MessageType,
  number: number,
  command: ModifyOrder | ReplaceOrder,
): void {
  within('clientOrderId', command.clientOrderId, 1, MAX_INTEGER);
  within('price', command.price, -MAX_INTEGER, MAX_INTEGER);
  within('quantity', command.quantity, 0, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(type, MESSAGE_BYTES.Modify);
  writer.i64(ModifyOffset.Number, number);
  writer.i64(ModifyOffset.ClientOrderId, command.clientOrderId);
  writer.i64(ModifyOffset.Price, command.price);
  writer.i64(ModifyOffset.Quantity, command.quantity);
  writer.u32(ModifyOffset.Instrument, command.instrument);
}

function encodeListInstrument(
  writer: MessageWriter,
  number: number,
  command: ListInstrument,
): void {
  choice('bookKind', command.bookKind, LAST_BOOK_KIND);
  within('lowestPrice', command.lowestPrice, -MAX_INTEGER, MAX_INTEGER);
  within('highestPrice', command.highestPrice, -MAX_INTEGER, MAX_INTEGER);
  room('tickSize', command.tickSize, MAX_DECIMAL_BYTES);
  room('lotSize', command.lotSize, MAX_DECIMAL_BYTES);
  room('symbol', command.symbol, MAX_SYMBOL_BYTES);
  writer.open(MessageType.ListInstrument, MESSAGE_BYTES.ListInstrument);
  writer.u8(ListInstrumentOffset.BookKind, command.bookKind);
  writer.i64(ListInstrumentOffset.Number, number);
  writer.i64(ListInstrumentOffset.LowestPrice, command.lowestPrice);
  writer.i64(ListInstrumentOffset.HighestPrice, command.highestPrice);
  writer.text(ListInstrumentOffset.TickSize, MAX_DECIMAL_BYTES, command.tickSize);
  writer.text(ListInstrumentOffset.LotSize, MAX_DECIMAL_BYTES, command.lotSize);
  writer.text(ListInstrumentOffset.Symbol, MAX_SYMBOL_BYTES, command.symbol);
}

function encodeSetStatus(writer: MessageWriter, number: number, command: SetStatus): void {
  choice('status', command.status, LAST_STATUS);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.SetStatus, MESSAGE_BYTES.SetStatus);
  writer.u8(SetStatusOffset.Status, command.status);
  writer.i64(SetStatusOffset.Number, number);
  writer.u32(SetStatusOffset.Instrument, command.instrument);
}

function encodeBookUpdate(writer: MessageWriter, number: number, command: BookUpdate): void {
  const { levels } = command;
  within('levels.length', levels.length, 0, MAX_BOOK_UPDATE_LEVELS);
  within('depth', command.depth, 0, MAX_U32);
  within('instrument', command.instrument, 0, MAX_U32);
  for (const level of levels) {
    choice('side', level.side, LAST_SIDE);
    within('price', level.price, -MAX_INTEGER, MAX_INTEGER);
    within('quantity', level.quantity, 0, MAX_INTEGER);
  }
  writer.open(MessageType.BookUpdate, commandBytes(command));
  writer.u8(BookUpdateOffset.Clear, command.clear ? 1 : 0);
  writer.i64(BookUpdateOffset.Number, number);
  writer.u32(BookUpdateOffset.Instrument, command.instrument);
  writer.u32(BookUpdateOffset.Depth, command.depth);
  writer.u32(BookUpdateOffset.Levels, levels.length);
  let at: number = MESSAGE_BYTES.BookUpdate;
  for (const level of levels) {
    writer.i64(at + PriceLevelOffset.Price, level.price);
    writer.i64(at + PriceLevelOffset.Quantity, level.quantity);
    writer.u8(at + PriceLevelOffset.Side, level.side);
    at += PRICE_LEVEL_BYTES;
  }
}

function encodeVenueTrade(writer: MessageWriter, number: number, command: VenueTrade): void {
  choice('aggressor', command.aggressor, LAST_SIDE);
  within('price', command.price, -MAX_INTEGER, MAX_INTEGER);
  within('quantity', command.quantity, 0, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.VenueTrade, MESSAGE_BYTES.VenueTrade);
  writer.u8(VenueTradeOffset.Aggressor, command.aggressor);
  writer.i64(VenueTradeOffset.Number, number);
  writer.i64(VenueTradeOffset.Price, command.price);
  writer.i64(VenueTradeOffset.Quantity, command.quantity);
  writer.u32(VenueTradeOffset.Instrument, command.instrument);
}

function encodeMassCancel(writer: MessageWriter, number: number, command: MassCancel): void {
  choice('side', command.side, LAST_MASS_CANCEL_SIDE);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.MassCancel, MESSAGE_BYTES.MassCancel);
  writer.u8(MassCancelOffset.Side, command.side);
  writer.i64(MassCancelOffset.Number, number);
  writer.u32(MassCancelOffset.Instrument, command.instrument);
}
