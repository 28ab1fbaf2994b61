/** Encodes reports as objects; the engine writes its own with the functions of report-writers.ts. */

import type { MessageWriter } from './message-writer.ts';
import {
  writeAccepted,
  writeCancelled,
  writeDone,
  writeFilled,
  writeListed,
  writeMassCancelled,
  writeRejected,
  writeReplaced,
  writeTradeBusted,
  writeTradeCorrected,
  writeTriggered,
} from './report-writers.ts';
import { type Report, ReportType } from './reports.ts';

/** Writes `report` from the object. */
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
