/** What a relay is asked of the past: books, ranges, candles; and the moment that it answers with. */

import { MAX_REPAIR_REQUEST_BYTES } from '../limits.ts';
import type { Nanos } from '../nanos.ts';
import { DecodeError } from './decode-error.ts';
import { type InstrumentNames, nameBytes, readNames, writeNames } from './instrument-names.ts';
import { readU64, writeU64 } from './packet.ts';
import {
  decodeRepairHeader,
  openMessage,
  type RepairHeader,
  RepairOffset,
  RepairType,
  readCredit,
  readSymbol,
  viewOf,
  writeSymbol,
} from './repair-layout.ts';

const CANDLES_BYTES = 80;
const MOMENT_BYTES = 56;

/** The books behind all whole transactions before a position, or up to a time. */
export interface BookAtRequest extends RepairHeader, InstrumentNames {
  readonly type: typeof RepairType.BookAt;
  /** 0: by time. */
  readonly position: number;
  /** Of the engine's clock, included. */
  readonly time: Nanos;
  readonly credit: number;
}

/** Records of an archived epoch. */
export interface RangeRequest extends RepairHeader, InstrumentNames {
  readonly type: typeof RepairType.Range;
  readonly from: number;
  /** Not included; beyond the newest record is allowed. */
  readonly to: number;
  readonly credit: number;
}

export interface CandlesRequest extends RepairHeader {
  readonly type: typeof RepairType.Candles;
  readonly credit: number;
  /** Seconds. */
  readonly interval: number;
  /** Candles that begin from here up to, without, `to`. */
  readonly from: Nanos;
  readonly to: Nanos;
  /** 0: by symbol. */
  readonly id: number;
  readonly symbol: string;
}

export type HistoryRequest = BookAtRequest | RangeRequest | CandlesRequest;

/** Before the chunks of an answer about the past. */
export interface RepairMoment extends RepairHeader {
  readonly type: typeof RepairType.Moment;
  /** The books are those at this position: between two transactions. */
  readonly position: number;
  /** Of the last transaction before it, by the engine's clock; 0: there is none behind the keyframe. */
  readonly time: Nanos;
  /** Records read to get there, and how long it took. */
  readonly records: number;
  readonly micros: number;
  /** What is archived of the epoch: its oldest record, and the one after its newest. */
  readonly oldest: number;
  readonly next: number;
}

export function isHistoryRequest(type: number | undefined): boolean {
  return type === RepairType.BookAt || type === RepairType.Range || type === RepairType.Candles;
}

export function encodeHistoryRequest(request: HistoryRequest): Uint8Array {
  switch (request.type) {
    case RepairType.BookAt: {
      const { bytes, view } = openMessage(request, RepairOffset.BookAtNames + nameBytes(request));
      writeU64(view, RepairOffset.BookAtPosition, request.position);
      writeTime(view, RepairOffset.BookAtTime, request.time);
      view.setUint32(RepairOffset.BookAtCredit, request.credit, true);
      writeNames(bytes, RepairOffset.BookAtIds, RepairOffset.BookAtNames, request);
      return bytes;
    }
    case RepairType.Range: {
      const { bytes, view } = openMessage(request, RepairOffset.RangeNames + nameBytes(request));
      writeU64(view, RepairOffset.RangeFrom, request.from);
      writeU64(view, RepairOffset.RangeTo, request.to);
      view.setUint32(RepairOffset.RangeCredit, request.credit, true);
      writeNames(bytes, RepairOffset.RangeIds, RepairOffset.RangeNames, request);
      return bytes;
    }
    case RepairType.Candles: {
      const { bytes, view } = openMessage(request, CANDLES_BYTES);
      view.setUint32(RepairOffset.CandlesCredit, request.credit, true);
      view.setUint32(RepairOffset.CandlesInterval, request.interval, true);
      writeTime(view, RepairOffset.CandlesFrom, request.from);
      writeTime(view, RepairOffset.CandlesTo, request.to);
      view.setUint32(RepairOffset.CandlesId, request.id, true);
      writeSymbol(bytes, RepairOffset.CandlesSymbol, request.symbol);
      return bytes;
    }
  }
}

