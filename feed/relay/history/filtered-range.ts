/** The records of some instruments out of a range of the stream, in packets of their own. */

import { MAX_PACKET_BYTES, TARGET_PACKET_BYTES } from '../../limits.ts';
import {
  type Crc32,
  HEADER_BYTES,
  PacketFlag,
  packetHeader,
  sealPacket,
} from '../../wire/packet.ts';
import { RecordReader } from '../../wire/record-reader.ts';
import { RecordFlag, RecordType } from '../../wire/records.ts';
import { TOPIC_BYTES } from '../../wire/topic.ts';

const FLAGS_OFFSET = 2;

/**
 * A filtered packet covers `count` records of the stream from its first sequence on, and holds those
 * of the instruments asked for, each transaction's TRANSACTION record before them and the last
 * flagged LAST. It ends between two transactions, unless one alone is more than a packet.
 */
export class RangeFilter {
  readonly #ids: ReadonlySet<number>;
  readonly #crc32: Crc32;
  readonly #reader: RecordReader;
  readonly #bytes = new Uint8Array(MAX_PACKET_BYTES);
  readonly #header = packetHeader();
  #length = HEADER_BYTES;
  /** Covered so far: from here, up to here. */
  #from: number;
  #next: number;
  /** The TRANSACTION record of the one that is open, until a record of it is wanted. */
  #transaction: Uint8Array | undefined;
  /** Where the last record of the open transaction was written; 0: none was. */
  #lastAt = 0;

  constructor(ids: ReadonlySet<number>, from: number, crc32: Crc32) {
    this.#ids = ids;
    this.#crc32 = crc32;
    this.#reader = new RecordReader(crc32);
    this.#from = from;
    this.#next = from;
  }

  /** The next packet of the stream, up to `to`; full packets go to `out`. */
  add(packet: Uint8Array, to: number, out: Uint8Array[]): void {
    const reader = this.#reader;
    const { firstSequence, epochSeconds, epochRandom, publishTime } = reader.open(packet);
    this.#bytes.set(packet.subarray(0, TOPIC_BYTES));
    Object.assign(this.#header, { epochSeconds, epochRandom, publishTime: { ...publishTime } });
    let sequence = firstSequence;
    let at = reader.cursor;
    while (sequence < to && reader.next()) {
      const record = packet.subarray(at, reader.cursor);
      at = reader.cursor;
      sequence += 1;
      if (sequence <= this.#from) continue;
      this.#record(record, sequence, out);
      this.#next = Math.max(this.#next, sequence);
    }
  }

  /** What is left, if it covers anything. */
  end(out: Uint8Array[]): void {
    if (this.#next > this.#from) this.#seal(this.#next, out);
  }

  #record(record: Uint8Array, sequence: number, out: Uint8Array[]): void {
    const reader = this.#reader;
    if (reader.type === RecordType.Transaction) {
      this.#transaction = record;
      this.#lastAt = 0;
    }
    if (this.#ids.has(reader.instrument) && reader.type !== RecordType.Transaction) {
      if (this.#transaction !== undefined) this.#write(this.#transaction, sequence, out);
      this.#transaction = undefined;
      this.#write(record, sequence, out);
    }
    if (!reader.isLast) return;
    if (this.#lastAt > 0) {
      const at = this.#lastAt + FLAGS_OFFSET;
      this.#bytes[at] = (this.#bytes[at] as number) | RecordFlag.Last;
    }
    this.#transaction = undefined;
    this.#lastAt = 0;
    if (this.#length >= TARGET_PACKET_BYTES) this.#seal(sequence, out);
  }

  #write(record: Uint8Array, sequence: number, out: Uint8Array[]): void {
    // Before this record the packet covers all but it: there is room for one more packet behind.
    if (this.#length + record.length > MAX_PACKET_BYTES) this.#seal(sequence - 1, out);
    this.#bytes.set(record, this.#length);
    this.#lastAt = this.#length;
    // Marked anew where the transaction ends.
    const at = this.#lastAt + FLAGS_OFFSET;
    this.#bytes[at] = (this.#bytes[at] as number) & ~RecordFlag.Last;
    this.#length += record.length;
  }

  #seal(next: number, out: Uint8Array[]): void {
    const packet = this.#bytes.slice(0, this.#length);
    this.#header.flags = PacketFlag.Filtered;
    this.#header.firstSequence = this.#from;
    this.#header.count = next - this.#from;
    sealPacket(packet, this.#header, this.#crc32);
    out.push(packet);
    this.#from = next;
    this.#length = HEADER_BYTES;
    this.#lastAt = 0;
  }
}
