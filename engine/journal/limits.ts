/** Every bound of the journal, in one place. */

import { MIB } from '../../feed/index.ts';

/**
 * One record: a batch that has just not grown to its target (1 MiB), one more command (393,288
 * bytes at most), and all clients named again after the disk was full (65,536 * 80 bytes).
 */
export const MAX_RECORD_BYTES = 8 * MIB;

/** A batch is committed when it has grown to this, even while more commands wait. */
export const TARGET_BATCH_BYTES = MIB;

/** A segment that has grown to this is followed by another one: about a million orders. */
export const DEFAULT_SEGMENT_BYTES = 64 * MIB;
export const MIN_SEGMENT_BYTES = 4096;
/** Segments are read as a whole at a restart. */
export const MAX_SEGMENT_BYTES = 1024 * MIB;

/** Of the segments that a restart reads, as much is kept between checking and doing it again. */
export const KEPT_SEGMENT_BYTES = 512 * MIB;

/** How often the journal's path is looked at: whoever removes it must not go unnoticed. */
export const PATH_CHECK_MS = 10;

/**
 * Records that a restart does again at least, where there are so many: the newest checkpoint may be
 * of the last moment, and relays ask for what they missed before it. Half of the spine's ring, which
 * is as far behind as a relay may be, holds 32 MiB / 32 bytes of them.
 */
export const RESTART_RECORDS = 2 ** 20;

/** Checkpoints that are kept: enough for an operator to look back, and few enough for a disk. */
export const KEPT_CHECKPOINTS = 8;

/** Between two checkpoints of `touchline journal checkpoint --follow`. */
export const DEFAULT_CHECKPOINT_COMMANDS = 1_000_000;

/** How often a follower that has kept up looks for more. */
export const FOLLOW_POLL_MS = 50;

/** A follower that has ended is started again after this, twice as long each time, up to the last. */
export const FOLLOWER_RESTART_FIRST_MS = 1000;
export const FOLLOWER_RESTART_LAST_MS = 60_000;

/** How long a restart waits for the relays that it asks. */
export const WITNESS_BOUND_MS = 1000;

/** Newest records that are compared with a relay's: among them a book hash, wherever there was trade. */
export const WITNESSED_RECORDS = 1024;
