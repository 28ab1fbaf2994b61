/** The results of the gateway benchmark as tables for people. */

import type { ServerKind } from './messages.ts';
import type { Measured } from './processes.ts';
import { costBeside, type Outcomes, quantile, tenThousand, updatesPerSecond } from './results.ts';
import { SERVER_KINDS } from './scenarios.ts';

export function resultsTable(outcomes: Outcomes): string {
  const { single, batched, curve, grid } = outcomes;
  return [
    fanOutTable('One book a client', single),
    fanOutTable('Several books a client, one write', batched),
    gridTable(grid),
    curveTable(curve),
    tenThousandLines(outcomes),
    sizesTable(outcomes),
    lastLines(outcomes),
  ].join('\n');
}

function fanOutTable(title: string, results: ReadonlyMap<ServerKind, readonly Measured[]>): string {
  const rows = SERVER_KINDS.map((kind) => {
    const all = results.get(kind) ?? [];
    const us = quantile(
      all.map(({ usPerFrame }) => usPerFrame),
      0.5,
    );
    const { ratio, low, high } = costBeside(results, kind);
    return [
      kind,
      fixed(us),
      thousands(1e6 / us),
      kind === 'gateway' ? '-' : `${fixed(ratio)} (${fixed(low)} - ${fixed(high)})`,
    ];
  });
  const head = ['server', 'us/frame', 'k frames/s per core', 'cost beside the gateway'];
  return `${title}, ${results.get('gateway')?.[0]?.connections} clients\n${aligned([head, ...rows])}`;
}

function gridTable(grid: Outcomes['grid']): string {
  const head = ['clients', 'depth', 'interval', 'us/frame', 'k frames/s', 'k updates/s', 'torn'];
  const rows = grid.map(({ connections, depth, interval, measured }) => [
    String(connections),
    String(depth),
    `${interval} ms`,
    fixed(measured.usPerFrame),
    thousands(1e6 / measured.usPerFrame),
    thousands(updatesPerSecond(measured)),
    String(measured.torn),
  ]);
  return `The gateway by clients, depth and interval; rates per second of processor time\n${aligned([head, ...rows])}`;
}

function curveTable(curve: Outcomes['curve']): string {
  const head = ['clients', 'us/frame', 'share', 'MB', 'age p50', 'age p99'];
  head.push('since made p50', 'since made p99', 'delivered', 'load');
  const rows = curve.map((point) => [
    String(point.connections),
    fixed(point.usPerFrame),
    percent(point.cpuShare),
    fixed(point.rssMb),
    `${fixed(point.ageMsP50)} ms`,
    `${fixed(point.ageMsP99)} ms`,
    `${fixed(point.deliveryMsP50)} ms`,
    `${fixed(point.deliveryMsP99)} ms`,
    percent(point.delivered),
    percent(point.ownShare),
  ]);
  return `Growth: cost per frame by clients, at 10 Hz in a busy market\n${aligned([head, ...rows])}`;
}

function tenThousandLines({ curve }: Outcomes): string {
  const { p50Ms, p99Ms, rssMb, cpuShare, usPerFrame, measuredAt, isExtrapolated } =
    tenThousand(curve);
  const how = isExtrapolated
    ? `EXTRAPOLATED from ${measuredAt} connections: memory and share in proportion, ages as there`
    : 'measured';
  return `10,000 connections at 10 Hz (${how}): ${fixed(usPerFrame)} us/frame, ${percent(cpuShare)} of a core, ${fixed(rssMb)} MB, age p50 ${fixed(p50Ms)} ms, p99 ${fixed(p99Ms)} ms\n`;
}

function sizesTable({ sizes, encodeNs }: Outcomes): string {
  const head = ['bytes', 'ours', 'ours as JSON', 'as Binance', 'as Coinbase'];
  const rows = (['ofSixLevels', 'perLevel'] as const).map((name) => {
    const { ours, oursAsJson, binance, coinbase } = sizes[name];
    const title = name === 'perLevel' ? 'a level, all diffs' : 'a diff of six levels';
    return [title, ...[ours, oursAsJson, binance, coinbase].map(fixed)];
  });
  const times = Object.entries(encodeNs).map(([name, ns]) => [name, `${Math.round(ns)} ns`]);
  return `${aligned([head, ...rows])}\n${aligned([['encode', 'median'], ...times])}`;
}

function lastLines({ frozen, restart, rolling, batched }: Outcomes): string {
  const updates = quantile((batched.get('gateway') ?? []).map(updatesPerSecond), 0.5);
  const { seconds, withoutSnapshot, clients, mismatches, longestDarkSeconds } = restart;
  return [
    `${thousands(updates)} k updates/s per core, several books a client`,
    `frozen readers: healthy p99 x ${fixed(frozen.healthyP99Ratio)}, ${fixed(frozen.kibPerFrozenReader)} KiB each`,
    `kill -9 under ${clients} clients: all proved after ${fixed(seconds)} s, ${percent(withoutSnapshot)} without a snapshot, longest without a book ${fixed(longestDarkSeconds)} s, ${mismatches} mismatches`,
    `two gateways restarted in turn under ${rolling.clients} clients: ${fixed(rolling.seconds)} s, longest without a connection ${fixed(rolling.longestDarkSeconds)} s, at most ${rolling.openedPer100MsMost} opened within 100 ms, ${percent(rolling.withoutSnapshot)} without a snapshot`,
    '',
  ].join('\n');
}

function fixed(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}
function thousands(value: number): string {
  return (value / 1000).toFixed(1);
}
function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

/** Texts to the left, numbers to the right, two spaces between. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
