/** The messages of a session itself (log-on, heartbeat, log-off, questions) to bytes and back. */

import {
  BookKind,
  DecodeError,
  type Epoch,
  type Instrument,
  type InstrumentId,
  MAX_DECIMAL_BYTES,
  MAX_SYMBOL_BYTES,
  MAX_U32,
  TradingStatus,
} from '../../feed/index.ts';
import { MAX_CLIENT_NAME_BYTES, ORDER_ENTRY_VERSION, SESSION_TOKEN_BYTES } from './limits.ts';
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
  ReportSequenceOffset,
  ReportsLostOffset,
} from './messages.ts';
import { OrderEntryError } from './order-entry-error.ts';
import { readReason } from './report-codec.ts';
import type { Reason } from './reports.ts';

const utf8 = new TextEncoder();
const NAME = /^[!-~]{1,32}$/;
const TOKEN = /^[0-9a-f]{32}$/;

/** No token: the client has none yet. */
export const NO_TOKEN = '0'.repeat(SESSION_TOKEN_BYTES * 2);

export interface LogonRequest {
  readonly name: string;
  /** As LOGGED_ON gave it, in hexadecimal. Default: `NO_TOKEN`. */
  readonly token?: string;
  /** Whoever gives this name may come back to it without the token. Default: false. */
  readonly isOpen?: boolean;
  /** Reports after this one are told again. Default: only those from now on are told. */
  readonly lastReport?: number | undefined;
}

export interface Logon {
  readonly version: number;
  readonly name: string;
  readonly token: string;
  readonly isOpen: boolean;
  readonly lastReport: number | undefined;
}

export interface LoggedOn {
  readonly version: number;
  readonly owner: number;
  readonly heartbeatMs: number;
  readonly epoch: Epoch;
  readonly token: string;
  /** True: the token was known, so commands that are sent again are not done again. */
  readonly isResumed: boolean;
  /** Number of the last command that the engine has taken from this client. */
  readonly lastCommand: number;
  /** The number that the client's next report will have, replayed ones aside. */
  readonly nextReport: number;
}

/** Throws `OrderEntryError` BAD_FIELD for a name or token that is not allowed. */
export function encodeLogon(writer: MessageWriter, request: LogonRequest): void {
  const { name, token = NO_TOKEN, isOpen = false, lastReport } = request;
  if (!NAME.test(name)) {
    throw new OrderEntryError(
      'BAD_FIELD',
      `A name is 1 to ${MAX_CLIENT_NAME_BYTES} printable ASCII characters without spaces, not "${name.slice(0, 80)}".`,
    );
  }
  if (!TOKEN.test(token)) {
    throw new OrderEntryError('BAD_FIELD', `A token is ${NO_TOKEN.length} hexadecimal digits.`);
  }
  writer.open(MessageType.Logon, MESSAGE_BYTES.Logon);
  writer.u8(LogonOffset.Version, ORDER_ENTRY_VERSION);
  writer.u8(LogonOffset.IsOpen, isOpen ? 1 : 0);
  writer.u8(LogonOffset.Replay, lastReport === undefined ? 0 : 1);
  writer.text(LogonOffset.Name, MAX_CLIENT_NAME_BYTES, name);
  writer.hex(LogonOffset.Token, SESSION_TOKEN_BYTES, token);
  writer.i64(LogonOffset.LastReport, lastReport ?? 0);
}

/** Throws `DecodeError`. The version is the caller's to judge. */
export function decodeLogon(reader: MessageReader): Logon {
  const name = reader.text(LogonOffset.Name, MAX_CLIENT_NAME_BYTES);
  if (!NAME.test(name)) {
    throw new DecodeError('BAD_TEXT', reader.offset + LogonOffset.Name, 'It is not a name.');
  }
  const lastReport = reader.u64(LogonOffset.LastReport);
  return {
    version: reader.u8(LogonOffset.Version),
    name,
    token: reader.hex(LogonOffset.Token, SESSION_TOKEN_BYTES),
    isOpen: reader.choice(LogonOffset.IsOpen, 1) === 1,
    lastReport: reader.choice(LogonOffset.Replay, 1) === 1 ? lastReport : undefined,
  };
}

export function encodeLoggedOn(writer: MessageWriter, loggedOn: Omit<LoggedOn, 'version'>): void {
  const { owner, heartbeatMs, epoch, token, isResumed, lastCommand, nextReport } = loggedOn;
  writer.open(MessageType.LoggedOn, MESSAGE_BYTES.LoggedOn);
  writer.u8(LoggedOnOffset.Version, ORDER_ENTRY_VERSION);
  writer.u8(LoggedOnOffset.Resumed, isResumed ? 1 : 0);
  writer.u32(LoggedOnOffset.Owner, owner);
  writer.u32(LoggedOnOffset.HeartbeatMs, heartbeatMs);
  writer.u32(LoggedOnOffset.EpochSeconds, epoch.seconds);
  writer.u32(LoggedOnOffset.EpochRandom, epoch.random);
  writer.hex(LoggedOnOffset.Token, SESSION_TOKEN_BYTES, token);
  writer.i64(LoggedOnOffset.LastCommand, lastCommand);
  writer.i64(LoggedOnOffset.NextReport, nextReport);
}

/** Throws `DecodeError`. */
export function decodeLoggedOn(reader: MessageReader): LoggedOn {
  return {
    version: reader.u8(LoggedOnOffset.Version),
    owner: reader.u32(LoggedOnOffset.Owner),
    heartbeatMs: reader.u32(LoggedOnOffset.HeartbeatMs),
    epoch: {
      seconds: reader.u32(LoggedOnOffset.EpochSeconds),
      random: reader.u32(LoggedOnOffset.EpochRandom),
    },
    token: reader.hex(LoggedOnOffset.Token, SESSION_TOKEN_BYTES),
    isResumed: reader.choice(LoggedOnOffset.Resumed, 1) === 1,
    lastCommand: reader.u64(LoggedOnOffset.LastCommand),
    nextReport: reader.u64(LoggedOnOffset.NextReport),
  };
}

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
