/** An answer to one repair request, made chunk by chunk as the client grants credit. */

import { COPIED_BOOK_RECORDS, MAX_CHUNK_PAYLOAD_BYTES } from '../limits.ts';
import type { Epoch } from '../market.ts';
import type { RejectCode, SnapshotRequest } from '../wire/repair-messages.ts';
import { type BookCopy, copyBook, isLarger } from './book-copy.ts';
import type { PacketRing } from './packet-ring.ts';
import type { SnapshotEncoder, SnapshotInstrument, SnapshotProvider } from './snapshot-encoder.ts';

/** The packets of one chunk: to be copied before anything else happens to where they are kept. */
export interface TransferChunk {
  readonly packets: readonly Uint8Array[];
  readonly isLast: boolean;
}

/** Instead of a chunk: it is being fetched, and whoever opened the transfer is told when it is here. */
export const LATER = 'LATER';

export interface RepairTransfer {
  /** `undefined`: the records asked for are no longer held. A code: the request is refused. */
  nextChunk(): TransferChunk | typeof LATER | RejectCode | undefined;
}

/** The newest packets of a stream, wherever they are kept. */
export interface RecentPackets {
  readonly isEmpty: boolean;
  /** Of the oldest record held. */
  readonly firstSequence: number;
  /** After the newest one. */
  readonly nextSequence: number;
  /** The records from `from`, which is held, up to `to`, not included. */
  replay(from: number, to: number): RepairTransfer;
}

/** Books that are kept where they cannot be read at once: in another thread. */
export interface RemoteBooks {
  readonly isReady: boolean;
  readonly epoch: Epoch;
  readonly nextSequence: number;
  /** After each LATER of the transfer, `again` is called once. */
  open(request: SnapshotRequest, again: () => void): RepairTransfer;
}

/** A range of records out of a ring: whole packets, so the first may begin before the range. */
export class ReplayTransfer implements RepairTransfer {
  readonly #ring: PacketRing;
  #from: number;
  readonly #to: number;

  constructor(ring: PacketRing, from: number, to: number) {
    this.#ring = ring;
    this.#from = from;
    this.#to = to;
  }

  nextChunk(): TransferChunk | undefined {
    const packets: Uint8Array[] = [];
    let bytes = 0;
    for (const { packet, firstSequence, count } of this.#ring.packetsFrom(this.#from)) {
      if (packets.length > 0 && bytes + packet.byteLength > MAX_CHUNK_PAYLOAD_BYTES) break;
      packets.push(packet);
      bytes += packet.byteLength;
      this.#from = firstSequence + count;
      if (this.#from >= this.#to) break;
    }
    return packets.length === 0 ? undefined : { packets, isLast: this.#from >= this.#to };
  }
}

/**
 * Books, each encoded when its turn comes. A large one is copied at its turn, so that all its packets
 * are of one position, and encoded as they are asked for. One packet, one smaller book or one copy
 * waits at most.
 */
export class SnapshotTransfer implements RepairTransfer {
  readonly #encoder: SnapshotEncoder;
  readonly #provider: SnapshotProvider;
  readonly #ids: readonly number[];
  #nextId = 0;
  readonly #encoded: Uint8Array[] = [];
  #copy: BookCopy | undefined;

  readonly #isLarge: (instrument: SnapshotInstrument) => boolean;

  /** Books of more than `mostAtOnce` records are copied. */
  constructor(
    encoder: SnapshotEncoder,
    provider: SnapshotProvider,
    ids: readonly number[],
    mostAtOnce: number = COPIED_BOOK_RECORDS,
  ) {
    this.#encoder = encoder;
    this.#provider = provider;
    this.#ids = ids;
    this.#isLarge = (instrument) => isLarger(instrument, mostAtOnce);
  }

  nextChunk(): TransferChunk {
    const encoded = this.#encoded;
    if (encoded.length === 0) this.#encode(encoded);
    const packet = encoded.shift();
    return {
      packets: packet === undefined ? [] : [packet],
      isLast: encoded.length === 0 && this.#copy === undefined && this.#nextId >= this.#ids.length,
    };
  }

  #encode(encoded: Uint8Array[]): void {
    const [encoder, provider, ids] = [this.#encoder, this.#provider, this.#ids];
    if (this.#copy === undefined) {
      this.#nextId = encoder.encode(provider, ids, this.#nextId, encoded, this.#isLarge);
      if (encoded.length > 0) return;
      const instrument = provider.instrument(ids[this.#nextId] as number);
      if (instrument === undefined) return;
      this.#copy = copyBook(instrument, provider);
      this.#nextId += 1;
    }
    if (encoder.encodePiece(this.#copy, encoded)) this.#copy = undefined;
  }
}
