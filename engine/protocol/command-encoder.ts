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
  type Command,
  CommandType,
  type ListInstrument,
  type SetStatus,
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
  encodeCancel,
  encodeMassCancel,
  encodeModify,
  encodeNewOrder,
  modifyBytes,
  newOrderBytes,
} from './order-codec.ts';
import { OwnerGoneOffset } from './order-layouts.ts';
import {
  BookUpdateOffset,
  PRICE_LEVEL_BYTES,
  PriceLevelOffset,
  VenueTradeOffset,
} from './venue-layouts.ts';

/** Local, for an imported constant is read from memory at each use. */
const COMMAND = CommandType;

const LAST_SIDE = Side.Ask;
const LAST_BOOK_KIND = BookKind.Levels;
const LAST_STATUS = TradingStatus.Delisted;

/** Bytes that `command` takes as a message. */
export function commandBytes(command: Command): number {
  switch (command.type) {
    case COMMAND.NewOrder:
      return newOrderBytes(command);
    case COMMAND.Cancel:
      return MESSAGE_BYTES.Cancel;
    case COMMAND.Modify:
    case COMMAND.Replace:
      return modifyBytes(command);
    case COMMAND.ListInstrument:
      return MESSAGE_BYTES.ListInstrument;
    case COMMAND.SetStatus:
      return MESSAGE_BYTES.SetStatus;
    case COMMAND.BookUpdate:
      return MESSAGE_BYTES.BookUpdate + command.levels.length * PRICE_LEVEL_BYTES;
    case COMMAND.VenueTrade:
      return MESSAGE_BYTES.VenueTrade;
    case COMMAND.MassCancel:
      return MESSAGE_BYTES.MassCancel;
    case COMMAND.SetRules:
      return MESSAGE_BYTES.SetRules;
    case COMMAND.SetCalendar:
      return setCalendarBytes(command);
    case COMMAND.BustTrade:
      return MESSAGE_BYTES.BustTrade;
    case COMMAND.CorrectTrade:
      return MESSAGE_BYTES.CorrectTrade;
    case COMMAND.KillSwitch:
      return MESSAGE_BYTES.KillSwitch;
    case COMMAND.OwnerGone:
      return MESSAGE_BYTES.OwnerGone;
    case COMMAND.AdvanceTime:
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
    case COMMAND.NewOrder:
      encodeNewOrder(writer, number, command);
      break;
    case COMMAND.Cancel:
      encodeCancel(writer, number, command);
      break;
    case COMMAND.Modify:
    case COMMAND.Replace:
      encodeModify(writer, number, command);
      break;
    case COMMAND.ListInstrument:
      encodeListInstrument(writer, number, command);
      break;
    case COMMAND.SetStatus:
      encodeSetStatus(writer, number, command);
      break;
    case COMMAND.BookUpdate:
      encodeBookUpdate(writer, number, command);
      break;
    case COMMAND.VenueTrade:
      encodeVenueTrade(writer, number, command);
      break;
    case COMMAND.MassCancel:
      encodeMassCancel(writer, number, command);
      break;
    case COMMAND.OwnerGone:
      writer.open(MessageType.OwnerGone, MESSAGE_BYTES.OwnerGone);
      writer.i64(OwnerGoneOffset.Number, number);
      break;
    case COMMAND.SetRules:
      encodeSetRules(writer, number, command);
      break;
    case COMMAND.SetCalendar:
      encodeSetCalendar(writer, number, command);
      break;
    case COMMAND.BustTrade:
      encodeBustTrade(writer, number, command);
      break;
    case COMMAND.CorrectTrade:
      encodeCorrectTrade(writer, number, command);
      break;
    case COMMAND.KillSwitch:
      encodeKillSwitch(writer, number, command);
      break;
    case COMMAND.AdvanceTime:
      writer.open(MessageType.AdvanceTime, MESSAGE_BYTES.AdvanceTime);
      writer.i64(AdvanceTimeOffset.Number, number);
      break;
    default:
      refuse('type', command satisfies never);
  }
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
