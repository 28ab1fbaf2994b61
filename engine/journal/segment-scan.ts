/** Reads one segment: which of its records are whole, and whether what is not is damage. */

import { type Crc32, DecodeError, MAX_INTEGER } from '../../feed/index.ts';
import {
  decodeHeader,
  decodeMarks,
  FIRST_RECORD,
  FORMAT_VERSION,
  type FoundMark,
  headerChain,
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
  /** Of the stream, before the last record. */
  readonly nextSequence: number;
  /** Bytes behind `end` that an interrupted write has left; they were never answered. */
  readonly tornBytes: number;
  readonly damage: Damage | undefined;
  /** Of each of the `places` asked for that a record ends at: the chain value and transaction there. */
  readonly found: ReadonlyMap<number, PlaceFound>;
}

/** What stands at a place in a segment, by the records before it. */
export interface PlaceFound {
  readonly chain: number;
  readonly transaction: number;
}

/**
 * Survives any bytes. A write that was cut short leaves a record without its end behind everything
 * that the commit mark vouches for; whatever else does not fit is damage.
 */
export function scanSegment(
  bytes: Uint8Array,
  crc32: Crc32,
  places: ReadonlySet<number> = new Set(),
): SegmentScan {
  let header: SegmentHeader;
  try {
    header = decodeHeader(bytes, crc32);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return unreadable(error);
  }
  const mark = decodeMarks(bytes, crc32);
  if (header.version !== FORMAT_VERSION) return markOnly(header, mark, places);
  const walk = new RecordWalk(bytes, crc32, headerChain(bytes), header.firstTransaction - 1);
  const stop = walk.run(places);
  return {
    header,
    mark,
    end: walk.end,
    chain: walk.chain,
    transaction: walk.transaction,
    records: walk.records,
    nextSequence: walk.nextSequence,
    tornBytes: bytes.length - walk.end,
    damage: damageOf(mark, walk, stop),
    found: walk.found,
  };
}

/** Of another format version: its records cannot be read, and its mark says how far it goes. */
function markOnly(
  header: SegmentHeader,
  mark: FoundMark | undefined,
  places: ReadonlySet<number>,
): SegmentScan {
  if (mark === undefined) {
    const damage = { at: 0, what: 'Both commit marks are damaged.' };
    return { ...NOTHING, header, mark, damage, transaction: header.firstTransaction - 1 };
  }
  const { end, chain, transaction } = mark;
  const found = new Map(places.has(end) ? [[end, { chain, transaction }]] : []);
  return { ...NOTHING, header, mark, end, chain, transaction, damage: undefined, found };
}

function unreadable(error: DecodeError): SegmentScan {
  const damage = { at: error.offset, what: error.message };
  return { ...NOTHING, header: undefined, mark: undefined, damage };
}

const NOTHING = {
  end: 0,
  chain: 0,
  transaction: 0,
  records: 0,
  nextSequence: 0,
  tornBytes: 0,
  found: new Map<number, PlaceFound>(),
};

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
  nextSequence = 0;
  readonly found = new Map<number, PlaceFound>();
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
  run(places: ReadonlySet<number>): string | undefined {
    const view = this.#view;
    const size = this.#bytes.length;
    const hasPlaces = places.size > 0;
    if (places.has(this.end)) this.#find();
    while (size - this.end >= SHORTEST_RECORD) {
      const at = this.end;
      const length = recordLength(view, at);
      const isHead = view.getUint32(at, true) === RECORD_HEAD_TYPE;
      if (!isHead || length < SHORTEST_RECORD || length > MAX_RECORD_BYTES || length % 8 !== 0) {
        return 'It is no record.';
      }
      if (length > size - at) return undefined;
      const crc = this.#crc32(
        this.#bytes.subarray(at + RecordOffset.Commands, at + length),
        this.chain,
      );
      if (crc !== view.getUint32(at + RecordOffset.Crc, true)) return 'Its CRC-32 is another one.';
      const problem = this.#follow(at);
      if (problem !== undefined) return problem;
      this.chain = crc;
      this.records += 1;
      this.end = at + length;
      if (hasPlaces && places.has(this.end)) this.#find();
    }
    return undefined;
  }

  #find(): void {
    this.found.set(this.end, { chain: this.chain, transaction: this.transaction });
  }

  #follow(at: number): string | undefined {
    const view = this.#view;
    const before = u64(view, at + RecordOffset.Transaction);
    if (before !== this.transaction) {
      return `It follows transaction ${before}, and ${this.transaction} was the last.`;
    }
    const last = before + view.getUint32(at + RecordOffset.Commands, true);
    if (last > MAX_INTEGER) return `Its last transaction is ${last}.`;
    this.transaction = last;
    this.nextSequence = u64(view, at + RecordOffset.NextSequence);
    return undefined;
  }
}

function u64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * TWO_32 + view.getUint32(at, true);
}
