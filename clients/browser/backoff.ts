/** When to try again: random over the whole of a growing range, so that clients never come back in step. */

export const RETRY_MIN_MS = 500;
export const RETRY_MAX_MS = 20_000;
/** A connection that held for this long counts as good, and the next loss starts small again. */
export const STABLE_AFTER_MS = 10_000;

/**
 * `attempt` counts from 0; `random` is 0 to below 1. The cap is taken before the jitter: capped
 * afterwards, every client that has waited long would wait for exactly the cap.
 */
export function retryDelay(attempt: number, random: number): number {
  const ceiling = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (attempt + 1));
  return Math.round(RETRY_MIN_MS + random * (ceiling - RETRY_MIN_MS));
}
