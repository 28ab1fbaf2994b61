/** The commands of operators to bytes and back: rules, calendars, trades after the fact, owners. */

import { type InstrumentId, MAX_INTEGER, MAX_U32, TradingStatus } from '../../feed/index.ts';
import {
  type BustTrade,
  type CalendarEntry,
  CommandType,
  type CorrectTrade,
  type KillSwitch,
  type SetCalendar,
  type SetRules,
} from './commands.ts';
import { choice, within } from './field-checks.ts';
import { DAY_MS, EVERY_WEEKDAY, MAX_CALENDAR_ENTRIES, MAX_DAY, MAX_HOLIDAYS } from './limits.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import {
  BustTradeOffset,
  CALENDAR_ENTRY_BYTES,
  CalendarEntryOffset,
  CorrectTradeOffset,
  HOLIDAY_BYTES,
  KillSwitchOffset,
  SetCalendarOffset,
  SetRulesOffset,
} from './operator-layouts.ts';

const LAST_STATUS = TradingStatus.Delisted;

export function setCalendarBytes({ entries, holidays }: SetCalendar): number {
  return calendarBytes(entries.length, holidays.length);
}

function calendarBytes(entries: number, holidays: number): number {
  const bytes = entries * CALENDAR_ENTRY_BYTES + holidays * HOLIDAY_BYTES;
  return MESSAGE_BYTES.SetCalendar + Math.ceil(bytes / 8) * 8;
}

export function encodeSetRules(writer: MessageWriter, number: number, command: SetRules): void {
  const { referencePrice } = command;
  within('lowestPrice', command.lowestPrice, -MAX_INTEGER, MAX_INTEGER);
  within('highestPrice', command.highestPrice, -MAX_INTEGER, MAX_INTEGER);
  within('collarTicks', command.collarTicks, 0, MAX_INTEGER);
  within('pauseTicks', command.pauseTicks, 0, MAX_INTEGER);
  within('pauseMs', command.pauseMs, 0, MAX_U32);
  within('referencePrice', referencePrice ?? 0, -MAX_INTEGER, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.SetRules, MESSAGE_BYTES.SetRules);
  writer.u8(SetRulesOffset.HasReference, referencePrice === undefined ? 0 : 1);
  writer.i64(SetRulesOffset.Number, number);
  writer.i64(SetRulesOffset.LowestPrice, command.lowestPrice);
  writer.i64(SetRulesOffset.HighestPrice, command.highestPrice);
  writer.i64(SetRulesOffset.CollarTicks, command.collarTicks);
  writer.i64(SetRulesOffset.PauseTicks, command.pauseTicks);
  writer.i64(SetRulesOffset.ReferencePrice, referencePrice ?? 0);
  writer.u32(SetRulesOffset.Instrument, command.instrument);
  writer.u32(SetRulesOffset.PauseMs, command.pauseMs);
}

export function readSetRules(reader: MessageReader): SetRules {
  const hasReference = reader.choice(SetRulesOffset.HasReference, 1) === 1;
  return {
    type: CommandType.SetRules,
    instrument: reader.u32(SetRulesOffset.Instrument) as InstrumentId,
    lowestPrice: reader.i64(SetRulesOffset.LowestPrice),
    highestPrice: reader.i64(SetRulesOffset.HighestPrice),
    collarTicks: reader.u64(SetRulesOffset.CollarTicks),
    pauseTicks: reader.u64(SetRulesOffset.PauseTicks),
    pauseMs: reader.u32(SetRulesOffset.PauseMs),
    ...(hasReference ? { referencePrice: reader.i64(SetRulesOffset.ReferencePrice) } : {}),
  };
}

export function encodeSetCalendar(
  writer: MessageWriter,
  number: number,
  command: SetCalendar,
): void {
  const { entries, holidays } = command;
  within('entries.length', entries.length, 0, MAX_CALENDAR_ENTRIES);
  within('holidays.length', holidays.length, 0, MAX_HOLIDAYS);
  within('instrument', command.instrument, 0, MAX_U32);
  for (const entry of entries) {
    within('weekdays', entry.weekdays, 1, EVERY_WEEKDAY);
    within('timeOfDayMs', entry.timeOfDayMs, 0, DAY_MS - 1);
    choice('status', entry.status, LAST_STATUS);
  }
  for (const day of holidays) within('holiday', day, 0, MAX_DAY);
  writer.open(MessageType.SetCalendar, setCalendarBytes(command));
  writer.i64(SetCalendarOffset.Number, number);
  writer.u32(SetCalendarOffset.Instrument, command.instrument);
  writer.u32(SetCalendarOffset.Entries, entries.length);
  writer.u32(SetCalendarOffset.Holidays, holidays.length);
  let at: number = MESSAGE_BYTES.SetCalendar;
  for (const entry of entries) {
    writer.u32(at + CalendarEntryOffset.TimeOfDayMs, entry.timeOfDayMs);
    writer.u8(at + CalendarEntryOffset.Weekdays, entry.weekdays);
    writer.u8(at + CalendarEntryOffset.Status, entry.status);
    at += CALENDAR_ENTRY_BYTES;
  }
  for (const day of holidays) {
    writer.u32(at, day);
    at += HOLIDAY_BYTES;
  }
}

