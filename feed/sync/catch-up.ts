/** Keeps what is applied while single books are fetched anew, and brings those books up to date. */

import { DecodeError } from '../wire/decode-error.ts';
import type { Crc32 } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import type { InstrumentReplica } from './instrument-replica.ts';
import { PacketRing } from './packet-ring.ts';
import type { Replica } from './replica.ts';

/**
 * A book that comes from a relay shows an earlier moment than the stream has reached. The packets
 * since the request are kept, so that the book's own records among them can be applied to it.
 */
export class CatchUp {
  readonly #recent: PacketRing;
  readonly #reader: RecordReader;
  #from = 0;

  constructor(maxBytes: number, crc32: Crc32) {
    this.#recent = new PacketRing(maxBytes);
    this.#reader = new RecordReader(crc32);
  }

  get isKeeping(): boolean {
    return this.#from !== 0;
  }

  /** The position that a book must have reached at least; later ones can be brought up to date. */
  get minimumSequence(): number {
    return Math.max(this.#from, this.#recent.firstSequence);
  }

  /** Keeps packets from `sequence` on, until `stop`. */
  start(sequence: number): void {
    this.#recent.clear();
    this.#from = sequence;
  }

  stop(): void {
    this.#recent.clear();
    this.#from = 0;
  }

  keep(packet: Uint8Array, firstSequence: number, count: number): void {
    if (this.#from !== 0) this.#recent.add(packet, firstSequence, count);
  }

  /** Applies the kept records below `until` to the instruments, each from its join sequence on. */
  apply(
    instruments: ReadonlyMap<number, InstrumentReplica>,
    replica: Replica,
    until: number,
  ): void {
    let done = 0;
    for (const { packet } of this.#recent.packetsFrom(this.#recent.firstSequence)) {
      let sequence = this.#reader.open(packet).firstSequence;
      while (sequence < until && this.#reader.next()) {
        const instrument = instruments.get(this.#reader.instrument);
        if (instrument !== undefined && sequence >= done) {
          this.#applyOne(instrument, replica, sequence);
        }
        sequence += 1;
      }
      done = Math.max(done, sequence);
    }
  }

  #applyOne(instrument: InstrumentReplica, replica: Replica, sequence: number): void {
    try {
      replica.applyUnheard(instrument, this.#reader, sequence);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      replica.distrust(instrument, 'MISSED_RECORDS');
    }
  }
}
