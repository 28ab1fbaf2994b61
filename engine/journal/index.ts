/** The journal in process: opened, written and done again, for measurements and simulations. */

export { matcherFingerprint } from './fingerprint.ts';
export { Durability, FORMAT_VERSION, type SegmentHeader } from './format.ts';
export { Journal, type JournalOptions } from './journal.ts';
export { NodeJournalFiles } from './journal-files.ts';
export { NEW_ENGINE, RecordBatch } from './record-batch.ts';
export { restartFrom } from './restart.ts';
export { SegmentFile } from './segment-file.ts';
export { scanSegment } from './segment-scan.ts';
