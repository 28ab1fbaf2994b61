/** Numbers the records of one stream, seals them into packets and hands those out. */

import { MAX_PACKET_BYTES, TARGET_PACKET_BYTES } from '../limits.ts';
import type { Epoch } from '../market.ts';
import type { WallClock } from '../nanos.ts';
import { type Crc32, PacketFlag, type PacketHeader, packetHeader, sealPacket } from './packet.ts';
import { RecordWriter } from './record-writer.ts';

/** Local, for an imported constant is read from memory at each use. */
const TARGET = TARGET_PACKET_BYTES;
const LONGEST = MAX_PACKET_BYTES;

/**
 * Takes a finished packet, which is the receiver's to keep and must never be changed.
 * `count` is 0 for packets whose records use no sequence numbers (heartbeats, end of session).
 */
export type PacketSink = (packet: Uint8Array, firstSequence: number, count: number) => void;

export interface StreamWriterOptions {
  readonly epoch: Epoch;
  /** As `encodeTopic` makes it. */
  readonly topic: Uint8Array;
  /** Sequence of the first record to be written, 1 or more. */
  readonly firstSequence: number;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  /** Without one, records are counted and thrown away. */
  readonly sink?: PacketSink | undefined;
}

/**
 * For each record: `reserve` its bytes, then write it through `records`. `flush` whenever nothing
 * more is waiting, so that an idle stream has one record a packet and a busy one a thousand.
 */
export class StreamWriter {
  readonly records = new RecordWriter();
  #firstSequence: number;
  readonly #header: PacketHeader = packetHeader();
  readonly #crc32: Crc32;
  readonly #wallClock: WallClock;
  readonly #sink: PacketSink | undefined;

  constructor(options: StreamWriterOptions) {
    this.records.bytes.set(options.topic);
    this.#header.epochSeconds = options.epoch.seconds;
    this.#header.epochRandom = options.epoch.random;
    this.#firstSequence = options.firstSequence;
    this.#crc32 = options.crc32;
    this.#wallClock = options.wallClock;
    this.#sink = options.sink;
  }

  /** Sequence that the next record written will have. */
  get nextSequence(): number {
    return this.#firstSequence + this.records.count;
  }

  /** Goes on with this sequence as if all before had been written; what waits is forgotten. */
  continueAt(nextSequence: number): void {
    this.records.clear();
    this.#firstSequence = nextSequence;
  }

  /** Makes room for a record of this many bytes; may hand out the packet so far. */
  reserve(bytes: number): void {
    const { length } = this.records;
    if (length >= TARGET || length + bytes > LONGEST) this.flush();
  }

  flush(): void {
    const count = this.records.count;
    if (count !== 0) this.#emit(0, count);
  }

  /**
   * Announces the next sequence; `writePositions` adds INSTRUMENT_POSITION records (at most one
   * packet of them), which use no sequence numbers.
   */
  heartbeat(writePositions: (records: RecordWriter) => void): void {
    this.flush();
    writePositions(this.records);
    this.#emit(PacketFlag.Heartbeat, 0);
  }

  /** Says that this epoch has no further records. */
  endOfSession(): void {
    this.flush();
    this.#emit(PacketFlag.Heartbeat | PacketFlag.EndOfSession, 0);
  }

  #emit(flags: number, count: number): void {
    const sink = this.#sink;
    if (sink === undefined) {
      this.records.clear();
      this.#firstSequence += count;
      return;
    }
    const header = this.#header;
    header.flags = flags;
    header.count = count;
    header.firstSequence = this.#firstSequence;
    this.#wallClock(header.publishTime);
    const packet = this.records.take();
    sealPacket(packet, header, this.#crc32);
    this.#firstSequence += count;
    sink(packet, header.firstSequence, count);
  }
}
