/** The matching thread's side of a book snapshot: one piece of it between two transactions. */

import {
  COPIED_BOOK_RECORDS,
  type Crc32,
  copyBook,
  isLarger,
  namedIds,
  RejectCode,
  SnapshotEncoder,
  type SnapshotInstrument,
  type SnapshotProvider,
  type StreamLevel,
  shardTopic,
  type WallClock,
} from '../../feed/index.ts';
import type { BooksAnswer, BooksRequest } from './spine-messages.ts';

/** The books of one stream. */
export interface BooksOfLevel extends SnapshotProvider {
  readonly level: StreamLevel;
}

interface Served {
  readonly provider: SnapshotProvider;
  readonly encoder: SnapshotEncoder;
}

/**
 * Keeps nothing between two pieces: whoever asks says where it is. A piece is a packet or two; of a
 * large book it is a copy, which costs a quarter, and the other thread encodes it.
 */
export class BookPieces {
  readonly #streams = new Map<number, Served>();
  readonly #isLarge: (instrument: SnapshotInstrument) => boolean;

  /** Books of more than `mostAtOnce` records are copied. */
  constructor(
    streams: readonly BooksOfLevel[],
    ports: { crc32: Crc32; wallClock: WallClock },
    mostAtOnce: number = COPIED_BOOK_RECORDS,
  ) {
    this.#isLarge = (instrument) => isLarger(instrument, mostAtOnce);
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
    const next = encoder.encode(provider, ids, from, packets as Uint8Array[], this.#isLarge);
    const large = packets.length === 0 ? provider.instrument(ids[next] as number) : undefined;
    if (large === undefined) return { type: 'books', level, id, ids, next, packets };
    const copy = copyBook(large, provider);
    return { type: 'copied-book', level, id, ids, next: next + 1, copy };
  }
}
