/** What all scenarios add up to, and the shape of the `--json` file. */

import type { EncodeTimes, Sizes } from './message-sizes.ts';
import type { ServerKind } from './messages.ts';
import type { Measured } from './processes.ts';
import type { CurvePoint, FrozenResult, RestartResult, RollingResult } from './scenarios.ts';
import { TARGET_CONNECTIONS } from './settings.ts';

/**
 * Less than this of what the best point delivered of the frames due: the machine did not keep up. In a
 * market that stands still for an interval now and then, nobody gets all that could have been due.
 */
const KEPT_UP = 0.97;

export interface Outcomes {
  readonly single: ReadonlyMap<ServerKind, readonly Measured[]>;
  readonly batched: ReadonlyMap<ServerKind, readonly Measured[]>;
  readonly grid: readonly GridRow[];
  readonly curve: readonly CurvePoint[];
  readonly frozen: FrozenResult;
  readonly restart: RestartResult;
  readonly rolling: RollingResult;
  readonly sizes: Sizes;
  readonly encodeNs: EncodeTimes;
}

export interface GridRow {
  readonly connections: number;
  readonly depth: number;
  readonly interval: number;
  readonly measured: Measured;
}

/** A ratio of medians, and where 95 % of the rounds' own ratios lie. */
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** How many times the processor time per frame of `kind` is that of the gateway. */
export function costBeside(
  results: ReadonlyMap<ServerKind, readonly Measured[]>,
  kind: ServerKind,
): Ratio {
  const ours = (results.get('gateway') ?? []).map(({ usPerFrame }) => usPerFrame);
  const theirs = (results.get(kind) ?? []).map(({ usPerFrame }) => usPerFrame);
  const ratios = ours.map((own, i) => (theirs[i] ?? Number.NaN) / own);
  return {
    ratio: quantile(theirs, 0.5) / quantile(ours, 0.5),
    low: quantile(ratios, 0.025),
    high: quantile(ratios, 0.975),
  };
}

/** Levels delivered per second of processor time. */
export function updatesPerSecond({ updates, seconds, cpuShare }: Measured): number {
  return updates / seconds / cpuShare;
}

export interface TenThousand {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
  readonly cpuShare: number;
  readonly usPerFrame: number;
  /** Where it was measured; memory and share are in proportion where that is less. */
  readonly measuredAt: number;
  readonly isExtrapolated: boolean;
}

/** The largest number of connections that the machine kept up with, drawn out to ten thousand. */
export function tenThousand(curve: readonly CurvePoint[]): TenThousand {
  const best = Math.max(...curve.map(({ delivered }) => delivered));
  const kept = curve.filter(({ delivered }) => delivered >= KEPT_UP * best);
  const point = kept.at(-1) ?? curve[0];
  const smallest = curve[0];
  if (point === undefined || smallest === undefined) throw new Error('no point was measured');
  const factor = TARGET_CONNECTIONS / point.connections;
  const perConnection =
    (point.rssMb - smallest.rssMb) / Math.max(1, point.connections - smallest.connections);
  return {
    p50Ms: point.ageMsP50,
    p99Ms: point.ageMsP99,
    rssMb: point.rssMb + perConnection * (TARGET_CONNECTIONS - point.connections),
    cpuShare: point.cpuShare * factor,
    usPerFrame: point.usPerFrame,
    measuredAt: point.connections,
    isExtrapolated: point.connections < TARGET_CONNECTIONS,
  };
}

export function toFile(outcomes: Outcomes): object {
  const { single, batched, grid, curve, frozen, restart, sizes, encodeNs } = outcomes;
  const gateway = batched.get('gateway') ?? [];
  return {
    connections10k: tenThousand(curve),
    updatesPerSecond: quantile(gateway.map(updatesPerSecond), 0.5),
    ofPlainWs: costBeside(single, 'ws').ratio,
    ofSocketIo: costBeside(single, 'socket.io').ratio,
    ofRawTcp: 1 / costBeside(single, 'tcp').ratio,
    frozen: { healthyP99Ratio: frozen.healthyP99Ratio, kibPerReader: frozen.kibPerFrozenReader },
    restart,
    rolling: outcomes.rolling,
    batched: {
      ofPlainWs: costBeside(batched, 'ws').ratio,
      ofSocketIo: costBeside(batched, 'socket.io').ratio,
      ofRawTcp: 1 / costBeside(batched, 'tcp').ratio,
    },
    ofSocketIoMsgpack: costBeside(single, 'socket.io-msgpack').ratio,
    grid: grid.map(({ measured, ...row }) => ({
      ...row,
      usPerFrame: measured.usPerFrame,
      framesPerSecond: 1e6 / measured.usPerFrame,
      updatesPerSecond: updatesPerSecond(measured),
    })),
    growth: curve.map((point) => ({
      connections: point.connections,
      usPerFrame: point.usPerFrame,
      cpuShare: point.cpuShare,
      rssMb: point.rssMb,
      ageMsP50: point.ageMsP50,
      ageMsP99: point.ageMsP99,
      deliveryMsP50: point.deliveryMsP50,
      deliveryMsP99: point.deliveryMsP99,
      delivered: point.delivered,
    })),
    bytes: sizes,
    encodeNs,
  };
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.round(at * (sorted.length - 1))));
  return sorted[index] ?? Number.NaN;
}
