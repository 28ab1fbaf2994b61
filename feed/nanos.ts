/**
 * Nanoseconds since 1970 as two 32-bit halves: exact where a JavaScript number would be off by up
 * to 128 ns, and free of the allocation a BigInt costs.
 */

const TWO_32 = 4_294_967_296;

/** A mutable time; `high * 2^32 + low` nanoseconds since 1970, both halves unsigned. */
export interface Nanos {
  high: number;
  low: number;
}

/** Reads the wall clock into `out`; never runs backwards within a process. */
export type WallClock = (out: Nanos) => void;

/** Milliseconds of a clock that only runs forward, for timers and time-outs. */
export type MonotonicClock = () => number;

export function nanos(): Nanos {
  return { high: 0, low: 0 };
}

export function setNanos(out: Nanos, value: bigint): void {
  out.high = Number((value >> 32n) & 0xffff_ffffn);
  out.low = Number(value & 0xffff_ffffn);
}

export function nanosToBigInt(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Whole microseconds since 1970; exact to the microsecond until the year 2255. */
export function nanosToMicros(high: number, low: number): number {
  // The whole would exceed 2^53, so divide the halves apart: 2^32 = 4,294,967 * 1000 + 296.
  const restNanos = (high >>> 0) * 296 + (low >>> 0);
  return (high >>> 0) * 4_294_967 + Math.floor(restNanos / 1000);
}

/** `later - earlier` in nanoseconds; exact while they are less than 104 days apart. */
export function nanosBetween(
  earlierHigh: number,
  earlierLow: number,
  laterHigh: number,
  laterLow: number,
): number {
  return (laterHigh - earlierHigh) * TWO_32 + ((laterLow >>> 0) - (earlierLow >>> 0));
}

/**
 * A wall clock built on a monotonic one: `startNanos` at monotonic `startMs`, then only forward,
 * whatever happens to the machine's date meanwhile.
 */
export function steadyWallClock(
  startNanos: bigint,
  startMs: number,
  nowMs: MonotonicClock,
): WallClock {
  const baseHigh = Number((startNanos >> 32n) & 0xffff_ffffn);
  const baseLow = Number(startNanos & 0xffff_ffffn);
  return (out) => {
    const sum = baseLow + Math.max(0, Math.round((nowMs() - startMs) * 1e6));
    // Not `%`, which for doubles is a call that costs more than the rest.
    const carry = Math.floor(sum / TWO_32);
    out.high = baseHigh + carry;
    out.low = sum - carry * TWO_32;
  };
}
