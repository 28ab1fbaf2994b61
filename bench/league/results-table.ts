/** The results of a measurement as a table for people. */

import { type EngineName, isPeer } from './one-run.ts';
import type { Results, StreamResult } from './results.ts';

const MILLION = 1e6;

/** One row a stream, one group of columns an engine; ends with a newline. */
export function resultsTable(results: Results): string {
  const own = results.engines.filter((engine) => !isPeer(engine));
  const peers = results.engines.filter(isPeer);
  const head = [
    'M messages/s',
    ...own.flatMap((engine) => [engine, 'least - most', 'cold', 'reports']),
    ...(own.length === 2 ? ['full / bare'] : []),
    ...peers,
  ];
  const [first] = results.engines;
  const streams = first === undefined ? [] : results.of(first).map(({ stream }) => stream);
  const rows = streams.map((stream) => {
    const of = (engine: EngineName) => {
      return results.of(engine).find((result) => result.stream === stream);
    };
    return [
      stream.name,
      ...own.flatMap((engine) => ownCells(of(engine))),
      ...(own.length === 2 ? [ratio(of('full'), of('bare'))] : []),
      ...peers.map((peer) => peerCell(of(peer))),
    ];
  });
  return `${aligned([head, ...rows])}\n${own.map((engine) => worstLine(results, engine)).join('')}`;
}

function ownCells(result: StreamResult | undefined): string[] {
  if (result === undefined) return ['-', '-', '-', '-'];
  const { messagesPerSecond, least, most, cold, published, sha256 } = result;
  return [
    millions(messagesPerSecond),
    `${millions(least)} - ${millions(most)}`,
    millions(cold),
    published ? 'right' : `WRONG ${sha256.slice(0, 8)}`,
  ];
}

function peerCell(result: StreamResult | undefined): string {
  if (result === undefined) return '-';
  const { messagesPerSecond, completed, stream } = result;
  return completed === stream.messages
    ? millions(messagesPerSecond)
    : `${millions(messagesPerSecond)} (after ${Math.round(completed / 1000)} k)`;
}

function worstLine(results: Results, engine: EngineName): string {
  const worst = results.worst(engine);
  if (worst === undefined) return '';
  return `${engine}, worst of ${results.of(engine).length}: ${millions(worst.messagesPerSecond)} M messages/s (${worst.stream.name})\n`;
}

function ratio(a: StreamResult | undefined, b: StreamResult | undefined): string {
  return a === undefined || b === undefined
    ? '-'
    : (a.messagesPerSecond / b.messagesPerSecond).toFixed(2);
}

/** Slow peers need a third digit. */
function millions(perSecond: number): string {
  return (perSecond / MILLION).toFixed(perSecond < MILLION ? 3 : 2);
}

/** Texts to the left, numbers to the right, two spaces between. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => {
    return Math.max(...rows.map((row) => row[column]?.length ?? 0));
  });
  return rows
    .map((row) =>
      row
        .map((cell, i) => place(cell, widths[i] ?? 0, i))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function place(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
