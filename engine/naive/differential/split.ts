/** What is told of one instrument, with names in place of numbers that count over all of them. */

import { ALL_INSTRUMENTS, type Command, CommandType } from '../../protocol/index.ts';
import type { ToldRow } from '../naive-world.ts';
import type { ToldByFast } from './fast-player.ts';

/** The instrument that a command is about; 0: all of them, or none. */
export function instrumentOf(command: Command): number {
  return 'instrument' in command ? command.instrument : ALL_INSTRUMENTS;
}

/** Commands that mean the same in a market of which some instruments are traded elsewhere. */
export function canBeSplit(command: Command, used: Set<number | string>): boolean {
  // Trades are named by numbers that count over all instruments.
  if (command.type === CommandType.BustTrade || command.type === CommandType.CorrectTrade) {
    return false;
  }
  // An instrument is found again by its rules, which only one of the markets has been given.
  const { ListInstrument, NewOrder } = CommandType;
  if (command.type !== NewOrder && command.type !== ListInstrument) return true;
  const name = command.type === NewOrder ? command.clientOrderId : command.symbol;
  const isNew = !used.has(name);
  used.add(name);
  return isNew;
}

/** Order ids become what their owners call the orders, trade ids the trade's number of its instrument. */
export class NamedRows {
  readonly #orders = new Map<number, string>();
  readonly #trades = new Map<number, string>();
  readonly #tradeCounts = new Map<number, number>();

  /** Rows by instrument; what is told of all instruments together is left out. */
  take({ stream, reports }: ToldByFast): Map<number, string[]> {
    const rows = new Map<number, string[]>();
    const add = (instrument: number, port: string, row: ToldRow) => {
      const told = rows.get(instrument) ?? [];
      told.push(`${port} ${row.join(' ')}`);
      rows.set(instrument, told);
    };
    for (const row of reports) {
      if (row[0] === 'accepted') this.#orders.set(Number(row[4]), `${row[1]}/${row[3]}`);
    }
    for (const row of stream) {
      if (row[0] !== 'publish') add(Number(row[1]), 'stream', this.#namedStream(row));
    }
    for (const row of reports) {
      const isOfAll = row[0] === 'massCancelled' || row[2] === ALL_INSTRUMENTS;
      if (!isOfAll) add(Number(row[2]), 'report', this.#namedReport(row));
    }
    return rows;
  }

  #namedStream(row: ToldRow): ToldRow {
    const [call, instrument, ...values] = row;
    if (call === 'rested' || call === 'reduced') return row.with(2, this.#order(values[0]));
    if (call !== 'traded') return row;
    const count = (this.#tradeCounts.get(Number(instrument)) ?? 0) + 1;
    this.#tradeCounts.set(Number(instrument), count);
    this.#trades.set(Number(values[3]), `trade ${count}`);
    return row.with(5, `trade ${count}`).with(6, this.#order(values[4]));
  }

  #namedReport(row: ToldRow): ToldRow {
    const [call, , , , orderId, tradeId] = row;
    if (call === 'done' || call === 'listed') return row;
    const named = row.with(4, this.#order(orderId));
    return call === 'filled' ? named.with(5, this.#trades.get(Number(tradeId)) ?? '?') : named;
  }

  #order(orderId: unknown): string {
    return this.#orders.get(Number(orderId)) ?? String(orderId);
  }
}
