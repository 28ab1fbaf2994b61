/** Writes one segment: entries gather in memory and go to the file together. */

import { closeSync, openSync, writeSync } from 'node:fs';
import type { Nanos } from '../../nanos.ts';
import type { Crc32 } from '../../wire/packet.ts';
import {
  type ArchiveEntry,
  EntryKind,
  encodeEntry,
  encodeSegmentHeader,
  entryBytes,
  type SegmentHeader,
} from './format.ts';

/** More than this waits for no timer. */
const FLUSH_BYTES = 256 * 1024;
const NOTHING = new Uint8Array(0);

/** Errors of the file system are thrown by `append`, `flush` and `finish`; the segment is then lost to writing. */
export class SegmentWriter {
  readonly path: string;
  readonly firstSequence: number;
  /** Sequence after the last record appended. */
  nextSequence: number;
  /** Records since the keyframe. */
  records = 0;
  /** In the file and waiting. */
  bytes = 0;
  readonly #crc32: Crc32;
  readonly #file: number;
  #waiting = new Uint8Array(FLUSH_BYTES * 2);
  #used = 0;
  #isOpen = true;

  /** Makes the file, in place of one that got no further than its name. */
  constructor(path: string, header: SegmentHeader, crc32: Crc32) {
    this.path = path;
    this.firstSequence = header.firstSequence;
    this.nextSequence = header.firstSequence;
    this.#crc32 = crc32;
    this.#file = openSync(path, 'w');
    const bytes = encodeSegmentHeader(header, crc32);
    this.#reserve(bytes.byteLength);
    this.#waiting.set(bytes);
    this.#used = bytes.byteLength;
    this.bytes = bytes.byteLength;
  }

  /** Whether everything appended is in the file. */
  get isFlushed(): boolean {
    return this.#used === 0;
  }

  keyframe(packet: Uint8Array, receivedAt: Nanos): void {
    this.#append({
      kind: EntryKind.Keyframe,
      sequence: this.firstSequence,
      receivedAt,
      payload: packet,
    });
  }

  packet(packet: Uint8Array, firstSequence: number, count: number, receivedAt: Nanos): void {
    this.#append({ kind: EntryKind.Packet, sequence: firstSequence, receivedAt, payload: packet });
    this.records += firstSequence + count - this.nextSequence;
    this.nextSequence = firstSequence + count;
  }

  flush(): void {
    let from = 0;
    while (from < this.#used) {
      from += writeSync(this.#file, this.#waiting, from, this.#used - from);
    }
    this.#used = 0;
  }

  /** The segment is complete: says so in the file and closes it. */
  finish(receivedAt: Nanos): void {
    const { nextSequence: sequence } = this;
    this.#append({ kind: EntryKind.End, sequence, receivedAt, payload: NOTHING });
    this.flush();
    this.close();
  }

  /** Lets go of the file as it is. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#file);
  }

  #append(entry: ArchiveEntry): void {
    const bytes = entryBytes(entry.payload.byteLength);
    this.#reserve(bytes);
    this.#used = encodeEntry(this.#waiting, this.#used, entry, this.#crc32);
    this.bytes += bytes;
    if (this.#used >= FLUSH_BYTES) this.flush();
  }

  #reserve(bytes: number): void {
    const needed = this.#used + bytes;
    if (needed <= this.#waiting.byteLength) return;
    const larger = new Uint8Array(Math.max(needed, this.#waiting.byteLength * 2));
    larger.set(this.#waiting.subarray(0, this.#used));
    this.#waiting = larger;
  }
}
