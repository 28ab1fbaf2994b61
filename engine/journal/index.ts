/** The journal in process: opened, written and done again, for measurements and simulations. */

export { decodeCheckpointHeader, encodeCheckpoint, stateOfCheckpoint } from './checkpoint-file.ts';
export { matcherFingerprint } from './fingerprint.ts';
export {
  Durability,
  encodeHeader,
  encodeMark,
  FIRST_RECORD,
  FORMAT_VERSION,
  markOffset,
  type SegmentHeader,
} from './format.ts';
export { Journal, type JournalOptions } from './journal.ts';
export {
  type FileFacts,
  type JournalFile,
  type JournalFiles,
  NodeJournalFiles,
} from './journal-files.ts';
export { NEW_ENGINE, RecordBatch } from './record-batch.ts';
export { restartFrom } from './restart.ts';
export { SegmentFile } from './segment-file.ts';
export { scanSegment } from './segment-scan.ts';
