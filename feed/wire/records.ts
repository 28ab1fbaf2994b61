/**
 * The records inside packets: fixed layouts, little-endian, 8-byte aligned, each with its type and
 * length, so that an old consumer skips types it does not know and lives with longer records.
 *
 * Every record starts with the same eight bytes:
 * ```
 *  0        1        2        3        4                 8
 *  +--------+--------+--------+--------+-----------------+
 *  | type   | words  | flags  | detail | instrument u32  |
 *  +--------+--------+--------+--------+-----------------+
 * ```
 * `words` is the record's length in units of 8 bytes, these included. `detail` is the side of a
 * level, the aggressor of a trade, a status. Records of an instrument (TRANSACTION apart) continue
 * with the low half of that instrument's own sequence; the whole 64 bits travel in BOOK_HASH and
 * INSTRUMENT_POSITION.
 * Offsets below are in bytes from the start of the record.
 */

export const RecordType = {
  /**
   * Opens a transaction. 24 bytes: u64 transaction @8, u64 engine time ns @16. Its instrument is the
   * only one that the transaction concerns, or 0; it has no number of that instrument's own.
   */
  Transaction: 1,
  /** A price level's new total. 32: u32 sequence @8, u32 order count @12, i64 price @16, i64 quantity @24 (0 removes). */
  Level: 2,
  /** A trade. 40: u32 sequence @8, u32 trade flags @12, i64 price @16, i64 quantity @24, u64 trade id @32. */
  Trade: 3,
  /** Every level of the book is gone. 16: u32 sequence @8, u32 zero @12. */
  BookClear: 4,
  /** The trading status (in `detail`) changed. 16: u32 sequence @8, u32 reason @12. */
  Status: 5,
  /**
   * Lists or changes an instrument; `detail` is its status. 112: u32 sequence @8, u32 book kind @12,
   * i64 lowest price @16, i64 highest price @24, tick size @32 (24 ASCII), lot size @56 (24 ASCII),
   * symbol @80 (32 UTF-8); texts are NUL padded.
   */
  Instrument: 6,
  /** The book hash after all earlier records of the instrument. 40: u32 sequence @8, u32 zero @12, u64 sequence @16, u32 hash lanes @24 @28, u32 bid levels @32, u32 ask levels @36. */
  BookHash: 7,
  /** First record of an epoch. 24: u32 previous epoch seconds @8, random @12, u64 last sequence of it that counts @16. Instrument 0. */
  EpochStart: 8,
  /** In heartbeats and snapshots: where an instrument stands. 32: u64 last sequence @8, u32 hash lanes @16 @20, u64 last transaction @24. */
  InstrumentPosition: 9,
  /**
   * An order stands last in the queue of its level; `detail` is the side. 40: u32 sequence @8 (0 in
   * snapshots), u32 zero @12, u64 order id @16, i64 quantity shown @24, i64 price @32.
   */
  OrderAdded: 10,
  /**
   * A trade by which an order in a queue shows so many lots fewer; at 0 it has left. `detail` is the
   * aggressor. 48: u32 sequence @8, u32 trade flags @12, u64 order id @16, i64 quantity @24, i64
   * price @32, u64 trade id @40.
   */
  OrderExecuted: 11,
  /** An order shows fewer lots, in its place. 32: u32 sequence @8, u32 zero @12, u64 order id @16, i64 quantity shown @24. */
  OrderReduced: 12,
  /** An order has left its queue. 24: u32 sequence @8, u32 zero @12, u64 order id @16. */
  OrderRemoved: 13,
  /**
   * What an auction would do now; `detail` is the side of the imbalance. 40: u32 sequence @8 (0 in
   * snapshots), u32 zero @12, i64 price @16, i64 volume @24 (0: nothing crosses), i64 imbalance @32.
   */
  Indicative: 14,
  /** An earlier trade does not count. 24: u32 sequence @8, u32 zero @12, u64 trade id @16. */
  TradeBusted: 15,
  /** An earlier trade counts otherwise. 40: u32 sequence @8, u32 zero @12, i64 price @16, i64 quantity @24, u64 trade id @32. */
  TradeCorrected: 16,
  /**
   * The best of each side now; only in a relay's streams. 56: u32 sequence @8, u32 zero @12, i64 bid
   * price @16, i64 bid quantity @24 (0: no bid), i64 ask price @32, i64 ask quantity @40, u32 orders
   * of the bid @48, of the ask @52.
   */
  BestBidOffer: 17,
  /**
   * What was traded within an interval; `detail` holds `CandleFlag`s; only in a relay's streams. 72:
   * u32 sequence @8, u32 interval in seconds @12, u64 its begin in ns @16, i64 open @24, i64 high @32,
   * i64 low @40, i64 close @48, i64 volume @56, i64 trades @64.
   */
  Candle: 18,
  /** The same over a window that moves on; only in a relay's streams. 72: as CANDLE. */
  Statistics: 19,
  /** How the relay itself follows the engine; `detail` is its state. 16: u32 reason @8, u32 rotation ms @12. Instrument 0. */
  RelayState: 20,
} as const;
export type RecordType = (typeof RecordType)[keyof typeof RecordType];

/** Length of each record in bytes, as this version writes it; a decoder accepts longer ones. */
export const RECORD_BYTES = {
  [RecordType.Transaction]: 24,
  [RecordType.Level]: 32,
  [RecordType.Trade]: 40,
  [RecordType.BookClear]: 16,
  [RecordType.Status]: 16,
  [RecordType.Instrument]: 112,
  [RecordType.BookHash]: 40,
  [RecordType.EpochStart]: 24,
  [RecordType.InstrumentPosition]: 32,
  [RecordType.OrderAdded]: 40,
  [RecordType.OrderExecuted]: 48,
  [RecordType.OrderReduced]: 32,
  [RecordType.OrderRemoved]: 24,
  [RecordType.Indicative]: 40,
  [RecordType.TradeBusted]: 24,
  [RecordType.TradeCorrected]: 40,
  [RecordType.BestBidOffer]: 56,
  [RecordType.Candle]: 72,
  [RecordType.Statistics]: 72,
  [RecordType.RelayState]: 16,
} as const satisfies Record<RecordType, number>;

export const RecordFlag = {
  /** The last record of its transaction: what was collected may now be applied. */
  Last: 1,
} as const;

/** In the detail of CANDLE and STATISTICS. */
export const CandleFlag = {
  /** Its interval is over; only trades that are busted or corrected still change it. */
  Closed: 1,
  /** The relay has not seen everything that was traded in it. */
  Incomplete: 2,
} as const;

export const RECORD_HEADER_BYTES = 8;
/** The length byte counts words of 8 bytes, so no record is longer than this. */
export const MAX_RECORD_BYTES = 255 * 8;
