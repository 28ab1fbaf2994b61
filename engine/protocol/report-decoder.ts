/** Bytes to reports: the client’s side. */

import { type InstrumentId, MAX_SYMBOL_BYTES, Side } from '../../feed/index.ts';
import type { MessageReader } from './message-reader.ts';
import { MessageType } from './messages.ts';
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
import { REASON_TEXT, type Reason, type Report, ReportType } from './reports.ts';

/**
 * The report under the reader's cursor, as a new object; undefined when the message is not a
 * report. Throws `DecodeError` for a field outside its range.
 */
export function decodeReport(reader: MessageReader): Report | undefined {
  switch (reader.type) {
    case MessageType.Accepted:
      return {
        type: ReportType.Accepted,
        ...base(reader),
        instrument: reader.u32(AcceptedOffset.Instrument) as InstrumentId,
        clientOrderId: reader.u64(AcceptedOffset.ClientOrderId),
        orderId: reader.u64(AcceptedOffset.OrderId),
      };
    case MessageType.Rejected: {
      const retryAfterMs = reader.u32(RejectedOffset.RetryAfterMs);
      return {
        type: ReportType.Rejected,
        ...base(reader),
        clientOrderId: reader.u64(RejectedOffset.ClientOrderId),
        reason: readReason(reader, RejectedOffset.Reason),
        ...(retryAfterMs === 0 ? {} : { retryAfterMs }),
      };
    }
    case MessageType.Filled:
      return {
        type: ReportType.Filled,
        ...base(reader),
        instrument: reader.u32(FilledOffset.Instrument) as InstrumentId,
        clientOrderId: reader.u64(FilledOffset.ClientOrderId),
        orderId: reader.u64(FilledOffset.OrderId),
        tradeId: reader.u64(FilledOffset.TradeId),
        side: reader.choice(FilledOffset.Side, Side.Ask) as Side,
        price: reader.i64(FilledOffset.Price),
        quantity: reader.u64(FilledOffset.Quantity),
        leaves: reader.u64(FilledOffset.Leaves),
        isAggressor: reader.choice(FilledOffset.IsAggressor, 1) === 1,
      };
    case MessageType.Cancelled:
      return {
        type: ReportType.Cancelled,
        ...base(reader),
        instrument: reader.u32(CancelledOffset.Instrument) as InstrumentId,
        clientOrderId: reader.u64(CancelledOffset.ClientOrderId),
        orderId: reader.u64(CancelledOffset.OrderId),
        quantity: reader.u64(CancelledOffset.Quantity),
        reason: readReason(reader, CancelledOffset.Reason),
      };
    case MessageType.Replaced:
      return {
        type: ReportType.Replaced,
        ...base(reader),
        instrument: reader.u32(ReplacedOffset.Instrument) as InstrumentId,
        clientOrderId: reader.u64(ReplacedOffset.ClientOrderId),
        orderId: reader.u64(ReplacedOffset.OrderId),
        price: reader.i64(ReplacedOffset.Price),
        quantity: reader.u64(ReplacedOffset.Quantity),
        keptPriority: reader.choice(ReplacedOffset.KeptPriority, 1) === 1,
      };
    case MessageType.Triggered:
      return {
        type: ReportType.Triggered,
        ...base(reader),
        instrument: reader.u32(TriggeredOffset.Instrument) as InstrumentId,
        clientOrderId: reader.u64(TriggeredOffset.ClientOrderId),
        orderId: reader.u64(TriggeredOffset.OrderId),
      };
    case MessageType.TradeBusted:
      return {
        type: ReportType.TradeBusted,
        ...base(reader),
        instrument: reader.u32(TradeBustedOffset.Instrument) as InstrumentId,
        clientOrderId: reader.u64(TradeBustedOffset.ClientOrderId),
        orderId: reader.u64(TradeBustedOffset.OrderId),
        tradeId: reader.u64(TradeBustedOffset.TradeId),
      };
    case MessageType.TradeCorrected:
      return {
        type: ReportType.TradeCorrected,
        ...base(reader),
        instrument: reader.u32(TradeCorrectedOffset.Instrument) as InstrumentId,
        clientOrderId: reader.u64(TradeCorrectedOffset.ClientOrderId),
        orderId: reader.u64(TradeCorrectedOffset.OrderId),
        tradeId: reader.u64(TradeCorrectedOffset.TradeId),
        price: reader.i64(TradeCorrectedOffset.Price),
        quantity: reader.u64(TradeCorrectedOffset.Quantity),
      };
    case MessageType.InstrumentListed:
      return {
        type: ReportType.InstrumentListed,
        ...base(reader),
        instrument: reader.u32(InstrumentListedOffset.Instrument) as InstrumentId,
        symbol: reader.text(InstrumentListedOffset.Symbol, MAX_SYMBOL_BYTES),
      };
    case MessageType.Done:
      return {
        type: ReportType.Done,
        ...base(reader),
        instrument: reader.u32(DoneOffset.Instrument) as InstrumentId,
      };
    case MessageType.MassCancelled:
      return {
        type: ReportType.MassCancelled,
        ...base(reader),
        instrument: reader.u32(MassCancelledOffset.Instrument) as InstrumentId,
        count: reader.u64(MassCancelledOffset.Count),
        isComplete: reader.choice(MassCancelledOffset.IsComplete, 1) === 1,
      };
    default:
      return undefined;
  }
}

/** A reason's code, which must be one that reports.ts defines. Throws `DecodeError`. */
export function readReason(reader: MessageReader, offset: number): Reason {
  const reason = reader.u16(offset);
  if (!(reason in REASON_TEXT)) reader.refuse(offset, `Reason ${reason} is not defined.`);
  return reason as Reason;
}

function base(reader: MessageReader): { transaction: number; command: number } {
  return {
    transaction: reader.u64(ReportOffset.Transaction),
    command: reader.u64(ReportOffset.Command),
  };
}