export function readSetCalendar(reader: MessageReader): SetCalendar {
  const count = reader.u32(SetCalendarOffset.Entries);
  const days = reader.u32(SetCalendarOffset.Holidays);
  if (count > MAX_CALENDAR_ENTRIES) reader.refuse(SetCalendarOffset.Entries, `${count} entries.`);
  if (days > MAX_HOLIDAYS) reader.refuse(SetCalendarOffset.Holidays, `${days} holidays.`);
  reader.require(calendarBytes(count, days));
  const entries: CalendarEntry[] = [];
  let at: number = MESSAGE_BYTES.SetCalendar;
  for (let left = count; left > 0; left -= 1) {
    entries.push(readCalendarEntry(reader, at));
    at += CALENDAR_ENTRY_BYTES;
  }
  const holidays: number[] = [];
  for (let left = days; left > 0; left -= 1) {
    const day = reader.u32(at);
    if (day > MAX_DAY) reader.refuse(at, `${day} is beyond the days that there are.`);
    holidays.push(day);
    at += HOLIDAY_BYTES;
  }
  const instrument = reader.u32(SetCalendarOffset.Instrument) as InstrumentId;
  return { type: CommandType.SetCalendar, instrument, entries, holidays };
}

function readCalendarEntry(reader: MessageReader, at: number): CalendarEntry {
  const weekdays = reader.choice(at + CalendarEntryOffset.Weekdays, EVERY_WEEKDAY);
  if (weekdays === 0) reader.refuse(at + CalendarEntryOffset.Weekdays, 'It names no day.');
  const timeOfDayMs = reader.u32(at + CalendarEntryOffset.TimeOfDayMs);
  if (timeOfDayMs >= DAY_MS) {
    reader.refuse(at + CalendarEntryOffset.TimeOfDayMs, `${timeOfDayMs} is in no day.`);
  }
  const status = reader.choice(at + CalendarEntryOffset.Status, LAST_STATUS) as TradingStatus;
  return { weekdays, timeOfDayMs, status };
}

export function encodeBustTrade(writer: MessageWriter, number: number, command: BustTrade): void {
  within('tradeId', command.tradeId, 0, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.BustTrade, MESSAGE_BYTES.BustTrade);
  writer.i64(BustTradeOffset.Number, number);
  writer.i64(BustTradeOffset.TradeId, command.tradeId);
  writer.u32(BustTradeOffset.Instrument, command.instrument);
}

export function readBustTrade(reader: MessageReader): BustTrade {
  return {
    type: CommandType.BustTrade,
    instrument: reader.u32(BustTradeOffset.Instrument) as InstrumentId,
    tradeId: reader.u64(BustTradeOffset.TradeId),
  };
}

export function encodeCorrectTrade(
  writer: MessageWriter,
  number: number,
  command: CorrectTrade,
): void {
  within('tradeId', command.tradeId, 0, MAX_INTEGER);
  within('price', command.price, -MAX_INTEGER, MAX_INTEGER);
  within('quantity', command.quantity, 0, MAX_INTEGER);
  within('instrument', command.instrument, 0, MAX_U32);
  writer.open(MessageType.CorrectTrade, MESSAGE_BYTES.CorrectTrade);
  writer.i64(CorrectTradeOffset.Number, number);
  writer.i64(CorrectTradeOffset.TradeId, command.tradeId);
  writer.i64(CorrectTradeOffset.Price, command.price);
  writer.i64(CorrectTradeOffset.Quantity, command.quantity);
  writer.u32(CorrectTradeOffset.Instrument, command.instrument);
}

export function readCorrectTrade(reader: MessageReader): CorrectTrade {
  return {
    type: CommandType.CorrectTrade,
    instrument: reader.u32(CorrectTradeOffset.Instrument) as InstrumentId,
    tradeId: reader.u64(CorrectTradeOffset.TradeId),
    price: reader.i64(CorrectTradeOffset.Price),
    quantity: reader.u64(CorrectTradeOffset.Quantity),
  };
}

export function encodeKillSwitch(writer: MessageWriter, number: number, command: KillSwitch): void {
  within('target', command.target, 0, MAX_U32);
  writer.open(MessageType.KillSwitch, MESSAGE_BYTES.KillSwitch);
  writer.u8(KillSwitchOffset.IsOn, command.isOn ? 1 : 0);
  writer.i64(KillSwitchOffset.Number, number);
  writer.u32(KillSwitchOffset.Target, command.target);
}

export function readKillSwitch(reader: MessageReader): KillSwitch {
  return {
    type: CommandType.KillSwitch,
    target: reader.u32(KillSwitchOffset.Target),
    isOn: reader.choice(KillSwitchOffset.IsOn, 1) === 1,
  };
}
