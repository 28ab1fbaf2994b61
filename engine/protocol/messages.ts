/**
 * The messages of order entry: fixed layouts, little-endian, a multiple of 8 bytes long, each with
 * its type and length. A frame holds one or more whole messages, one behind the other.
 *
 * Every message starts with the same eight bytes:
 * ```
 *  0        1        2        3        4                 8
 *  +--------+--------+--------+--------+-----------------+
 *  | type   | detail bytes, by message | length (u32)    |
 *  +--------+--------+--------+--------+-----------------+
 * ```
 * `length` counts the whole message, these eight bytes included. A decoder takes a message that is
 * longer than it knows and ignores what is behind; so messages grow at their end. Bytes drawn as
 * zero are written as zero and not read. Texts are padded with NUL.
 */

import { CommandType } from './commands.ts';
import { ReportType } from './reports.ts';

const COMMAND = 64;
const REPORT = 128;

export const MessageType = {
  Logon: 1,
  LoggedOn: 2,
  Heartbeat: 3,
  Logoff: 4,
  FindInstrument: 5,
  InstrumentFound: 6,
  ReportSequence: 7,
  ReportsLost: 8,
  OpenOrders: 9,
  OpenOrdersPage: 10,
  FindClient: 11,
  ClientFound: 12,
  // Commands: 64 + CommandType
  NewOrder: COMMAND + CommandType.NewOrder,
  Cancel: COMMAND + CommandType.Cancel,
  Modify: COMMAND + CommandType.Modify,
  Replace: COMMAND + CommandType.Replace,
  ListInstrument: COMMAND + CommandType.ListInstrument,
  SetStatus: COMMAND + CommandType.SetStatus,
  SetRules: COMMAND + CommandType.SetRules,
  SetCalendar: COMMAND + CommandType.SetCalendar,
  BookUpdate: COMMAND + CommandType.BookUpdate,
  VenueTrade: COMMAND + CommandType.VenueTrade,
  BustTrade: COMMAND + CommandType.BustTrade,
  CorrectTrade: COMMAND + CommandType.CorrectTrade,
  MassCancel: COMMAND + CommandType.MassCancel,
  OwnerGone: COMMAND + CommandType.OwnerGone,
  KillSwitch: COMMAND + CommandType.KillSwitch,
  AdvanceTime: COMMAND + CommandType.AdvanceTime,
  // Reports: 128 + ReportType
  Accepted: REPORT + ReportType.Accepted,
  Rejected: REPORT + ReportType.Rejected,
  Filled: REPORT + ReportType.Filled,
  Cancelled: REPORT + ReportType.Cancelled,
  Replaced: REPORT + ReportType.Replaced,
  Triggered: REPORT + ReportType.Triggered,
  TradeBusted: REPORT + ReportType.TradeBusted,
  TradeCorrected: REPORT + ReportType.TradeCorrected,
  InstrumentListed: REPORT + ReportType.InstrumentListed,
  Done: REPORT + ReportType.Done,
  MassCancelled: REPORT + ReportType.MassCancelled,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

export const MESSAGE_HEADER_BYTES = 8;
export const MessageOffset = { Type: 0, Length: 4 } as const;

/** Shortest valid length of each message, which is the one this version writes. */
export const MESSAGE_BYTES = {
  /** Without the fields that only some log-ons need: see `LogonOffset`. */
  Logon: 64,
  LoggedOn: 56,
  Heartbeat: 8,
  Logoff: 8,
  FindInstrument: 48,
  InstrumentFound: 112,
  ReportSequence: 16,
  ReportsLost: 24,
  OpenOrders: 24,
  /** Without its orders. */
  OpenOrdersPage: 40,
  FindClient: 40,
  ClientFound: 56,
  /** Without the fields that only some orders need: see `NewOrderOffset`. */
  NewOrder: 48,
  Cancel: 32,
  /** Without a trigger: see `ModifyOffset`. */
  Modify: 48,
  Replace: 48,
  ListInstrument: 112,
  SetStatus: 24,
  SetRules: 64,
  /** Without its entries and holidays. */
  SetCalendar: 32,
  /** Without its levels. */
  BookUpdate: 32,
  VenueTrade: 40,
  BustTrade: 32,
  CorrectTrade: 48,
  MassCancel: 24,
  OwnerGone: 16,
  KillSwitch: 24,
  AdvanceTime: 16,
  Accepted: 48,
  Rejected: 40,
  Filled: 80,
  Cancelled: 56,
  Replaced: 64,
  Triggered: 48,
  TradeBusted: 56,
  TradeCorrected: 72,
  InstrumentListed: 64,
  Done: 32,
  MassCancelled: 40,
} as const satisfies Record<keyof typeof MessageType, number>;
