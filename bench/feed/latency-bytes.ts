/** The messages of latency runs: what both ends know of them. */

import { HEADER_BYTES, RECORD_BYTES, RecordType } from '../../feed/index.ts';

export const LATENCY_INSTRUMENTS = 8;

/** Where a plain message says which deltas it stands for. */
export const PLAIN_HEAD = { From: 0, Until: 8 } as const;

const BYTES_PER_DELTA = RECORD_BYTES[RecordType.Transaction] + RECORD_BYTES[RecordType.Level];

/** What the feed's packet of so many deltas has. */
export function plainBytes(deltas: number): number {
  return HEADER_BYTES + deltas * BYTES_PER_DELTA;
}
