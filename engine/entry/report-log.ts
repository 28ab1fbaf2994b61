/** The newest reports of one client, as bytes, for a client that comes back and asks for them. */

import {
  MAX_REPORT_LOGS_BYTES,
  MESSAGE_BYTES,
  MessageOffset,
  MessageWriter,
  ReportOffset,
} from '../protocol/index.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { ReportLogMemory } from './report-log-memory.ts';

const FIRST_BYTES = 1024;
/** Of the shortest message. */
const SHORTEST_REPORT = ReportOffset.Transaction + 8;
const LONGEST_REPORT = MESSAGE_BYTES.Filled;
/** Local, for an imported constant is read from memory at each use. */
const LENGTH = MessageOffset.Length;
const TRANSACTION = ReportOffset.Transaction;

/**
 * ```
 *  bytes  |  forgotten  | report 7 | refusal | report 8 | report 9 |  free  |
 *                       start                                     end
 * ```
 * Reports that have a transaction are numbered 1, 2, 3 ...; refusals that have none stand between
 * them without a number. When the room is used up and may not grow, the oldest half is forgotten.
 *
 * A report is written once, here: what a live session is sent is cut out of the log by the frame.
 */
export class ReportLog {
  /** Of the oldest report that is kept; `next` when there is none. */
  first = 1;
  /** Of the report that comes next. */
  next = 1;
  /** Holds the log: whoever has called `begin` writes one report with it, and calls `added`. */
  readonly #writer = new MessageWriter();
  readonly #memory: ReportLogMemory;
  /** Told before reports move or are forgotten. */
  readonly #onMove: () => void;
  #bytes = new Uint8Array(0);
  /** The same bytes in fours: reports are a multiple of 8 long. */
  #words = new Int32Array(0);
  #start = 0;
  #end = 0;
  /** What has been written before the first of the bytes. */
  #base = 0;

  constructor(memory: ReportLogMemory, onMove: () => void = () => {}) {
    this.#memory = memory;
    this.#onMove = onMove;
    this.#adopt(this.#bytes, 0);
  }

  /** Where the next report will begin, counted from the very first one. */
  get end(): number {
    return this.#base + this.#end;
  }

  /**
   * What has been written from there on, valid during the call. What was written before `onMove`
   * was called last may be gone.
   */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start - this.#base, this.#end);
  }

  /** Where the next report is to be written. */
  begin(): MessageWriter {
    if (this.#end + LONGEST_REPORT > this.#bytes.length) this.#makeRoom(LONGEST_REPORT);
    return this.#writer;
  }

  /** One report has been written; returns its number, 0 for one without a transaction. */
  added(): number {
    const at = this.#end;
    this.#end = this.#writer.length;
    if (!this.#isNumbered(at)) return 0;
    this.next += 1;
    return this.next - 1;
  }

  /** Copies a whole report; returns as `added`. */
  add(report: Uint8Array): number {
    this.begin().append(report);
    return this.added();
  }

  /**
   * Gives what is kept behind report `after`, oldest first; `sequence` is 0 for a refusal without a
   * number. The bytes are valid during the call only.
   */
  replay(after: number, give: (report: Uint8Array, sequence: number) => void): void {
    let sequence = this.first - 1;
    for (let at = this.#start; at < this.#end; ) {
      const end = at + this.#lengthAt(at);
      const isNumbered = this.#isNumbered(at);
      if (isNumbered) sequence += 1;
      // A refusal that follows the last report received may or may not have been received.
      if (isNumbered ? sequence > after : sequence >= after) {
        give(this.#bytes.subarray(at, end), isNumbered ? sequence : 0);
      }
      at = end;
    }
  }

  /** With the room and where in it the reports lie: these decide when the oldest are forgotten. */
  saveState(writer: StateWriter): void {
    writer.int(this.next);
    writer.u32(this.#bytes.length);
    writer.u32(this.#start);
    writer.bytes(this.#bytes.subarray(this.#start, this.#end));
  }

  loadState(reader: StateReader): void {
    const next = reader.int(1);
    const capacity = reader.u32();
    const start = reader.u32();
    const kept = reader.bytes(MAX_REPORT_LOGS_BYTES);
    const isWhole = start % 8 === 0 && capacity % 8 === 0;
    if (!isWhole || start + kept.length > capacity || !this.#memory.take(0, capacity)) {
      reader.refuse('A log of reports has no such room.');
    }
    const bytes = new Uint8Array(capacity);
    bytes.set(kept, start);
    this.#adopt(bytes, start + kept.length);
    this.#start = start;
    let numbered = 0;
    for (let at = start; at < this.#end; at += this.#lengthAt(at)) {
      const left = this.#end - at;
      if (left < SHORTEST_REPORT || this.#lengthAt(at) < SHORTEST_REPORT) {
        reader.refuse('It is no report.');
      }
      if (this.#lengthAt(at) > left) reader.refuse('A report has no end.');
      if (this.#isNumbered(at)) numbered += 1;
    }
    this.next = next;
    this.first = next - numbered;
    if (this.first < 1) reader.refuse('There are more reports than there were.');
  }

  /** Forgets all reports, and keeps counting. */
  clear(): void {
    this.#onMove();
    this.#memory.release(this.#bytes.length);
    this.#adopt(new Uint8Array(0), 0);
    this.#start = 0;
    this.first = this.next;
  }

  #adopt(bytes: Uint8Array<ArrayBuffer>, end: number): void {
    this.#base += this.#end - end;
    this.#bytes = bytes;
    this.#words = new Int32Array(bytes.buffer);
    this.#end = end;
    this.#writer.adopt(bytes, end);
  }

  #makeRoom(needed: number): void {
    this.#onMove();
    const capacity = this.#bytes.length;
    const kept = this.#end - this.#start;
    // Moved to the front only when that frees half of the room, so that a byte is moved once.
    if (kept + needed <= capacity / 2) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#adopt(this.#bytes, kept);
      return;
    }
    let larger = Math.max(capacity * 2, FIRST_BYTES);
    while (larger < kept + needed) larger *= 2;
    if (this.#memory.take(capacity, larger)) {
      const bytes = new Uint8Array(larger);
      bytes.set(this.#bytes.subarray(this.#start, this.#end));
      this.#start = 0;
      this.#adopt(bytes, kept);
      return;
    }
    while (this.#end - this.#start + needed > capacity / 2) this.#forgetOldest();
    this.#makeRoom(needed);
  }

  #forgetOldest(): void {
    if (this.#isNumbered(this.#start)) this.first += 1;
    this.#start += this.#lengthAt(this.#start);
  }

  #lengthAt(at: number): number {
    return this.#words[(at + LENGTH) >> 2]! >>> 0;
  }

  #isNumbered(at: number): boolean {
    const transaction = (at + TRANSACTION) >> 2;
    return this.#words[transaction] !== 0 || this.#words[transaction + 1] !== 0;
  }
}