/** Throws `DecodeError` for anything but a request about the past. */
export function decodeHistoryRequest(bytes: Uint8Array): HistoryRequest {
  if (bytes.byteLength > MAX_REPAIR_REQUEST_BYTES) {
    throw new DecodeError('TOO_LONG', 0, `A request has at most ${MAX_REPAIR_REQUEST_BYTES}.`);
  }
  const header = decodeRepairHeader(bytes);
  switch (header.type) {
    case RepairType.BookAt: {
      const view = viewOf(bytes, RepairOffset.BookAtNames);
      return {
        ...header,
        type: RepairType.BookAt,
        position: readU64(view, RepairOffset.BookAtPosition),
        time: readTime(view, RepairOffset.BookAtTime),
        credit: readCredit(view, RepairOffset.BookAtCredit),
        ...readNames(bytes, RepairOffset.BookAtIds, RepairOffset.BookAtNames),
      };
    }
    case RepairType.Range: {
      const view = viewOf(bytes, RepairOffset.RangeNames);
      return {
        ...header,
        type: RepairType.Range,
        from: readU64(view, RepairOffset.RangeFrom),
        to: readU64(view, RepairOffset.RangeTo),
        credit: readCredit(view, RepairOffset.RangeCredit),
        ...readNames(bytes, RepairOffset.RangeIds, RepairOffset.RangeNames),
      };
    }
    case RepairType.Candles: {
      const view = viewOf(bytes, CANDLES_BYTES);
      return {
        ...header,
        type: RepairType.Candles,
        credit: readCredit(view, RepairOffset.CandlesCredit),
        interval: view.getUint32(RepairOffset.CandlesInterval, true),
        from: readTime(view, RepairOffset.CandlesFrom),
        to: readTime(view, RepairOffset.CandlesTo),
        id: view.getUint32(RepairOffset.CandlesId, true),
        symbol: readSymbol(bytes, RepairOffset.CandlesSymbol),
      };
    }
    default:
      throw new DecodeError('UNKNOWN_TYPE', 0, `${header.type} asks nothing of the past.`);
  }
}

export function encodeMoment(moment: Omit<RepairMoment, 'type'>): Uint8Array {
  const { bytes, view } = openMessage({ ...moment, type: RepairType.Moment }, MOMENT_BYTES);
  writeU64(view, RepairOffset.MomentPosition, moment.position);
  writeTime(view, RepairOffset.MomentTime, moment.time);
  view.setUint32(RepairOffset.MomentRecords, moment.records, true);
  view.setUint32(RepairOffset.MomentMicros, moment.micros, true);
  writeU64(view, RepairOffset.MomentOldest, moment.oldest);
  writeU64(view, RepairOffset.MomentNext, moment.next);
  return bytes;
}

/** Throws `DecodeError` for anything else. */
export function decodeMoment(bytes: Uint8Array): RepairMoment {
  const header = decodeRepairHeader(bytes);
  const view = viewOf(bytes, MOMENT_BYTES);
  if (header.type !== RepairType.Moment) {
    throw new DecodeError('UNKNOWN_TYPE', 0, `${header.type} is no moment.`);
  }
  return {
    ...header,
    type: RepairType.Moment,
    position: readU64(view, RepairOffset.MomentPosition),
    time: readTime(view, RepairOffset.MomentTime),
    records: view.getUint32(RepairOffset.MomentRecords, true),
    micros: view.getUint32(RepairOffset.MomentMicros, true),
    oldest: readU64(view, RepairOffset.MomentOldest),
    next: readU64(view, RepairOffset.MomentNext),
  };
}

function writeTime(view: DataView, at: number, { high, low }: Nanos): void {
  view.setUint32(at, low, true);
  view.setUint32(at + 4, high, true);
}

function readTime(view: DataView, at: number): Nanos {
  return { high: view.getUint32(at + 4, true), low: view.getUint32(at, true) };
}
