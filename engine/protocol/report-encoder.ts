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
  open(writer, MessageType.Accepted, MESSAGE_BYTES.Accepted, transaction, command);
  writer.i64(AcceptedOffset.ClientOrderId, clientOrderId);
  writer.i64(AcceptedOffset.OrderId, orderId);
  writer.u32(AcceptedOffset.Instrument, instrument);
}

export function writeRejected(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  reason: Reason,
  retryAfterMs = 0,
): void {
  open(writer, MessageType.Rejected, MESSAGE_BYTES.Rejected, transaction, command);
  writer.u16(RejectedOffset.Reason, reason);
  writer.i64(RejectedOffset.ClientOrderId, clientOrderId);
  writer.u32(RejectedOffset.RetryAfterMs, retryAfterMs);
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
  open(writer, MessageType.Filled, MESSAGE_BYTES.Filled, transaction, command);
  writer.u8(FilledOffset.Side, side);
  writer.u8(FilledOffset.IsAggressor, isAggressor ? 1 : 0);
  writer.i64(FilledOffset.ClientOrderId, clientOrderId);
  writer.i64(FilledOffset.OrderId, orderId);
  writer.i64(FilledOffset.TradeId, tradeId);
  writer.i64(FilledOffset.Price, price);
  writer.i64(FilledOffset.Quantity, quantity);
  writer.i64(FilledOffset.Leaves, leaves);
  writer.u32(FilledOffset.Instrument, instrument);
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
  open(writer, MessageType.Cancelled, MESSAGE_BYTES.Cancelled, transaction, command);
  writer.u16(CancelledOffset.Reason, reason);
  writer.i64(CancelledOffset.ClientOrderId, clientOrderId);
  writer.i64(CancelledOffset.OrderId, orderId);
  writer.i64(CancelledOffset.Quantity, quantity);
  writer.u32(CancelledOffset.Instrument, instrument);
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
  open(writer, MessageType.Replaced, MESSAGE_BYTES.Replaced, transaction, command);
  writer.u8(ReplacedOffset.KeptPriority, keptPriority ? 1 : 0);
  writer.i64(ReplacedOffset.ClientOrderId, clientOrderId);
  writer.i64(ReplacedOffset.OrderId, orderId);
  writer.i64(ReplacedOffset.Price, price);
  writer.i64(ReplacedOffset.Quantity, quantity);
  writer.u32(ReplacedOffset.Instrument, instrument);
}

export function writeTriggered(
  writer: MessageWriter,
  transaction: number,
  command: number,
  clientOrderId: number,
  orderId: number,
  instrument: number,
): void {
  open(writer, MessageType.Triggered, MESSAGE_BYTES.Triggered, transaction, command);
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
  open(writer, MessageType.TradeBusted, MESSAGE_BYTES.TradeBusted, transaction, command);
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
  open(writer, MessageType.TradeCorrected, MESSAGE_BYTES.TradeCorrected, transaction, command);
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
  open(writer, MessageType.InstrumentListed, MESSAGE_BYTES.InstrumentListed, transaction, command);
  writer.u32(InstrumentListedOffset.Instrument, instrument);
  writer.text(InstrumentListedOffset.Symbol, MAX_SYMBOL_BYTES, symbol);
}

export function writeDone(
  writer: MessageWriter,
  transaction: number,
  command: number,
  instrument: number,
): void {
  open(writer, MessageType.Done, MESSAGE_BYTES.Done, transaction, command);
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
  open(writer, MessageType.MassCancelled, MESSAGE_BYTES.MassCancelled, transaction, command);
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
  writer.i64(ReportOffset.Transaction, transaction);
  writer.i64(ReportOffset.Command, command);
}
