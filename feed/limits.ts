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

/**
 * On L3 a hash is taken by walking every order, which takes about 50 ns each: with so much time in
 * between for each of them, hashing costs a busy engine at most one part in forty.
 */
export const ORDER_HASH_NS_PER_ORDER = 2_000;

/** A consumer whose newest record is older than this when read is not LIVE. */
export const MAX_LIVE_AGE_MS = 2000;

/**
 * A consumer that reads packets so much older than usual, for so long and without catching up, skips
 * to a book snapshot. Well below MAX_LIVE_AGE_MS, at which it is no longer LIVE.
 */
export const SLOW_CONSUMER_LAG_MS = 1000;
export const SLOW_CONSUMER_AFTER_MS = 1000;

/**
 * Packets that may wait inside PUB, and inside SUB, per subscriber: at most 4,096 x 33 KiB = 132 MiB.
 * Beyond it packets are dropped for that subscriber, who sees a gap and repairs.
 */
export const PUBLISH_HIGH_WATER_MARK = 4096;
export const RECEIVE_HIGH_WATER_MARK = 4096;

/**
 * Recent packets of each stream that an engine or relay keeps for replays: about 2 million deltas.
 * All that is held counts, so that full rings of both streams are 128 MiB in a process, whatever the
 * size of the packets; they fill at the market's pace (a market of 2,000 orders a second: six minutes).
 */
export const PACKET_RING_BYTES = 64 * MIB;

/** Records of an archive's segment: any of its moments is at most so many behind a keyframe. */
export const KEYFRAME_RECORDS = 500_000;
/** Bytes of one, where packets hold few records each. */
export const ARCHIVE_SEGMENT_BYTES = 64 * MIB;
/** What waits to be written to the archive is written this often, and a problem looked at again. */
export const ARCHIVE_FLUSH_INTERVAL_MS = 20;
export const ARCHIVE_RETRY_INTERVAL_MS = 1000;

/**
 * Candles that a relay works out, in seconds, and how many of each it keeps: 15 minutes of seconds, a
 * day of minutes and the one that begins, two days, a week, a month, a quarter, two years. A candle is
 * 56 bytes: at most 314 KB per instrument, 154 MB for a thousand of which each trades every second
 * for a day.
 */
export const CANDLE_INTERVALS = [
  { seconds: 1, kept: 900 },
  { seconds: 60, kept: 1441 },
  { seconds: 300, kept: 576 },
  { seconds: 900, kept: 672 },
  { seconds: 3600, kept: 744 },
  { seconds: 14_400, kept: 540 },
  { seconds: 86_400, kept: 730 },
] as const;
/** The window of the statistics, which moves on by whole minutes, the one under way included. */
export const STATISTICS_WINDOW_SECONDS = 86_400;
export const STATISTICS_STEP_SECONDS = 60;
/** Newest trades that can be taken out of candles again: as many as an engine can bust, 5 MiB. */
export const MAX_TAPE_TRADES = 131_072;

/** How often a relay saves its candles and statistics; what has come since is counted anew at a restart. */
export const TRADING_SAVE_INTERVAL_MS = 30_000;

/** How often a relay publishes what has changed of an instrument's book, and of its candles. */
export const CONFLATED_BOOK_INTERVAL_MS = 100;
export const CANDLE_PUBLISH_INTERVAL_MS = 250;
export const STATISTICS_PUBLISH_INTERVAL_MS = 1000;
/**
 * Every topic of every instrument has a heartbeat within a second, as long as there are not more than
 * so many instruments; with more, all take longer. 2,000 x 6 topics x 3 us is 4 % of a processor.
 */
export const MAX_INSTRUMENT_HEARTBEATS_PER_SECOND = 2000;
/** Trades that wait in a relay that is not ready to publish; beyond it they are left to the archive. */
export const MAX_PENDING_TRADES = 65_536;

/** What a consumer keeps while it waits for a repair: 2 s of a million deltas a second. */
export const JOIN_BUFFER_BYTES = 64 * MIB;

/** Packets in one chunk of a repair answer; the envelope comes on top. One packet always fits. */
export const MAX_CHUNK_PAYLOAD_BYTES = MAX_PACKET_BYTES;
/**
 * A book that takes more records than this in a snapshot, about five packets, is copied, and encoded
 * packet by packet as its client grants credit; a smaller one at once.
 */
export const COPIED_BOOK_RECORDS = 4096;
/** Chunks a client may have granted and not yet received: 16 x 64 KiB = 1 MiB on the way. */
export const MAX_REPAIR_CREDIT = 16;
/** Instruments, and symbols, that one snapshot request may name; a request without any means all. */
export const MAX_SNAPSHOT_NAMES = 1024;
/** Header, ids and symbols: 32 + 1,024 x 4 + 1,024 x 32, rounded up. */
export const MAX_REPAIR_REQUEST_BYTES = 40 * KIB;
/** Answers under way at one server; further requests are told BUSY. */
export const MAX_REPAIR_TRANSFERS = 1024;
/** Answers about the past under way at one relay: each holds a segment, so at most 2 GiB. */
export const MAX_HISTORY_TRANSFERS = 32;
/** An answer about the past must begin, and go on, within this. */
export const HISTORY_TIMEOUT_MS = 5000;
/** An answer whose client grants no credit for this long is forgotten. */
export const REPAIR_TRANSFER_IDLE_MS = 10_000;

/** A reader of instrument streams goes to the next relay when this one has been silent for so long. */
export const RELAY_SILENT_MS = 2000;

/**
 * How often a relay looks whether to tell its engine how far it has come. It does when it is so many
 * records, at most a hundredth of a ring, and otherwise after a while: each time wakes four threads.
 */
export const RELAY_ACKNOWLEDGE_INTERVAL_MS = 25;
export const RELAY_ACKNOWLEDGE_RECORDS = 4096;
export const RELAY_ACKNOWLEDGE_IDLE_MS = 100;

/** Of two lines: a hole in one waits so long for the other before it is a gap, and so much waits. */
export const LINE_WAIT_MS = 10;
export const LINE_BUFFER_BYTES = 16 * MIB;
/** A line that has been silent for so long is not waited for. */
export const LINE_ALIVE_MS = STALE_AFTER_MS;

/** A repair answer must begin, and go on, within this; else the next endpoint is asked. */
export const REPAIR_TIMEOUT_MS = 500;
/** Between two attempts: doubles from the first to the last, times a random 0.5 to 1.5. */
export const REPAIR_RETRY_FIRST_MS = 20;
export const REPAIR_RETRY_LAST_MS = 2000;
/** A gap that no relay has filled by then is skipped; the instruments prove themselves one by one. */
export const REPAIR_GIVE_UP_MS = 2000;
/** Chunks granted at the start of an answer and kept granted while it runs. */
export const REPAIR_CREDIT = 8;
/** Answers without a symbol that was asked for, before the market is believed not to have it. */
export const INCOMPLETE_JOINS = 2;
/** A joining consumer that hears nothing for this long asks for the books anyway. */
export const JOIN_WITHOUT_DATA_MS = STALE_AFTER_MS;

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
  /** The relay's PUB: streams of single instruments, candles and statistics. */
  instruments: 'tcp://127.0.0.1:7105',
  gatewayHost: '127.0.0.1',
  gatewayPort: 7180,
} as const;
