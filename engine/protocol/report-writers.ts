/** Writes reports from their fields: on the engine's hot path, where nothing may be allocated. */

import { highOf, MAX_SYMBOL_BYTES, type Side } from '../../feed/index.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import {
  DoneOffset,
  InstrumentListedOffset,
  MassCancelledOffset,
  RejectedOffset,
  ReportOffset,
  TradeBustedOffset,
  TradeCorrectedOffset,
  TriggeredOffset,
} from './report-layouts.ts';
import type { Reason } from './reports.ts';

/** Local, for what is imported is read from memory at each use. */
const high = highOf;
const REPORT = ReportOffset;
const REJECTED = RejectedOffset;
const BYTES = MESSAGE_BYTES;
const MESSAGE = MessageType;

export function writeAccepted(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  instrument: number,
): void {
  const at = openWhole(writer, MESSAGE.Accepted, BYTES.Accepted, transaction, command);
  const { words } = writer;
  words[at + 6] = clientOrderId;
  words[at + 7] = high(clientOrderId);
  words[at + 8] = orderId;
  words[at + 9] = high(orderId);
  words[at + 10] = instrument;
  words[at + 11] = 0;
}

export function writeRejected(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  reason: Reason,
  retryAfterMs = 0,
): void {
  open(writer, MESSAGE.Rejected, BYTES.Rejected, transaction, command);
  writer.u16(REJECTED.Reason, reason);
  writer.i64(REJECTED.ClientOrderId, clientOrderId);
  writer.u32(REJECTED.RetryAfterMs, retryAfterMs);
}

export function writeFilled(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  tradeId: number,
  side: Side,
  price: number,
  quantity: number,
  leaves: number,
  isAggressor: boolean,
  instrument: number,
): void {
  const opening = MESSAGE.Filled | (side << 8) | (isAggressor ? 1 << 16 : 0);
  const at = openWhole(writer, opening, BYTES.Filled, transaction, command);
  const { words } = writer;
  words[at + 6] = clientOrderId;
  words[at + 7] = high(clientOrderId);
  words[at + 8] = orderId;
  words[at + 9] = high(orderId);
  words[at + 10] = tradeId;
  words[at + 11] = high(tradeId);
  words[at + 12] = price;
  words[at + 13] = high(price);
  words[at + 14] = quantity;
  words[at + 15] = high(quantity);
  words[at + 16] = leaves;
  words[at + 17] = high(leaves);
  words[at + 18] = instrument;
  words[at + 19] = 0;
}

export function writeCancelled(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  quantity: number,
  reason: Reason,
  instrument: number,
): void {
  const opening = MESSAGE.Cancelled | (reason << 16);
  const at = openWhole(writer, opening, BYTES.Cancelled, transaction, command);
  const { words } = writer;
  words[at + 6] = clientOrderId;
  words[at + 7] = high(clientOrderId);
  words[at + 8] = orderId;
  words[at + 9] = high(orderId);
  words[at + 10] = quantity;
  words[at + 11] = high(quantity);
  words[at + 12] = instrument;
  words[at + 13] = 0;
}

export function writeReplaced(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  price: number,
  quantity: number,
  keptPriority: boolean,
  instrument: number,
): void {
  const opening = MESSAGE.Replaced | (keptPriority ? 1 << 8 : 0);
  const at = openWhole(writer, opening, BYTES.Replaced, transaction, command);
  const { words } = writer;
  words[at + 6] = clientOrderId;
  words[at + 7] = high(clientOrderId);
  words[at + 8] = orderId;
  words[at + 9] = high(orderId);
  words[at + 10] = price;
  words[at + 11] = high(price);
  words[at + 12] = quantity;
  words[at + 13] = high(quantity);
  words[at + 14] = instrument;
  words[at + 15] = 0;
}

export function writeTriggered(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  instrument: number,
): void {
  open(writer, MESSAGE.Triggered, BYTES.Triggered, transaction, command);
  writer.i64(TriggeredOffset.ClientOrderId, clientOrderId);
  writer.i64(TriggeredOffset.OrderId, orderId);
  writer.u32(TriggeredOffset.Instrument, instrument);
}

export function writeTradeBusted(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  tradeId: number,
  instrument: number,
): void {
  open(writer, MESSAGE.TradeBusted, BYTES.TradeBusted, transaction, command);
  writer.i64(TradeBustedOffset.ClientOrderId, clientOrderId);
  writer.i64(TradeBustedOffset.OrderId, orderId);
  writer.i64(TradeBustedOffset.TradeId, tradeId);
  writer.u32(TradeBustedOffset.Instrument, instrument);
}

export function writeTradeCorrected(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  tradeId: number,
  price: number,
  quantity: number,
  instrument: number,
): void {
  open(writer, MESSAGE.TradeCorrected, BYTES.TradeCorrected, transaction, command);
  writer.i64(TradeCorrectedOffset.ClientOrderId, clientOrderId);
  writer.i64(TradeCorrectedOffset.OrderId, orderId);
  writer.i64(TradeCorrectedOffset.TradeId, tradeId);
  writer.i64(TradeCorrectedOffset.Price, price);
  writer.i64(TradeCorrectedOffset.Quantity, quantity);
  writer.u32(TradeCorrectedOffset.Instrument, instrument);
}

export function writeListed(
  writer: MessageWriter,
  transaction: number,
  command: number,
  instrument: number,
  symbol: string,
): void {
  open(writer, MESSAGE.InstrumentListed, BYTES.InstrumentListed, transaction, command);
  writer.u32(InstrumentListedOffset.Instrument, instrument);
  writer.text(InstrumentListedOffset.Symbol, MAX_SYMBOL_BYTES, symbol);
}

export function writeDone(
  writer: MessageWriter,
  transaction: number,
  command: number,
  instrument: number,
): void {
  open(writer, MESSAGE.Done, BYTES.Done, transaction, command);
  writer.u32(DoneOffset.Instrument, instrument);
}

export function writeMassCancelled(
  writer: MessageWriter,
  transaction: number,
  command: number,
  instrument: number,
  count: number,
  isComplete: boolean,
): void {
  open(writer, MESSAGE.MassCancelled, BYTES.MassCancelled, transaction, command);
  writer.u8(MassCancelledOffset.IsComplete, isComplete ? 1 : 0);
  writer.i64(MassCancelledOffset.Count, count);
  writer.u32(MassCancelledOffset.Instrument, instrument);
}

function open(
  writer: MessageWriter,
  type: MessageType,
  bytes: number,
  transaction: number,
  command: number,
): void {
  writer.open(type, bytes);
  writer.i64(REPORT.Transaction, transaction);
  writer.i64(REPORT.Command, command);
}

/** For the reports that come by the million: they write each word of theirs. */
function openWhole(
  writer: MessageWriter,
  opening: number,
  bytes: number,
  transaction: number,
  command: number,
): number {
  const at = writer.openWhole(opening, bytes);
  const { words } = writer;
  words[at + 2] = transaction;
  words[at + 3] = high(transaction);
  words[at + 4] = command;
  words[at + 5] = high(command);
  return at;
}
