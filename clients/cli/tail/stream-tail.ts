/** Reads packets of a stream one after the other and hands out each record as a plain object. */

import {
  type Crc32,
  DecodeError,
  type Epoch,
  formatEpoch,
  PacketFlag,
  RecordReader,
  sameEpoch,
} from '../../../feed/index.ts';
import { type Directory, type RecordView, recordView } from './record-view.ts';

/** Packets whose records take no numbers of the stream. */
const UNNUMBERED = PacketFlag.Heartbeat | PacketFlag.Snapshot;

export interface StreamTailOptions {
  readonly directory: Directory;
  readonly crc32: Crc32;
  /** Whether records of heartbeats are handed out. */
  readonly heartbeats: boolean;
  readonly sink: (view: RecordView) => void;
}

export class StreamTail {
  readonly #options: StreamTailOptions;
  readonly #reader: RecordReader;
  #epoch: Epoch | undefined;
  #next = 0;
  /** Packets that could not be read; each is also handed out as a `bad-packet`. */
  badPackets = 0;

  constructor(options: StreamTailOptions) {
    this.#options = options;
    this.#reader = new RecordReader(options.crc32);
  }

  /** Never throws for bad bytes: they are handed out as what they are. */
  read(packet: Uint8Array): void {
    try {
      this.#read(packet);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.badPackets++;
      this.#options.sink({
        type: 'bad-packet',
        sequence: 0,
        code: error.code,
        message: error.message,
      });
    }
  }

  #read(packet: Uint8Array): void {
    const reader = this.#reader;
    const { flags, firstSequence, count, epochSeconds, epochRandom } = reader.open(packet);
    this.#meetEpoch({ seconds: epochSeconds, random: epochRandom }, firstSequence);
    this.#meetSequence(firstSequence);
    const isNumbered = (flags & UNNUMBERED) === 0;
    let sequence = firstSequence;
    while (reader.next()) {
      if (isNumbered) {
        this.#options.sink(recordView(reader, sequence, this.#options.directory));
        sequence++;
      } else if (this.#options.heartbeats) {
        this.#options.sink(recordView(reader, 0, this.#options.directory));
      }
    }
    this.#next = Math.max(this.#next, firstSequence + (isNumbered ? count : 0));
    if ((flags & PacketFlag.EndOfSession) !== 0) {
      this.#options.sink({ type: 'end-of-session', sequence: this.#next });
    }
  }

  #meetEpoch(epoch: Epoch, firstSequence: number): void {
    if (this.#epoch !== undefined && sameEpoch(this.#epoch, epoch)) return;
    this.#epoch = epoch;
    this.#next = firstSequence;
    this.#options.sink({ type: 'epoch', sequence: firstSequence, epoch: formatEpoch(epoch) });
  }

  /** What was not received is said, never skipped in silence. */
  #meetSequence(firstSequence: number): void {
    if (firstSequence <= this.#next) return;
    this.#options.sink({
      type: 'gap',
      sequence: this.#next,
      from: this.#next,
      to: firstSequence - 1,
    });
    this.#next = firstSequence;
  }
}
