/** The matching thread's side of a book snapshot: encodes one piece of it between two transactions. */

import {
  type Crc32,
  namedIds,
  RejectCode,
  SnapshotEncoder,
  type SnapshotProvider,
  shardTopic,
  type WallClock,
} from '../../feed/index.ts';
import type { EngineStream } from '../engine-stream.ts';
import type { BooksAnswer, BooksRequest } from './spine-messages.ts';

interface Served {
  readonly provider: SnapshotProvider;
  readonly encoder: SnapshotEncoder;
}

/** Keeps nothing between two pieces: whoever asks says where it is. */
export class BookPieces {
  readonly #streams = new Map<number, Served>();

  constructor(streams: readonly EngineStream[], ports: { crc32: Crc32; wallClock: WallClock }) {
    for (const provider of streams) {
      const encoder = new SnapshotEncoder({ topic: shardTopic(provider.level), ...ports });
      this.#streams.set(provider.level, { provider, encoder });
    }
  }

  answer({ id, level, named, ids: known, from }: BooksRequest): BooksAnswer {
    const refuse = (code: RejectCode) => ({ type: 'refused-books', level, id, code }) as const;
    const served = this.#streams.get(level);
    if (served === undefined || !served.provider.isReady) return refuse(RejectCode.NOT_READY);
    const { provider, encoder } = served;
    if (named.minimumSequence > provider.nextSequence) return refuse(RejectCode.AHEAD_OF_ME);
    const ids = known ?? namedIds(provider, named);
    if (ids === undefined) return refuse(RejectCode.UNKNOWN_INSTRUMENT);
    const packets: Uint8Array<ArrayBuffer>[] = [];
    const next = encoder.encode(provider, ids, from, packets as Uint8Array[]);
    return { type: 'books', level, id, ids, next, packets };
  }
}
