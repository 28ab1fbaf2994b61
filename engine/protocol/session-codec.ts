/** The messages of a session itself (log-on, heartbeat, log-off, questions) to bytes and back. */

import {
  BookKind,
  DecodeError,
  type Epoch,
  type Instrument,
  type InstrumentId,
  MAX_DECIMAL_BYTES,
  MAX_SYMBOL_BYTES,
  TradingStatus,
} from '../../feed/index.ts';
import { MAX_CLIENT_NAME_BYTES, ORDER_ENTRY_VERSION } from './limits.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import {
  FindInstrumentOffset,
  InstrumentFoundOffset,
  LoggedOnOffset,
  LogoffOffset,
  LogonOffset,
  MESSAGE_BYTES,
  MessageType,
} from './messages.ts';
import { OrderEntryError } from './order-entry-error.ts';
import { readReason } from './report-codec.ts';
import type { Reason } from './reports.ts';

const utf8 = new TextEncoder();
const NAME = /^[!-~]{1,32}$/;

export interface Logon {
  readonly version: number;
  readonly name: string;
}

export interface LoggedOn {
  readonly version: number;
  readonly owner: number;
  readonly heartbeatMs: number;
  readonly epoch: Epoch;
}

/** Throws `OrderEntryError` BAD_FIELD for a name that is not allowed. */
export function encodeLogon(writer: MessageWriter, name: string): void {
  if (!NAME.test(name)) {
    throw new OrderEntryError(
      'BAD_FIELD',
      `A name is 1 to ${MAX_CLIENT_NAME_BYTES} printable ASCII characters without spaces, not "${name.slice(0, 80)}".`,
    );
  }
  writer.open(MessageType.Logon, MESSAGE_BYTES.Logon);
  writer.u8(LogonOffset.Version, ORDER_ENTRY_VERSION);
  writer.text(LogonOffset.Name, MAX_CLIENT_NAME_BYTES, name);
}

/** Throws `DecodeError`. The version is the caller's to judge. */
export function decodeLogon(reader: MessageReader): Logon {
  const name = reader.text(LogonOffset.Name, MAX_CLIENT_NAME_BYTES);
  if (!NAME.test(name)) {
    throw new DecodeError('BAD_TEXT', reader.offset + LogonOffset.Name, 'It is not a name.');
  }
  return { version: reader.u8(LogonOffset.Version), name };
}

export function encodeLoggedOn(
  writer: MessageWriter,
  owner: number,
  heartbeatMs: number,
  epoch: Epoch,
): void {
  writer.open(MessageType.LoggedOn, MESSAGE_BYTES.LoggedOn);
  writer.u8(LoggedOnOffset.Version, ORDER_ENTRY_VERSION);
  writer.u32(LoggedOnOffset.Owner, owner);
  writer.u32(LoggedOnOffset.HeartbeatMs, heartbeatMs);
  writer.u32(LoggedOnOffset.EpochSeconds, epoch.seconds);
  writer.u32(LoggedOnOffset.EpochRandom, epoch.random);
}

export function decodeLoggedOn(reader: MessageReader): LoggedOn {
  return {
    version: reader.u8(LoggedOnOffset.Version),
    owner: reader.u32(LoggedOnOffset.Owner),
    heartbeatMs: reader.u32(LoggedOnOffset.HeartbeatMs),
    epoch: {
      seconds: reader.u32(LoggedOnOffset.EpochSeconds),
      random: reader.u32(LoggedOnOffset.EpochRandom),
    },
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

/** Throws `OrderEntryError` BAD_FIELD for a symbol that no instrument can have. */
export function encodeFindInstrument(writer: MessageWriter, symbol: string): void {
  if (symbol === '' || utf8.encode(symbol).length > MAX_SYMBOL_BYTES || symbol.includes('\0')) {
    throw new OrderEntryError('BAD_FIELD', `It is symbol: "${symbol.slice(0, 80)}".`);
  }
  writer.open(MessageType.FindInstrument, MESSAGE_BYTES.FindInstrument);
  writer.text(FindInstrumentOffset.Symbol, MAX_SYMBOL_BYTES, symbol);
}

/** The symbol asked for. Throws `DecodeError`. */
export function decodeFindInstrument(reader: MessageReader): string {
  return reader.text(FindInstrumentOffset.Symbol, MAX_SYMBOL_BYTES);
}

export interface InstrumentFound {
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
