/** Reports about orders of earlier runs: kept until somebody asks, then told in decimals. */

import { type Report, ReportType, reasonCode } from '../../engine/protocol/index.ts';
import type { InstrumentId } from '../../feed/index.ts';
import type { MissedEvent } from './api.ts';
import type { InstrumentScales } from './instrument-scales.ts';

const MAX_MISSED = 10_000;

export class MissedReports {
  #reports: Report[] = [];

  add(report: Report): void {
    this.#reports.push(report);
    if (this.#reports.length > MAX_MISSED) this.#reports.shift();
  }

  async take(scalesOf: (id: InstrumentId) => Promise<InstrumentScales>): Promise<MissedEvent[]> {
    const events: MissedEvent[] = [];
    for (const report of this.#reports.splice(0)) {
      if (!('clientOrderId' in report) || report.type === ReportType.Rejected) continue;
      if ('tradeId' in report && report.type !== ReportType.Filled) continue;
      events.push(missedEvent(report, await scalesOf(report.instrument)));
    }
    return events;
  }
}

type OrderReport = Exclude<
  Extract<Report, { clientOrderId: number }>,
  {
    type:
      | typeof ReportType.Rejected
      | typeof ReportType.TradeBusted
      | typeof ReportType.TradeCorrected;
  }
>;

function missedEvent(report: OrderReport, scales: InstrumentScales): MissedEvent {
  const { clientOrderId, transaction } = report;
  const base = { clientOrderId, symbol: scales.instrument.symbol, transaction };
  const { price, quantity } = scales;
  switch (report.type) {
    case ReportType.Filled:
      return {
        ...base,
        type: 'fill',
        price: price.format(report.price),
        quantity: quantity.format(report.quantity),
        open: quantity.format(report.leaves),
      };
    case ReportType.Cancelled:
      return {
        ...base,
        type: 'cancelled',
        quantity: quantity.format(report.quantity),
        reason: reasonCode(report.reason),
      };
    case ReportType.Replaced:
      return {
        ...base,
        type: 'replaced',
        price: price.format(report.price),
        quantity: quantity.format(report.quantity),
      };
    case ReportType.Accepted:
      return { ...base, type: 'accepted' };
    case ReportType.Triggered:
      return { ...base, type: 'triggered' };
    default:
      return report satisfies never;
  }
}
