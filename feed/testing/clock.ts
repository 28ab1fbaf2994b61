/** The real clock, for tests with real sockets. */

import { steadyWallClock, type WallClock } from '../nanos.ts';

export function startClock(): WallClock {
  const nowMs = (): number => performance.now();
  return steadyWallClock(BigInt(Date.now()) * 1_000_000n, nowMs(), nowMs);
}
