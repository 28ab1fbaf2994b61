/**
 * Writes the packets of an instrument's stream, which tell what a range of the shard's stream means
 * for one instrument.
 *
 * ```
 *  shard's stream   | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 |
 *                   '------- first 7 -------'    '---- first 12 ---'
 *  a stream of one        count 5: next 12          count 5: next 17
 * ```
 * A packet covers the records from its first sequence on, `count` many, so that the next one of the
 * same topic begins where it ends; what it tells is as of its end. What does not fit one packet goes
 * into several, each but the last of which covers one record: a lost one is a hole like any other.
 */

import { MAX_PACKET_BYTES, TARGET_PACKET_BYTES } from '../limits.ts';
import type { Epoch } from '../market.ts';
import type { WallClock } from '../nanos.ts';
import { type Crc32, PacketFlag, packetHeader, sealPacket } from './packet.ts';
import { RelayRecordWriter } from './relay-record-writer.ts';

export interface CoveringWriterOptions {
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  /** The packet is the receiver's to keep. */
  readonly sink: (packet: Uint8Array) => void;
}

/** `begin`, then `reserve` and write each record, then one of the three ends. */
export class CoveringWriter {
  readonly records = new RelayRecordWriter();
  readonly #header = packetHeader();
  readonly #options: CoveringWriterOptions;
  #first = 0;

  constructor(options: CoveringWriterOptions) {
    this.#options = options;
  }

  /** Covers from `first` on; `topic` as `encodeTopic` makes it. */
  begin(topic: Uint8Array, epoch: Epoch, first: number): void {
    this.records.clear();
    this.records.bytes.set(topic);
    this.#header.epochSeconds = epoch.seconds;
    this.#header.epochRandom = epoch.random;
    this.#first = first;
  }

  /** Makes room for a record; may hand out what has been written so far. */
  reserve(bytes: number): void {
    const { length } = this.records;
    if (length < TARGET_PACKET_BYTES && length + bytes <= MAX_PACKET_BYTES) return;
    this.#emit(0, 1);
    this.#first += 1;
  }

  /** The last packet: everything is covered up to, without, `next`. */
  end(next: number): void {
    if (next <= this.#first) throw new Error(`CoveringWriter: ${this.#first} to ${next} is none`);
    this.#emit(0, next - this.#first);
  }

  /** What was written is so as of `first`, and nothing has come since. */
  endHeartbeat(): void {
    this.#emit(PacketFlag.Heartbeat, 0);
  }

  /** What was written is part of an answer, as of `first`. */
  endSnapshot(): void {
    this.#emit(PacketFlag.Snapshot, 0);
  }

  #emit(flags: number, count: number): void {
    const { crc32, wallClock, sink } = this.#options;
    const header = this.#header;
    header.flags = flags;
    header.count = count;
    header.firstSequence = this.#first;
    wallClock(header.publishTime);
    const packet = this.records.take();
    sealPacket(packet, header, crc32);
    sink(packet);
  }
}
