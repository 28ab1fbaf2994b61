/** How badly the network treats what it carries. */

/** Chances from 0 to 1. */
export interface Weather {
  readonly drop: number;
  readonly duplicate: number;
  /** Something comes up to `LATEST_MS` late, and so behind what was sent after it. */
  readonly late: number;
  readonly corrupt: number;
  /** Of requests to relays and their answers. */
  readonly repairDrop: number;
  readonly repairLate: number;
  readonly repairCorrupt: number;
}

export const FAIR: Weather = {
  drop: 0,
  duplicate: 0,
  late: 0,
  corrupt: 0,
  repairDrop: 0,
  repairLate: 0,
  repairCorrupt: 0,
};

export const LATEST_MS = 800;
/** Longer than a relay is waited for. */
export const LATEST_REPAIR_MS = 1600;
