/** How much is measured: everything, or a quick look. */

export interface Settings {
  /** Fan-out of all servers, in turn. */
  readonly rounds: number;
  readonly measureMs: number;
  readonly peerConnections: number;
  readonly batchConnections: number;
  readonly batchBooks: number;
  /** Ascending; the last is what "10k" speaks of. */
  readonly curve: readonly number[];
  /** `[connections, depth, interval]` */
  readonly grid: readonly (readonly [number, number, number])[];
  readonly frozen: number;
  readonly restart: number;
  readonly encodeMs: number;
}

/** What the table calls ten thousand. */
export const TARGET_CONNECTIONS = 10_000;
export const DEPTH = 25;
export const INTERVAL_MS = 100;
/** As many as the gateway makes of an interval of 100 ms. */
export const PHASES = 8;

export const FULL: Settings = {
  rounds: 7,
  measureMs: 4000,
  peerConnections: 4000,
  batchConnections: 1000,
  batchBooks: 8,
  curve: [10, 100, 1000, 2500, 5000, 7500, TARGET_CONNECTIONS],
  grid: [
    [100, 10, 16],
    [1000, 10, 100],
    [1000, 100, 100],
    [1000, 25, 16],
    [5000, 10, 250],
  ],
  frozen: 1000,
  restart: 5000,
  encodeMs: 1000,
};

export const QUICK: Settings = {
  rounds: 1,
  measureMs: 1500,
  peerConnections: 400,
  batchConnections: 100,
  batchBooks: 8,
  curve: [10, 500],
  grid: [[100, 10, 100]],
  frozen: 50,
  restart: 100,
  encodeMs: 100,
};
