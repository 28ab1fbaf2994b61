/** What a market tells while it applies a command: one port towards the stream, one towards owners. */

import type { Aggressor, Side } from '../feed/index.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { Reason } from './protocol/index.ts';

/** Everything that the whole world may see, in order. */
export interface StreamOutput {
  /** This command is published even when nothing else of this port is called. */
  publish(): void;
  /** A new instrument, or what has changed of one: its price band. */
  listed(instrument: ListedInstrument): void;
  statusChanged(instrument: ListedInstrument, reason: Reason): void;
  cleared(instrument: ListedInstrument): void;
  /** A level's total after the command; told once per level. */
  levelChanged(
    instrument: ListedInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void;
  /** An order stands last in its queue now, and shows so many lots. */
  rested(
    instrument: ListedInstrument,
    orderId: number,
    side: Side,
    price: number,
    shown: number,
  ): void;
  /** An order in a queue shows fewer lots; 0: it has left. Of a fill, it follows `traded` at once. */
  reduced(instrument: ListedInstrument, orderId: number, shown: number): void;
  /** `restingOrderId`: the order in a book that made it, seen or not; 0: there is none. */
  traded(
    instrument: ListedInstrument,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
    restingOrderId: number,
  ): void;
  /** What an uncross would do now; price and volume 0: nothing. */
  indicative(
    instrument: ListedInstrument,
    price: number,
    volume: number,
    imbalance: number,
    side: Side,
  ): void;
  /** A trade told before does not count, or counts otherwise. */
  tradeBusted(instrument: ListedInstrument, tradeId: number): void;
  tradeCorrected(
    instrument: ListedInstrument,
    tradeId: number,
    price: number,
    quantity: number,
  ): void;
}

/** What an owner is told about its commands and orders; the fields are those of reports.ts. */
export interface ReportSink {
  accepted(owner: number, instrument: number, clientOrderId: number, orderId: number): void;
  rejected(owner: number, clientOrderId: number, reason: Reason): void;
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
    isAggressor: boolean,
  ): void;
  cancelled(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    quantity: number,
    reason: Reason,
  ): void;
  replaced(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    price: number,
    quantity: number,
    keptPriority: boolean,
  ): void;
  /** A stop was elected; what it causes follows. */
  triggered(owner: number, instrument: number, clientOrderId: number, orderId: number): void;
  tradeBusted(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    tradeId: number,
  ): void;
  tradeCorrected(
    owner: number,
    instrument: number,
    clientOrderId: number,
    orderId: number,
    tradeId: number,
    price: number,
    quantity: number,
  ): void;
  listed(owner: number, instrument: number, symbol: string): void;
  done(owner: number, instrument: number): void;
  massCancelled(owner: number, instrument: number, count: number, isComplete: boolean): void;
}
