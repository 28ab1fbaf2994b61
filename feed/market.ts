/** The words of the field as types: sides, ticks, lots, sequences, epochs, statuses and states. */

declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Names one instrument inside one market: a u32, 1 or more; 0 means "none". */
export type InstrumentId = Branded<'InstrumentId'>;
/** A price as a whole number of tick sizes, within +-(2^53 - 1). */
export type PriceTicks = Branded<'PriceTicks'>;
/** A quantity as a whole number of lot sizes, 0 to 2^53 - 1. */
export type Lots = Branded<'Lots'>;
/** Counts the records of one stream (or of one instrument) from 1. */
export type Sequence = Branded<'Sequence'>;
/** Counts the commands of an engine from 1: all that one command caused is one transaction. */
export type TransactionNumber = Branded<'TransactionNumber'>;

/** Side of the book, and of an order. */
export const Side = { Bid: 0, Ask: 1 } as const;
export type Side = (typeof Side)[keyof typeof Side];

export function oppositeSide(side: Side): Side {
  return side === Side.Bid ? Side.Ask : Side.Bid;
}

/** Which side was the aggressor of a trade; `None` for an auction's. */
export const Aggressor = { Bid: 0, Ask: 1, None: 2 } as const;
export type Aggressor = (typeof Aggressor)[keyof typeof Aggressor];

/** What may be done with an instrument now. Crossing is normal in `PreOpen` and `Auction` only. */
export const TradingStatus = {
  PreOpen: 0,
  Auction: 1,
  Continuous: 2,
  CancelOnly: 3,
  Halted: 4,
  Closed: 5,
  Delisted: 6,
} as const;
export type TradingStatus = (typeof TradingStatus)[keyof typeof TradingStatus];

/** Where an instrument's book comes from: orders that are matched here, or a venue's price levels. */
export const BookKind = { Orders: 0, Levels: 1 } as const;
export type BookKind = (typeof BookKind)[keyof typeof BookKind];

/**
 * Names one unbroken history of an engine; ordered by `seconds` (since 1970, at its birth).
 * Both fields are u32. Records of a lower epoch are never applied.
 */
export interface Epoch {
  readonly seconds: number;
  readonly random: number;
}

/** The epoch before any: lower than every real one. */
export const NO_EPOCH: Epoch = { seconds: 0, random: 0 };

export function sameEpoch(a: Epoch, b: Epoch): boolean {
  return a.seconds === b.seconds && a.random === b.random;
}

/** Below 0 when `a` is older than `b`, 0 when equal. The random half only breaks ties. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  return a.seconds - b.seconds || a.random - b.random;
}

/** `66f1c3a0-9b3c11d2`: for people and for tokens. */
export function formatEpoch(epoch: Epoch): string {
  const hex = (value: number) => value.toString(16).padStart(8, '0');
  return `${hex(epoch.seconds)}-${hex(epoch.random)}`;
}

/** A place in a stream: `sequence` is the next record expected there. */
export interface StreamPosition {
  readonly epoch: Epoch;
  readonly sequence: number;
}

/** What a consumer may say of an instrument's book; the same four words everywhere. */
export const FeedState = {
  /** Joining: there is no book yet. */
  Syncing: 'SYNCING',
  /** Proved to be the engine's book, and fresh. */
  Live: 'LIVE',
  /** Records were missed; the book may be wrong until the gap is repaired. */
  Gapped: 'GAPPED',
  /** Nothing fresh is heard; the book is old. */
  Stale: 'STALE',
} as const;
export type FeedState = (typeof FeedState)[keyof typeof FeedState];

/** Why a state holds: stable codes, each with one sentence for people in `STATE_REASON_TEXT`. */
export const STATE_REASON_TEXT = {
  NONE: 'Everything is as it should be.',
  JOINING: 'Waiting for the first book snapshot.',
  NO_RELAY: 'No relay answers, so no book snapshot can be had.',
  NO_DATA: 'Nothing has been heard from the engine yet.',
  MISSED_RECORDS: 'Records were missed; a repair is under way.',
  HASH_MISMATCH: 'The book hash differs from the engine’s; a new book snapshot is being fetched.',
  HEARTBEAT_LOST: 'Three heartbeats were missed.',
  TOO_OLD: 'The newest records read are older than allowed.',
  LOWER_EPOCH: 'Only records of an older history are heard; an old engine may still be running.',
  SLOW_CONSUMER: 'This consumer is too slow and is skipping to a book snapshot.',
  DISCONNECTED: 'The connection is down.',
  CLOSED: 'The session has ended.',
} as const;
export type StateReason = keyof typeof STATE_REASON_TEXT;
