/** Owners who do not listen: an engine's reports to nobody. */

import type { SequencedReports } from '../../engine/index.ts';

const nothing = (): void => {};

export const SILENT_REPORTS: SequencedReports = {
  begin: nothing,
  accepted: nothing,
  rejected: (_owner, clientOrderId, reason) => {
    throw new Error(`FEED_BENCH_REFUSED: order ${clientOrderId} is refused with ${reason}`);
  },
  filled: nothing,
  cancelled: nothing,
  replaced: nothing,
  triggered: nothing,
  tradeBusted: nothing,
  tradeCorrected: nothing,
  listed: nothing,
  done: nothing,
  massCancelled: nothing,
};
