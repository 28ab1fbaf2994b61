/** Every bound of the feed, in one place, with the arithmetic that relates them. */

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** The largest integer a JavaScript number holds exactly; prices, quantities and sequences stay within. */
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

export const MAX_U32 = 0xffff_ffff;

/** Instruments of one market: a u32 on the wire, bounded here so that tables indexed by id stay small. */
export const MAX_INSTRUMENTS = 65_536;

/** Texts of an instrument on the wire, in UTF-8 bytes, NUL padded. */
export const MAX_SYMBOL_BYTES = 32;
export const MAX_DECIMAL_BYTES = 24;

/** One frame of the feed. A larger one is refused by decoders before anything else is read. */
export const MAX_PACKET_BYTES = 64 * KIB;

/** A packet is sent when it has grown to this, even while more records wait (about 1,000 deltas). */
export const TARGET_PACKET_BYTES = 32 * KIB;

/** Records of one transaction; a command that would cause more is refused or split by its sequencer. */
export const MAX_TRANSACTION_RECORDS = 262_144;

/** An idle publisher says so this often; three missed make a consumer STALE. */
export const HEARTBEAT_INTERVAL_MS = 250;
export const MISSED_HEARTBEATS_UNTIL_STALE = 3;
export const STALE_AFTER_MS = HEARTBEAT_INTERVAL_MS * MISSED_HEARTBEATS_UNTIL_STALE;

/** The rotating table of instrument positions in heartbeats covers a whole shard within this. */
export const POSITION_TABLE_ROTATION_MS = 1000;

/** A hash record follows the first transaction that ends at least this long after the last one. */
export const BOOK_HASH_INTERVAL_NS = 100_000_000;

/** A consumer whose newest record is older than this when read is not LIVE. */
export const MAX_LIVE_AGE_MS = 2000;

/** Where the processes meet unless told otherwise: this machine alone, one port each. */
export const DEFAULT_ENDPOINTS = {
  /** The engine's PUB: every record. */
  publish: 'tcp://127.0.0.1:7101',
  /** The engine's order entry. */
  entry: 'tcp://127.0.0.1:7102',
  /** The engine's ranges and books, for relays alone. */
  spine: 'tcp://127.0.0.1:7103',
  /** The relay's book snapshots and repair, for everybody else. */
  relay: 'tcp://127.0.0.1:7104',
  gatewayHost: '127.0.0.1',
  gatewayPort: 7180,
} as const;
