/** The archive's own reading of bytes, whatever bytes they are: for measurements and fuzzing. */

export { type ArchiveEntry, EntryKind, encodeEntry, encodeSegmentHeader } from './format.ts';
export { entriesOf } from './segment-reader.ts';
