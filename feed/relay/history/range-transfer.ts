/** A range of archived records, chunk by chunk: whole packets, or those of some instruments filtered. */

import { MAX_CHUNK_PAYLOAD_BYTES } from '../../limits.ts';
import type { TransferChunk } from '../../sync/repair-transfer.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { type ArchivedHistory, packetsOf } from '../archive/archive-reader.ts';
import type { ArchivedPacket } from '../archive/segment-reader.ts';
import { RangeFilter } from './filtered-range.ts';

/** Packets of the stream read for one chunk at most, so that a rare instrument costs no long silence. */
const MAX_READ_PER_CHUNK = 512;

/** One segment of it is in memory at a time. */
export class RangeTransfer {
  readonly #packets: Iterator<ArchivedPacket>;
  readonly #to: number;
  readonly #filter: RangeFilter | undefined;
  /** Made and not yet sent. */
  readonly #ready: Uint8Array[] = [];
  #next: number;

  /** `ids`: none means all. */
  constructor(
    history: ArchivedHistory,
    from: number,
    to: number,
    ids: ReadonlySet<number>,
    crc32: Crc32,
  ) {
    this.#packets = packetsOf(history, from, to, crc32);
    this.#to = to;
    this.#next = from;
    this.#filter = ids.size === 0 ? undefined : new RangeFilter(ids, from, crc32);
  }

  nextChunk(): TransferChunk | undefined {
    const ready = this.#ready;
    let bytes = ready.reduce((sum, packet) => sum + packet.byteLength, 0);
    for (let read = 0; this.#next < this.#to && bytes < MAX_CHUNK_PAYLOAD_BYTES; read++) {
      if (read === MAX_READ_PER_CHUNK) {
        // The filter tells how far it has come, though it may have found little.
        this.#filter?.end(ready);
        break;
      }
      const before = ready.length;
      if (!this.#read()) return undefined;
      for (const packet of ready.slice(before)) bytes += packet.byteLength;
    }
    const packets = takeChunk(ready);
    return { packets, isLast: this.#next >= this.#to && ready.length === 0 };
  }

  /** False when a segment has gone since: retention is faster than this peer. */
  #read(): boolean {
    const found = this.#nextPacket();
    if (found === undefined) return false;
    const { packet, firstSequence, count } = found;
    this.#next = firstSequence + count;
    if (this.#filter === undefined) {
      this.#ready.push(packet);
      return true;
    }
    this.#filter.add(packet, this.#to, this.#ready);
    if (this.#next >= this.#to) this.#filter.end(this.#ready);
    return true;
  }

  #nextPacket(): ArchivedPacket | undefined {
    try {
      const { value, done } = this.#packets.next();
      return done === true ? undefined : value;
    } catch (error) {
      if (error instanceof Error && 'code' in error) return undefined;
      throw error;
    }
  }
}

/** Packets that go into one chunk; what is over is for the next. */
function takeChunk(packets: Uint8Array[]): Uint8Array[] {
  let bytes = 0;
  let count = 0;
  for (const packet of packets) {
    if (count > 0 && bytes + packet.byteLength > MAX_CHUNK_PAYLOAD_BYTES) break;
    bytes += packet.byteLength;
    count += 1;
  }
  return packets.splice(0, count);
}
