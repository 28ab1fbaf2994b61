/** Reads the option "resume" of a subscription: where a client that comes back has been. */

import type { ResumePoint } from '../conflation/book-history.ts';

export const RESUME_FORM =
  'Option "resume" must be [epochSeconds, epochRandom, sequence, lowestBid or nil, highestAsk or nil].';

/** `undefined` where there is none, `null` where it is not what it must be. */
export function resumeOption(
  options: Readonly<Record<string, unknown>>,
): ResumePoint | undefined | null {
  const value = options['resume'];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return null;
  const [epochSeconds, epochRandom, sequence, lowestBid = null, highestAsk = null] = value;
  const isGood =
    isCount(epochSeconds) &&
    isCount(epochRandom) &&
    isCount(sequence) &&
    isEdge(lowestBid) &&
    isEdge(highestAsk);
  return isGood ? { epochSeconds, epochRandom, sequence, lowestBid, highestAsk } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isEdge(value: unknown): value is number | null {
  return value === null || Number.isSafeInteger(value);
}
