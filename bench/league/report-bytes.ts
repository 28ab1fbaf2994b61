/** From the report frames that clients got to the league's canonical lines. */

import {
  decodeReport,
  MessageReader,
  Reason,
  type Report,
  ReportType,
} from '../../engine/protocol/index.ts';
import type { ClientOrders } from './client-orders.ts';
import { type LeagueStream, MessageType } from './league-stream.ts';
import { ReportKind } from './report-ring.ts';

const { CancelAck, CancelReject, ModifyAck, ModifyReject, OrderAck, Trade } = ReportKind;

/** An order as its own reports tell it. */
interface KnownOrder {
  readonly id: number;
  readonly side: number;
  price: number;
}

/**
 * Reads all frames and gives the lines in the league's order: by message, then by kind, trades by
 * trade id. What a report does not repeat (side and price) is taken from the message it answers, as
 * its client would. Throws at whatever no client should see: bytes that do not decode, a fill that
 * only one side was told, a report of no message.
 */
export class ReportBytes {
  readonly #stream: LeagueStream;
  readonly #orders: ClientOrders;
  readonly #before: number;
  readonly #known = new Map<number, KnownOrder>();
  /** The resting sides of fills whose aggressor has not been seen yet, by trade id; and the reverse. */
  readonly #halves = new Map<number, Extract<Report, { isAggressor: boolean }>>();

  constructor(stream: LeagueStream, orders: ClientOrders, transactionsBefore: number) {
    this.#stream = stream;
    this.#orders = orders;
    this.#before = transactionsBefore;
  }

  lines(frames: readonly (readonly Uint8Array[])[], emit: (line: string) => void): void {
    const reports = readReports(frames, this.#before);
    for (let at = 0; at < reports.length; ) {
      const { transaction } = reports[at] as Report;
      let end = at + 1;
      while (reports[end]?.transaction === transaction) end += 1;
      this.#message(reports.slice(at, end), transaction - this.#before - 1, emit);
      at = end;
    }
    if (this.#halves.size > 0)
      throw new Error(`${this.#halves.size} fills were told one side only`);
  }

  /** All reports of one message, whoever got them. */
  #message(reports: readonly Report[], sequence: number, emit: (line: string) => void): void {
    const rows: { readonly kind: number; readonly trade: number; readonly line: string }[] = [];
    for (const report of ordered(reports)) {
      const row = this.#row(report, sequence);
      if (row === undefined) continue;
      const trade = report.type === ReportType.Filled ? report.tradeId : 0;
      rows.push({ kind: row[0] as number, trade, line: row.join(',') });
    }
    rows.sort((a, b) => a.kind - b.kind || a.trade - b.trade);
    for (const { line } of rows) emit(line);
  }

  /** The line as its values; undefined for half of a fill. */
  #row(report: Report, sequence: number): readonly number[] | undefined {
    switch (report.type) {
      case ReportType.Accepted: {
        const { id, side } = this.#open(report.clientOrderId, sequence);
        const { prices, quantities } = this.#stream;
        return [OrderAck, sequence, side, id, prices[sequence]!, quantities[sequence]!];
      }
      case ReportType.Filled:
        return this.#fill(report, sequence);
      case ReportType.Cancelled: {
        const { id, side, price } = this.#orderOf(report.clientOrderId);
        return [CancelAck, sequence, side, id, price];
      }
      case ReportType.Replaced: {
        const order = this.#orderOf(report.clientOrderId);
        order.price = report.price;
        return [ModifyAck, sequence, order.side, order.id, report.price, report.quantity];
      }
      case ReportType.Rejected: {
        if (report.reason !== Reason.UnknownOrder) {
          throw new Error(`Message ${sequence} was refused with reason ${report.reason}.`);
        }
        const isCancel = this.#stream.types[sequence] === MessageType.Cancel;
        return [isCancel ? CancelReject : ModifyReject, sequence, this.#stream.orderIds[sequence]!];
      }
      default:
        throw new Error(`Message ${sequence} was answered with a report of type ${report.type}.`);
    }
  }

  #fill(
    report: Extract<Report, { isAggressor: boolean }>,
    sequence: number,
  ): readonly number[] | undefined {
    const other = this.#halves.get(report.tradeId);
    if (other === undefined) {
      this.#halves.set(report.tradeId, report);
      return undefined;
    }
    this.#halves.delete(report.tradeId);
    const [taker, maker] = report.isAggressor ? [report, other] : [other, report];
    const { price, quantity } = taker;
    const isPair = taker.isAggressor && !maker.isAggressor && taker.side !== maker.side;
    if (!isPair || maker.price !== price || maker.quantity !== quantity) {
      throw new Error(`The two sides of trade ${report.tradeId} were told different things.`);
    }
    const makerId = this.#orderOf(maker.clientOrderId).id;
    const takerId = this.#orderOf(taker.clientOrderId).id;
    return [Trade, sequence, price, quantity, makerId, takerId];
  }

  #open(clientOrderId: number, sequence: number): KnownOrder {
    const id = this.#orders.renamed.get(clientOrderId) ?? clientOrderId;
    const side = this.#stream.sides[sequence] as number;
    const order = { id, side, price: this.#stream.prices[sequence] as number };
    this.#known.set(clientOrderId, order);
    return order;
  }

  #orderOf(clientOrderId: number): KnownOrder {
    const order = this.#known.get(clientOrderId);
    if (order === undefined) throw new Error(`Order ${clientOrderId} was never accepted.`);
    return order;
  }
}

/** Reports of all clients by transaction; a client's own stay in their order. */
function readReports(frames: readonly (readonly Uint8Array[])[], before: number): Report[] {
  const reader = new MessageReader();
  const reports: Report[] = [];
  for (const frame of frames.flat()) {
    reader.open(frame);
    while (reader.next()) {
      const report = decodeReport(reader);
      if (report !== undefined && report.transaction > before) reports.push(report);
    }
  }
  return reports.sort((a, b) => a.transaction - b.transaction);
}

/** An order is known by its acceptance, which its client is told first, and others need not be. */
function ordered(reports: readonly Report[]): readonly Report[] {
  if (reports.length === 1) return reports;
  return [...reports].sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
}

function isFirst({ type }: Report): boolean {
  return type === ReportType.Accepted;
}
