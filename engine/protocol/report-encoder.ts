/** Reports to bytes: from an object, or field by field where nothing may be allocated. */

import { MAX_SYMBOL_BYTES, type Side } from '../../feed/index.ts';
import type { MessageWriter } from './message-writer.ts';
import { MESSAGE_BYTES, MessageType } from './messages.ts';
import {
  AcceptedOffset,
  CancelledOffset,
  DoneOffset,
  FilledOffset,
  InstrumentListedOffset,
  MassCancelledOffset,
  RejectedOffset,
  ReplacedOffset,
  ReportOffset,
  TradeBustedOffset,
  TradeCorrectedOffset,
  TriggeredOffset,
} from './report-layouts.ts';
import { type Reason, type Report, ReportType } from './reports.ts';

/** Local, for an imported constant is read from memory at each use. */
const REPORT = ReportOffset;
const ACCEPTED = AcceptedOffset;
const FILLED = FilledOffset;
const CANCELLED = CancelledOffset;
const REPLACED = ReplacedOffset;
const REJECTED = RejectedOffset;
const BYTES = MESSAGE_BYTES;
const MESSAGE = MessageType;

/** Writes `report` from the object; the engine's hot path uses the `write...` functions below. */
export function encodeReport(writer: MessageWriter, report: Report): void {
  const { transaction, command } = report;
  switch (report.type) {
    case ReportType.Accepted: {
      const { clientOrderId, orderId, instrument } = report;
      writeAccepted(writer, transaction, command, clientOrderId, orderId, instrument);
      break;
    }
    case ReportType.Rejected:
      writeRejected(
        writer,
        transaction,
        command,
        report.clientOrderId,
        report.reason,
        report.retryAfterMs,
      );
      break;
    case ReportType.Filled:
      writeFilled(
        writer,
        transaction,
        command,
        report.clientOrderId,
        report.orderId,
        report.tradeId,
        report.side,
        report.price,
        report.quantity,
        report.leaves,
        report.isAggressor,
        report.instrument,
      );
      break;
    case ReportType.Cancelled: {
      const { clientOrderId, orderId, quantity, reason, instrument } = report;
      writeCancelled(
        writer,
        transaction,
        command,
        clientOrderId,
        orderId,
        quantity,
        reason,
        instrument,
      );
      break;
    }
    case ReportType.Replaced: {
      const { clientOrderId, orderId, price, quantity, keptPriority, instrument } = report;
      writeReplaced(
        writer,
        transaction,
        command,
        clientOrderId,
        orderId,
        price,
        quantity,
        keptPriority,
        instrument,
      );
      break;
    }
    case ReportType.Triggered: {
      const { clientOrderId, orderId, instrument } = report;
      writeTriggered(writer, transaction, command, clientOrderId, orderId, instrument);
      break;
    }
    case ReportType.TradeBusted: {
      const { clientOrderId, orderId, tradeId, instrument } = report;
      writeTradeBusted(writer, transaction, command, clientOrderId, orderId, tradeId, instrument);
      break;
    }
    case ReportType.TradeCorrected: {
      const { clientOrderId, orderId, tradeId, price, quantity, instrument } = report;
      writeTradeCorrected(
        writer,
        transaction,
        command,
        clientOrderId,
        orderId,
        tradeId,
        price,
        quantity,
        instrument,
      );
      break;
    }
    case ReportType.InstrumentListed:
      writeListed(writer, transaction, command, report.instrument, report.symbol);
      break;
    case ReportType.Done:
      writeDone(writer, transaction, command, report.instrument);
      break;
    case ReportType.MassCancelled:
      writeMassCancelled(
        writer,
        transaction,
        command,
        report.instrument,
        report.count,
        report.isComplete,
      );
      break;
    default:
      throw new Error(`Unknown report: ${JSON.stringify(report satisfies never)}`);
  }
}

export function writeAccepted(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  instrument: number,
): void {
  open(writer, MESSAGE.Accepted, BYTES.Accepted, transaction, command);
  writer.i64(ACCEPTED.ClientOrderId, clientOrderId);
  writer.i64(ACCEPTED.OrderId, orderId);
  writer.u32(ACCEPTED.Instrument, instrument);
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
  open(writer, MESSAGE.Filled, BYTES.Filled, transaction, command);
  writer.u8(FILLED.Side, side);
  writer.u8(FILLED.IsAggressor, isAggressor ? 1 : 0);
  writer.i64(FILLED.ClientOrderId, clientOrderId);
  writer.i64(FILLED.OrderId, orderId);
  writer.i64(FILLED.TradeId, tradeId);
  writer.i64(FILLED.Price, price);
  writer.i64(FILLED.Quantity, quantity);
  writer.i64(FILLED.Leaves, leaves);
  writer.u32(FILLED.Instrument, instrument);
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
  open(writer, MESSAGE.Cancelled, BYTES.Cancelled, transaction, command);
  writer.u16(CANCELLED.Reason, reason);
  writer.i64(CANCELLED.ClientOrderId, clientOrderId);
  writer.i64(CANCELLED.OrderId, orderId);
  writer.i64(CANCELLED.Quantity, quantity);
  writer.u32(CANCELLED.Instrument, instrument);
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
  open(writer, MESSAGE.Replaced, BYTES.Replaced, transaction, command);
  writer.u8(REPLACED.KeptPriority, keptPriority ? 1 : 0);
  writer.i64(REPLACED.ClientOrderId, clientOrderId);
  writer.i64(REPLACED.OrderId, orderId);
  writer.i64(REPLACED.Price, price);
  writer.i64(REPLACED.Quantity, quantity);
  writer.u32(REPLACED.Instrument, instrument);
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
