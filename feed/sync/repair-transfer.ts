/** An answer to one repair request, made chunk by chunk as the client grants credit. */

import { MAX_CHUNK_PAYLOAD_BYTES } from '../limits.ts';
import type { Epoch } from '../market.ts';
import type { RejectCode, SnapshotRequest } from '../wire/repair-messages.ts';
import type { PacketRing } from './packet-ring.ts';
import type { SnapshotEncoder, SnapshotProvider } from './snapshot-encoder.ts';

/** The packets of one chunk. */
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
    const ring = this.#ring;
    let index = ring.indexOf(this.#from);
    if (index < 0) return undefined;
    const packets: Uint8Array[] = [];
    let bytes = 0;
    while (this.#from < this.#to && index < ring.length) {
      const { packet, firstSequence, count } = ring.at(index);
      if (packets.length > 0 && bytes + packet.byteLength > MAX_CHUNK_PAYLOAD_BYTES) break;
      packets.push(packet);
      bytes += packet.byteLength;
      this.#from = firstSequence + count;
      index += 1;
    }
    return { packets, isLast: this.#from >= this.#to };
  }
}

/** Books, each encoded whole when its turn comes; at most one chunk's worth or one book waits. */
export class SnapshotTransfer implements RepairTransfer {
  readonly #encoder: SnapshotEncoder;
  readonly #provider: SnapshotProvider;
  readonly #ids: readonly number[];
  #nextId = 0;
  readonly #encoded: Uint8Array[] = [];

  constructor(encoder: SnapshotEncoder, provider: SnapshotProvider, ids: readonly number[]) {
    this.#encoder = encoder;
    this.#provider = provider;
    this.#ids = ids;
  }

  nextChunk(): TransferChunk {
    const encoded = this.#encoded;
    if (encoded.length === 0) {
      this.#nextId = this.#encoder.encode(this.#provider, this.#ids, this.#nextId, encoded);
    }
    const packet = encoded.shift();
    return {
      packets: packet === undefined ? [] : [packet],
      isLast: encoded.length === 0 && this.#nextId >= this.#ids.length,
    };
  }
}
