/** What a consumer counts. */

export interface FeedStats {
  packets: number;
  bytes: number;
  /** Records applied, in whole transactions. */
  records: number;
  transactions: number;
  heartbeats: number;
  duplicates: number;
  gaps: number;
  /** Gaps that a replay has filled. */
  repairs: number;
  /** Records that came by replay. */
  repairedRecords: number;
  /** Records skipped for good: their trades are lost, which `trades-missed` says. */
  skippedRecords: number;
  snapshots: number;
  badPackets: number;
  lowerEpochPackets: number;
  hashChecks: number;
  hashMismatches: number;
  bufferOverflows: number;
  /** How often a snapshot was skipped to because this consumer was too slow. */
  skips: number;
}

export function feedStats(): FeedStats {
  return {
    packets: 0,
    bytes: 0,
    records: 0,
    transactions: 0,
    heartbeats: 0,
    duplicates: 0,
    gaps: 0,
    repairs: 0,
    repairedRecords: 0,
    skippedRecords: 0,
    snapshots: 0,
    badPackets: 0,
    lowerEpochPackets: 0,
    hashChecks: 0,
    hashMismatches: 0,
    bufferOverflows: 0,
    skips: 0,
  };
}
