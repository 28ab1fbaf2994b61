/** An audit trail as lines: JSON objects, one a command, or CSV, one a report. */

import { DecimalScale } from '../../feed/decimal.ts';
import { nanosToBigInt } from '../../feed/index.ts';
import type { ClientIdentity } from '../entry/client-directory.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import { type Command, CommandType } from '../protocol/index.ts';
import type { AuditedCommand, AuditNames } from './audit.ts';
import type { AuditReport } from './audit-reports.ts';

const TYPES = new Map<number, string>(
  Object.entries(CommandType).map(([name, type]) => [type, name]),
);

/** Which lines are wanted; what is absent is not asked for. */
export interface AuditFilter {
  readonly from: number;
  readonly to: number;
  /** A name, or an owner number. */
  readonly owner?: string;
  readonly symbol?: string;
  readonly clientOrderId?: number;
}

/** A command is wanted when it, or anything that it caused, is about all that the filter names. */
export function isWanted(
  { transaction, owner, command, reports }: AuditedCommand,
  filter: AuditFilter,
  names: AuditNames,
): boolean {
  if (transaction < filter.from || transaction > filter.to) return false;
  const isOwner = (of: number) =>
    filter.owner === undefined || filter.owner === names.nameOf(of) || filter.owner === String(of);
  const isSymbol = (id: number | undefined) =>
    filter.symbol === undefined || names.instrument(id ?? 0)?.symbol === filter.symbol;
  const isOrder = (id: number | undefined) =>
    filter.clientOrderId === undefined || filter.clientOrderId === id;
  const id = 'clientOrderId' in command ? command.clientOrderId : undefined;
  return (
    (isOwner(owner) && isSymbol(instrumentOf(command)) && isOrder(id)) ||
    reports.some(
      (report) =>
        isOwner(report.owner) && isSymbol(report.instrument) && isOrder(report.clientOrderId),
    )
  );
}

export function jsonLine(audited: AuditedCommand, names: AuditNames): string {
  const { transaction, owner, number, command, reports } = audited;
  const { type, ...fields } = command;
  return JSON.stringify({
    transaction,
    time: timeOf(audited),
    owner,
    client: names.nameOf(owner),
    number,
    command: TYPES.get(type) ?? type,
    ...readable(fields, names.instrument(instrumentOf(command) ?? 0)),
    outcome: reports.map(({ what, ...report }) => ({
      report: what,
      client: names.nameOf(report.owner),
      ...readable(report, names.instrument(report.instrument ?? 0)),
    })),
  });
}

/** A token is its client's secret, and no part of it. */
export function jsonClientLine(client: ClientIdentity, transaction: number): string {
  const { owner, name, isOpen, heartbeatMs, cancelOnDisconnect } = client;
  const choice = { isOpen, heartbeatMs, cancelOnDisconnect };
  return JSON.stringify({ transaction, owner, client: name, command: 'Logon', ...choice });
}

export const CSV_HEADER = [
  'transaction',
  'time',
  'client',
  'number',
  'command',
  'report',
  'reportClient',
  'symbol',
  'clientOrderId',
  'orderId',
  'tradeId',
  'side',
  'price',
  'quantity',
  'leaves',
  'count',
  'reason',
].join(',');

/** One line a report; a command that caused none has one of its own. */
export function csvLines(audited: AuditedCommand, names: AuditNames): string[] {
  const { transaction, owner, number, command, reports } = audited;
  const head = [
    transaction,
    timeOf(audited),
    names.nameOf(owner),
    number,
    TYPES.get(command.type) ?? command.type,
  ];
  const symbol = names.instrument(instrumentOf(command) ?? 0)?.symbol ?? '';
  if (reports.length === 0) return [csv([...head, '', '', symbol])];
  return reports.map((report) => {
    const instrument = names.instrument(report.instrument ?? instrumentOf(command) ?? 0);
    const { price, quantity, leaves } = readable(report, instrument) as Partial<AuditReport>;
    const { clientOrderId, orderId, tradeId, side, count, reason } = report;
    const order = [clientOrderId, orderId, tradeId, side, price, quantity, leaves, count, reason];
    const to = [report.what, names.nameOf(report.owner), instrument?.symbol ?? ''];
    return csv([...head, ...to, ...order]);
  });
}

const PRICES = new Set([
  'price',
  'triggerPrice',
  'trailBy',
  'pegOffset',
  'lowestPrice',
  'highestPrice',
  'collarTicks',
  'pauseTicks',
  'referencePrice',
]);
const QUANTITIES = new Set(['quantity', 'minimumQuantity', 'displayQuantity', 'leaves']);

const scales = new WeakMap<ListedInstrument, { price: DecimalScale; quantity: DecimalScale }>();

function scalesOf(instrument: ListedInstrument) {
  let known = scales.get(instrument);
  if (known === undefined) {
    const { tickSize, lotSize } = instrument;
    known = { price: new DecimalScale(tickSize), quantity: new DecimalScale(lotSize) };
    scales.set(instrument, known);
  }
  return known;
}

/** Ticks and lots as decimals, and the instrument by its symbol; unknown ones stay numbers. */
function readable(fields: object, instrument: ListedInstrument | undefined): object {
  if (instrument === undefined) return fields;
  const { price, quantity } = scalesOf(instrument);
  const entries = Object.entries(fields).map(([name, value]) => {
    if (name === 'instrument') return ['symbol', instrument.symbol];
    if (typeof value !== 'number') return [name, value];
    if (PRICES.has(name)) return [name, price.format(value)];
    return [name, QUANTITIES.has(name) ? quantity.format(value) : value];
  });
  return Object.fromEntries(entries);
}

function instrumentOf(command: Command): number | undefined {
  return 'instrument' in command ? command.instrument : undefined;
}

/** To the nanosecond, as `2030-01-31T16:00:00.123456789Z`. */
function timeOf({ timeHigh, timeLow }: AuditedCommand): string {
  const nanos = nanosToBigInt(timeHigh, timeLow);
  const seconds = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;
}

function csv(values: readonly (string | number | undefined)[]): string {
  const cells = values.map((value) => {
    const text = String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  while (cells.length < CSV_HEADER.split(',').length) cells.push('');
  return cells.join(',');
}
