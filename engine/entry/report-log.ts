/** The newest reports of one client, as bytes, for a client that comes back and asks for them. */

import { wordsOf } from '../../feed/index.ts';
import {
  MAX_REPORT_LOGS_BYTES,
  MessageOffset,
  type MessageWriter,
  ReportOffset,
} from '../protocol/index.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { ReportLogMemory } from './report-log-memory.ts';

const FIRST_BYTES = 1024;
/** Of the shortest message. */
const SHORTEST_REPORT = ReportOffset.Transaction + 8;

/**
 * ```
 *  bytes  |  forgotten  | report 7 | refusal | report 8 | report 9 |  free  |
 *                       start                                     end
 * ```
 * Reports that have a transaction are numbered 1, 2, 3 ...; refusals that have none stand between
 * them without a number. When the room is used up and may not grow, the oldest half is forgotten.
 */
export class ReportLog {
  /** Of the oldest report that is kept; `next` when there is none. */
  first = 1;
  /** Of the report that comes next. */
  next = 1;
  readonly #memory: ReportLogMemory;
  #bytes = new Uint8Array(0);
  /** The same bytes in fours: reports are a multiple of 8 long. */
  #words = wordsOf(this.#bytes);
  #start = 0;
  #end = 0;

  constructor(memory: ReportLogMemory) {
    this.#memory = memory;
  }

  /** Copies a whole report; returns its number, 0 for one without a transaction. */
  add(report: Uint8Array): number {
    if (this.#end + report.length > this.#bytes.length) this.#makeRoom(report.length);
    this.#bytes.set(report, this.#end);
    const at = this.#end;
    this.#end += report.length;
    if (!this.#isNumbered(at)) return 0;
    this.next += 1;
    return this.next - 1;
  }

  /** The same for one that a writer holds, without a view of its bytes: the engine's hot path. */
  addWritten(report: MessageWriter): number {
    const { length } = report;
    if (this.#end + length > this.#bytes.length) this.#makeRoom(length);
    const at = this.#end;
    report.copyTo(this.#words, at >> 2);
    this.#end = at + length;
    if (!this.#isNumbered(at)) return 0;
    this.next += 1;
    return this.next - 1;
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
    if (start % 8 !== 0 || start + kept.length > capacity || !this.#memory.take(0, capacity)) {
      reader.refuse('A log of reports has no such room.');
    }
    this.#bytes = new Uint8Array(capacity);
    this.#bytes.set(kept, start);
    this.#words = wordsOf(this.#bytes);
    this.#start = start;
    this.#end = start + kept.length;
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
    this.#memory.release(this.#bytes.length);
    this.#bytes = new Uint8Array(0);
    this.#words = wordsOf(this.#bytes);
    this.#start = 0;
    this.#end = 0;
    this.first = this.next;
  }

  #makeRoom(needed: number): void {
    const capacity = this.#bytes.length;
    const kept = this.#end - this.#start;
    // Moved to the front only when that frees half of the room, so that a byte is moved once.
    if (kept + needed <= capacity / 2) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#end = kept;
      return;
    }
    let larger = Math.max(capacity * 2, FIRST_BYTES);
    while (larger < kept + needed) larger *= 2;
    if (this.#memory.take(capacity, larger)) {
      const bytes = new Uint8Array(larger);
      bytes.set(this.#bytes.subarray(this.#start, this.#end));
      this.#bytes = bytes;
      this.#words = wordsOf(bytes);
      this.#start = 0;
      this.#end = kept;
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
    return this.#words[(at + MessageOffset.Length) >> 2]! >>> 0;
  }

  #isNumbered(at: number): boolean {
    const transaction = (at + ReportOffset.Transaction) >> 2;
    return this.#words[transaction] !== 0 || this.#words[transaction + 1] !== 0;
  }
}
