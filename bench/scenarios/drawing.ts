/** A market's state and answers as the lines of a scenario; the same for the fast and the naive one. */

import type { Side } from '../../feed/index.ts';
import { reasonWord } from './words.ts';

export type Row = readonly (string | number | boolean)[];

/** What the scenario calls an order: its owner's id of it. */
export interface KnownOrder {
  readonly name: string;
  readonly side: Side;
}
export type FindOrder = (orderId: number) => KnownOrder;

/** `10 | 100 |` and so on, highest price first. */
export function tidyRow(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

/**
 * Each order as `id:shown`, an iceberg with what it does not show behind a plus, hidden orders in
 * brackets; in order of priority.
 */
export function drawLadder(state: readonly Row[], find: FindOrder): string[] {
  const cells = new Map<number, [string[], string[]]>();
  const at = (price: number): [string[], string[]] => {
    const found = cells.get(price) ?? [[], []];
    cells.set(price, found);
    return found;
  };
  let level = 0;
  for (const [kind, ...values] of state) {
    if (kind === 'level') {
      level = values[1] as number;
    } else if (kind === 'order') {
      const [orderId = 0, , shown, , rest = 0] = values as number[];
      const { name, side } = find(orderId);
      at(level)[side].push(`${name}:${shown}${rest > 0 ? `+${rest}` : ''}`);
    } else if (kind === 'hidden') {
      const [orderId = 0, , price = 0, open] = values as number[];
      const { name, side } = find(orderId);
      at(price)[side].push(`(${name}:${open})`);
    }
  }
  return rowsOf(cells);
}

/** The shown levels as `lots x orders`: what consumers of L2 and browsers have. */
export function drawLevels(levels: readonly (readonly [Side, number, number, number])[]): string[] {
  const cells = new Map<number, [string[], string[]]>();
  for (const [side, price, quantity, orders] of levels) {
    const found = cells.get(price) ?? [[], []];
    cells.set(price, found);
    found[side].push(`${quantity}x${orders}`);
  }
  return rowsOf(cells);
}

function rowsOf(cells: ReadonlyMap<number, readonly [string[], string[]]>): string[] {
  return [...cells]
    .sort(([a], [b]) => b - a)
    .map(([price, [bids, asks]]) => tidyRow(`${bids.join(' ')} | ${price} | ${asks.join(' ')}`));
}

/** Levels of a state, as `drawLevels` wants them. */
export function levelsOf(state: readonly Row[]): (readonly [Side, number, number, number])[] {
  return state.flatMap(([kind, side, price, quantity, orders]) =>
    kind === 'level'
      ? [[side as Side, price as number, quantity as number, orders as number] as const]
      : [],
  );
}

/** Stops, pegs and links: everything that is open and not in the book. */
export function drawBeside(state: readonly Row[], find: FindOrder): string[] {
  return state.flatMap(([kind, ...values]) => {
    if (!BESIDE.has(kind)) return [];
    const [id = 0, second = 0, third = 0, fourth = 0] = values as number[];
    const { name } = find(id);
    const limit = (price: number): string => (price === 0 ? 'market' : `${price}`);
    switch (kind) {
      case 'waiting':
        return [
          `- ${name} waits: ${third} @ ${limit(second)}, trigger ${Number.isNaN(fourth) ? 'none' : fourth}`,
        ];
      case 'elected':
        return [`- ${name} elected: ${third} @ ${limit(second)}`];
      case 'parked':
        return [`- ${name} parked: ${third} @ ${second}`];
      case 'peg':
        return [`- ${name} pegged: at ${third}, limit ${second}`];
      case 'link':
        return [`- ${name} linked to ${find(second).name}`];
      default:
        return [];
    }
  });
}

const BESIDE: ReadonlySet<unknown> = new Set(['waiting', 'elected', 'parked', 'peg', 'link']);

/** What owners are told of a command, one line each. */
export function drawReports(reports: readonly Row[]): string[] {
  return reports.flatMap(([call, , ...values]) => {
    const [, id, , a, b, c, d] = values;
    switch (call) {
      case 'rejected':
        return [`refused: ${reasonWord(values[1])}`];
      case 'accepted':
      case 'triggered':
        return [`${id} ${call}`];
      case 'filled':
        return [`${id} filled ${d} @ ${c}`];
      case 'cancelled':
        return [`${id} cancelled ${a}: ${reasonWord(b)}`];
      case 'replaced':
        return [`${id} changed to ${b} @ ${a}${c === true ? ', kept its place' : ''}`];
      case 'tradeBusted':
        return [`${id} trade ${a} busted`];
      case 'tradeCorrected':
        return [`${id} trade ${a} corrected to ${c} @ ${b}`];
      case 'massCancelled':
        return [`${values[1]} cancelled in all`];
      default:
        return [];
    }
  });
}
