/** The shape of a soak's `--json` file: what its verdict and the report read. */

import type { RunFacts } from '../harness/run-facts.ts';

export const SOAK_KIND = 'soak';
export const PROCESSES = ['engine', 'relay', 'gateway', 'source', 'clients'] as const;
export type ProcessName = (typeof PROCESSES)[number];

export interface SoakFile {
  readonly kind: typeof SOAK_KIND;
  readonly facts: RunFacts;
  readonly minutes: number;
  /** Asked of the source, per second. */
  readonly ordersPerSecond: number;
  /** Connected at a time, and how long each stays. */
  readonly clients: number;
  readonly stayS: number;
  readonly samples: readonly SoakSample[];
  readonly verdict: SoakVerdict;
}

export interface SoakSample {
  readonly atS: number;
  readonly processes: Readonly<Record<ProcessName, ProcessSample>>;
  /** Engine to the internal service, and to browsers, since the sample before. */
  readonly service: LatencySample;
  readonly browsers: LatencySample;
  /** From here on counted since the beginning. */
  readonly records: number;
  readonly gaps: number;
  readonly hashChecks: number;
  readonly hashMismatches: number;
  readonly viewHashChecks: number;
  readonly viewHashMismatches: number;
  readonly clientsServed: number;
  /** Instruments at the service, and clients, that are not LIVE at this moment. */
  readonly notLive: number;
}

export interface ProcessSample {
  readonly residentMiB: number;
  /** Heap and buffers after the newest full collection; absent before the first. */
  readonly heldMiB?: number | undefined;
  /** Resident, without V8's heaps; absent until the process has said it. */
  readonly besideMiB?: number | undefined;
  readonly handles: number;
  readonly threads: number;
}

/** Microseconds. */
export interface LatencySample {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  readonly count: number;
}

export interface SoakVerdict {
  /** Everything was judged, and nothing found. */
  readonly isFlat: boolean;
  /** Whole sentences; empty where everything held. */
  readonly problems: readonly string[];
  /** Why nothing is said of growth; absent where it was judged. */
  readonly unjudged?: string | undefined;
  readonly memory: Readonly<Record<ProcessName, Trend>>;
}

/** Of the part that is judged; of everything, where none is. */
export interface Trend {
  readonly firstMiB: number;
  readonly lastMiB: number;
  readonly mostMiB: number;
  /** What is held after a collection: the last of it, and the straight line through it. */
  readonly heldMiB: number;
  readonly heldMiBPerHour: number;
  /** Of that slope, as what breathes makes it. */
  readonly errorMiBPerHour: number;
}
