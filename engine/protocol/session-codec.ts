/** The messages of a session itself (heartbeat, log-off, questions) to bytes and back. */

import {
  BookKind,
  type Instrument,
  type InstrumentId,
  MAX_DECIMAL_BYTES,
  MAX_SYMBOL_BYTES,
  MAX_U32,
  TradingStatus,
} from '../../feed/index.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import { OrderEntryError } from './order-entry-error.ts';
import { readReason } from './report-decoder.ts';
import type { Reason } from './reports.ts';
import {
  FindInstrumentOffset,
  InstrumentFoundOffset,
  LogoffOffset,
  ReportSequenceOffset,
  ReportsLostOffset,
} from './session-layouts.ts';

const utf8 = new TextEncoder();

/** The next report that has a transaction is the client's `sequence`-th, and so on from there. */
export function encodeReportSequence(writer: MessageWriter, sequence: number): void {
  writer.open(MessageType.ReportSequence, MESSAGE_BYTES.ReportSequence);
  writer.i64(ReportSequenceOffset.Sequence, sequence);
}

/** Throws `DecodeError`. */
export function decodeReportSequence(reader: MessageReader): number {
  return reader.u64(ReportSequenceOffset.Sequence);
}

/** Reports that the engine does not keep any more: both ends included. */
export interface ReportsLost {
  readonly first: number;
  readonly last: number;
}

export function encodeReportsLost(writer: MessageWriter, lost: ReportsLost): void {
  writer.open(MessageType.ReportsLost, MESSAGE_BYTES.ReportsLost);
  writer.i64(ReportsLostOffset.First, lost.first);
  writer.i64(ReportsLostOffset.Last, lost.last);
}

/** Throws `DecodeError`. */
export function decodeReportsLost(reader: MessageReader): ReportsLost {
  return {
    first: reader.u64(ReportsLostOffset.First),
    last: reader.u64(ReportsLostOffset.Last),
  };
}

export function encodeHeartbeat(writer: MessageWriter): void {
  writer.open(MessageType.Heartbeat, MESSAGE_BYTES.Heartbeat);
}

export function encodeLogoff(writer: MessageWriter, reason: Reason): void {
  writer.open(MessageType.Logoff, MESSAGE_BYTES.Logoff);
  writer.u16(LogoffOffset.Reason, reason);
}

/** Throws `DecodeError`. */
export function decodeLogoff(reader: MessageReader): Reason {
  return readReason(reader, LogoffOffset.Reason);
}

/** An instrument is asked for by its symbol, or by its id. */
export type InstrumentKey = string | InstrumentId;

/** Throws `OrderEntryError` BAD_FIELD for a symbol or id that no instrument can have. */
export function encodeFindInstrument(writer: MessageWriter, key: InstrumentKey): void {
  const symbol = typeof key === 'string' ? key : '';
  const id = typeof key === 'string' ? 0 : key;
  const isSymbol = symbol !== '' && utf8.encode(symbol).length <= MAX_SYMBOL_BYTES;
  const isId = Number.isInteger(id) && id > 0 && id <= MAX_U32;
  if ((!isSymbol && !isId) || symbol.includes('\0')) {
    throw new OrderEntryError('BAD_FIELD', `It is symbol: "${String(key).slice(0, 80)}".`);
  }
  writer.open(MessageType.FindInstrument, MESSAGE_BYTES.FindInstrument);
  writer.text(FindInstrumentOffset.Symbol, MAX_SYMBOL_BYTES, symbol);
  writer.u32(FindInstrumentOffset.Instrument, id);
}

/** What was asked for. Throws `DecodeError`. */
export function decodeFindInstrument(reader: MessageReader): InstrumentKey {
  const symbol = reader.text(FindInstrumentOffset.Symbol, MAX_SYMBOL_BYTES);
  return symbol === '' ? (reader.u32(FindInstrumentOffset.Instrument) as InstrumentId) : symbol;
}

export interface InstrumentFound {
  /** As it was asked for; the instrument's own when its id was. */
  readonly symbol: string;
  /** `undefined`: there is none of this symbol. */
  readonly instrument: Instrument | undefined;
}

export function encodeInstrumentFound(writer: MessageWriter, found: InstrumentFound): void {
  const { symbol, instrument } = found;
  writer.open(MessageType.InstrumentFound, MESSAGE_BYTES.InstrumentFound);
  writer.text(InstrumentFoundOffset.Symbol, MAX_SYMBOL_BYTES, symbol);
  if (instrument === undefined) return;
  writer.u8(InstrumentFoundOffset.BookKind, instrument.bookKind);
  writer.u8(InstrumentFoundOffset.Status, instrument.status);
  writer.u32(InstrumentFoundOffset.Instrument, instrument.id);
  writer.i64(InstrumentFoundOffset.LowestPrice, instrument.lowestPrice);
  writer.i64(InstrumentFoundOffset.HighestPrice, instrument.highestPrice);
  writer.text(InstrumentFoundOffset.TickSize, MAX_DECIMAL_BYTES, instrument.tickSize);
  writer.text(InstrumentFoundOffset.LotSize, MAX_DECIMAL_BYTES, instrument.lotSize);
}

/** Throws `DecodeError`. */
export function decodeInstrumentFound(reader: MessageReader): InstrumentFound {
  const symbol = reader.text(InstrumentFoundOffset.Symbol, MAX_SYMBOL_BYTES);
  const id = reader.u32(InstrumentFoundOffset.Instrument) as InstrumentId;
  if (id === 0) return { symbol, instrument: undefined };
  const instrument: Instrument = {
    id,
    symbol,
    tickSize: reader.text(InstrumentFoundOffset.TickSize, MAX_DECIMAL_BYTES),
    lotSize: reader.text(InstrumentFoundOffset.LotSize, MAX_DECIMAL_BYTES),
    bookKind: reader.choice(InstrumentFoundOffset.BookKind, BookKind.Levels) as BookKind,
    lowestPrice: reader.i64(InstrumentFoundOffset.LowestPrice),
    highestPrice: reader.i64(InstrumentFoundOffset.HighestPrice),
    status: reader.choice(InstrumentFoundOffset.Status, TradingStatus.Delisted) as TradingStatus,
  };
  return { symbol, instrument };
}
