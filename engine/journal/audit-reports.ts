/** What became of each command, kept until somebody has written it down. */

import { Side } from '../../feed/index.ts';
import { type Reason, reasonCode } from '../protocol/index.ts';
import type { SequencedReports } from '../sequencer.ts';

/** One report, as the engine gave it; ticks and lots. */
export interface AuditReport {
  readonly what: AuditReportName;
  readonly owner: number;
  readonly instrument?: number;
  readonly clientOrderId?: number;
  readonly orderId?: number;
  readonly tradeId?: number;
  readonly side?: 'buy' | 'sell';
  readonly price?: number;
  readonly quantity?: number;
  readonly leaves?: number;
  readonly reason?: string;
  readonly count?: number;
}

export type AuditReportName =
  | 'accepted'
  | 'rejected'
  | 'filled'
  | 'cancelled'
  | 'replaced'
  | 'triggered'
  | 'trade-busted'
  | 'trade-corrected'
  | 'listed'
  | 'done'
  | 'mass-cancelled';

/** A sink for a private run: the market tells it what it would tell clients. */
export class AuditReports implements SequencedReports {
  #reports: AuditReport[] = [];

  /** Those since the last call. */
  take(): readonly AuditReport[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  begin(): void {}

  accepted(owner: number, instrument: number, clientOrderId: number, orderId: number): void {
    this.#reports.push({ what: 'accepted', owner, instrument, clientOrderId, orderId });
  }

  rejected(owner: number, clientOrderId: number, reason: Reason): void {
    const order = clientOrderId === 0 ? {} : { clientOrderId };
    this.#reports.push({ what: 'rejected', owner, ...order, reason: reasonCode(reason) });
  }

  filled(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    tradeId: number,
    side: Side,
    price: number,
    quantity: number,
    leaves: number,
  ): void {
    const order = { owner, instrument, clientOrderId, orderId };
    const sideName = side === Side.Bid ? 'buy' : 'sell';
    const trade = { tradeId, side: sideName, price, quantity, leaves } as const;
    this.#reports.push({ what: 'filled', ...order, ...trade });
  }

  cancelled(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    quantity: number,
    reason: Reason,
  ): void {
    const order = { owner, instrument, clientOrderId, orderId };
    this.#reports.push({ what: 'cancelled', ...order, quantity, reason: reasonCode(reason) });
  }

  replaced(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    price: number,
    quantity: number,
  ): void {
    const order = { owner, instrument, clientOrderId, orderId };
    this.#reports.push({ what: 'replaced', ...order, price, quantity });
  }

  triggered(owner: number, instrument: number, clientOrderId: number, orderId: number): void {
    this.#reports.push({ what: 'triggered', owner, instrument, clientOrderId, orderId });
  }

  tradeBusted(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    tradeId: number,
  ): void {
    const order = { owner, instrument, clientOrderId, orderId };
    this.#reports.push({ what: 'trade-busted', ...order, tradeId });
  }

  tradeCorrected(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    tradeId: number,
    price: number,
    quantity: number,
  ): void {
    const order = { owner, instrument, clientOrderId, orderId };
    this.#reports.push({ what: 'trade-corrected', ...order, tradeId, price, quantity });
  }

  listed(owner: number, instrument: number): void {
    this.#reports.push({ what: 'listed', owner, instrument });
  }

  done(owner: number, instrument: number): void {
    this.#reports.push({ what: 'done', owner, ...(instrument === 0 ? {} : { instrument }) });
  }

  massCancelled(owner: number, instrument: number, count: number): void {
    const named = instrument === 0 ? {} : { instrument };
    this.#reports.push({ what: 'mass-cancelled', owner, ...named, count });
  }
}
