/** Names the history that a starting engine begins. */

import { compareEpochs, type Epoch, MAX_U32, type Nanos, nanosToBigInt } from '../feed/index.ts';

const NANOS_PER_SECOND = 1_000_000_000n;
/** The upper 12 bits of the random half say when within the second: in steps of 244 us. */
const RANDOM_BITS = 20;

/**
 * Seconds since 1970, and a half that rises within the second before it is random: an engine that
 * crashes and comes back at once must not find itself older than its predecessor.
 * `random`: 0 to 2^20 - 1.
 */
export function newEpoch(now: Readonly<Nanos>, random: number): Epoch {
  const nanosSince1970 = nanosToBigInt(now.high, now.low);
  const withinSecond = Number(nanosSince1970 % NANOS_PER_SECOND) / Number(NANOS_PER_SECOND);
  const step = Math.floor(withinSecond * 2 ** (32 - RANDOM_BITS));
  return {
    seconds: Number(nanosSince1970 / NANOS_PER_SECOND),
    random: step * 2 ** RANDOM_BITS + random,
  };
}

/** As `newEpoch`, but later than `previous` even when the clock has been set back since. */
export function epochAfter(previous: Epoch, now: Readonly<Nanos>, random: number): Epoch {
  const epoch = newEpoch(now, random);
  if (compareEpochs(epoch, previous) > 0) return epoch;
  const { seconds, random: half } = previous;
  return half < MAX_U32 ? { seconds, random: half + 1 } : { seconds: seconds + 1, random: 0 };
}
