/** The real clocks and the real checksum, which pure code is handed as arguments. */

import { crc32 as zlibCrc32 } from 'node:zlib';
import { type Crc32, type MonotonicClock, steadyWallClock, type WallClock } from '../index.ts';

export const monotonicMs: MonotonicClock = () => performance.now();

/**
 * Nanoseconds since 1970, anchored once: a step of the machine's date moves no running process.
 * The anchor is good to about a microsecond, so processes of one machine agree that well.
 */
export const wallClock: WallClock = steadyWallClock(
  BigInt(Math.round(performance.timeOrigin * 1000)) * 1000n,
  0,
  monotonicMs,
);

export const crc32: Crc32 = (bytes, seed = 0) => zlibCrc32(bytes, seed);
