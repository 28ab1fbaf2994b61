/** Reads one segment: which of its records are whole, and whether what is not is damage. */

import { type Crc32, DecodeError, MAX_INTEGER } from '../../feed/index.ts';
import { isCommand, MessageType } from '../protocol/index.ts';
import {
  decodeHeader,
  decodeMarks,
  FIRST_RECORD,
  type FoundMark,
  headerChain,
  RECORD_HEAD_BYTES,
  RECORD_HEAD_TYPE,
  RecordOffset,
  recordLength,
  type SegmentHeader,
  SHORTEST_RECORD,
} from './format.ts';
import { MAX_RECORD_BYTES } from './limits.ts';

const TWO_32 = 4_294_967_296;

/** Where a segment can no longer be believed, and why. */
export interface Damage {
  readonly at: number;
  readonly what: string;
}

export interface SegmentScan {
  /** Undefined when the header cannot be read; then nothing else can. */
  readonly header: SegmentHeader | undefined;
  readonly mark: FoundMark | undefined;
  /** Behind the last whole record. */
  readonly end: number;
  /** Chain value there. */
  readonly chain: number;
  /** The last transaction before `end`. */
  readonly transaction: number;
  readonly records: number;
  /** Bytes behind `end` that an interrupted write has left; they were never answered. */
  readonly tornBytes: number;
  readonly damage: Damage | undefined;
}

/**
 * Survives any bytes. A write that was cut short leaves a record without its end behind everything
 * that the commit mark vouches for; whatever else does not fit is damage.
 */
export function scanSegment(bytes: Uint8Array, crc32: Crc32): SegmentScan {
  let header: SegmentHeader;
  try {
    header = decodeHeader(bytes, crc32);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return unreadable(error);
  }
  const mark = decodeMarks(bytes, crc32);
  const walk = new RecordWalk(bytes, crc32, headerChain(bytes), header.firstTransaction - 1);
  const stop = walk.run();
  return {
    header,
    mark,
    end: walk.end,
    chain: walk.chain,
    transaction: walk.transaction,
    records: walk.records,
    tornBytes: bytes.length - walk.end,
    damage: damageOf(mark, walk, stop),
  };
}

function unreadable(error: DecodeError): SegmentScan {
  const damage = { at: error.offset, what: error.message };
  const nothing = { end: 0, chain: 0, transaction: 0, records: 0, tornBytes: 0 };
  return { header: undefined, mark: undefined, ...nothing, damage };
}

function damageOf(
  mark: FoundMark | undefined,
  walk: RecordWalk,
  stop: string | undefined,
): Damage | undefined {
  if (stop !== undefined) return { at: walk.end, what: stop };
  if (mark === undefined) return { at: 0, what: 'Both commit marks are damaged.' };
  if (mark.end > walk.end) {
    return { at: walk.end, what: `Records up to byte ${mark.end} were committed and are missing.` };
  }
  const isAtEnd = mark.end === walk.end;
  if (isAtEnd && (mark.chain !== walk.chain || mark.transaction !== walk.transaction)) {
    return { at: walk.end, what: 'The records are not those that were committed.' };
  }
  return undefined;
}

/** Walks from record to record as long as each follows from the one before. */
class RecordWalk {
  end = FIRST_RECORD;
  chain: number;
  transaction: number;
  records = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #crc32: Crc32;

  constructor(bytes: Uint8Array, crc32: Crc32, chain: number, transaction: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#crc32 = crc32;
    this.chain = chain;
    this.transaction = transaction;
  }

  /** What is wrong where it stops; undefined at the end, or at a record that has no end. */
  run(): string | undefined {
    const view = this.#view;
    const size = this.#bytes.length;
    while (size - this.end >= SHORTEST_RECORD) {
      const at = this.end;
      const length = recordLength(view, at);
      const isHead =
        view.getUint32(at, true) === RECORD_HEAD_TYPE &&
        view.getUint32(at + 4, true) === RECORD_HEAD_BYTES;
      if (!isHead || length < SHORTEST_RECORD || length > MAX_RECORD_BYTES || length % 8 !== 0) {
        return 'It is no record.';
      }
      if (length > size - at) return undefined;
      const crc = this.#crc32(
        this.#bytes.subarray(at + RecordOffset.Owner, at + length),
        this.chain,
      );
      if (crc !== view.getUint32(at + RecordOffset.Crc, true)) return 'Its CRC-32 is another one.';
      const problem = this.#follow(at);
      if (problem !== undefined) return problem;
      this.chain = crc;
      this.records += 1;
      this.end = at + length;
    }
    return undefined;
  }

  #follow(at: number): string | undefined {
    const view = this.#view;
    const type = view.getUint8(at + RECORD_HEAD_BYTES);
    const high = view.getUint32(at + RecordOffset.Transaction + 4, true);
    const transaction = high * TWO_32 + view.getUint32(at + RecordOffset.Transaction, true);
    // A client's name takes no number of its own.
    const expected = this.transaction + (type === MessageType.Logon ? 0 : 1);
    if (type !== MessageType.Logon && !isCommand(type)) return `Its message is of type ${type}.`;
    if (transaction !== expected || transaction > MAX_INTEGER) {
      return `It is transaction ${transaction}, and ${expected} was to come.`;
    }
    this.transaction = transaction;
    return undefined;
  }
}
