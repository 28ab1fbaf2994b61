/** Every bound of the journal, in one place. */

import { MIB } from '../../feed/index.ts';
import { MAX_ENTRY_FRAME_BYTES } from '../protocol/index.ts';

/**
 * One record: its head of 32 bytes and one order-entry message. The longest message is a book
 * update of 393,248 bytes, so that a record always fits one frame of the message reader.
 */
export const MAX_RECORD_BYTES = MAX_ENTRY_FRAME_BYTES;

/** A batch is committed when it has grown to this, even while more commands wait. */
export const TARGET_BATCH_BYTES = MIB;

/** A segment that has grown to this is followed by another one: about 800,000 orders. */
export const DEFAULT_SEGMENT_BYTES = 64 * MIB;
export const MIN_SEGMENT_BYTES = 4096;
/** Segments are read as a whole at a restart. */
export const MAX_SEGMENT_BYTES = 1024 * MIB;

/** How often the journal's path is looked at: whoever removes it must not go unnoticed. */
export const PATH_CHECK_MS = 10;
