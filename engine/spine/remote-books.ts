/** The books of the matching thread, as the thread that serves relays gets at them: piece by piece. */

import {
  type BookCopy,
  type Crc32,
  type Epoch,
  LATER,
  type RecentPackets,
  type RejectCode,
  type RemoteBooks as RemoteBooksPort,
  type RepairTransfer,
  SnapshotEncoder,
  type SnapshotRequest,
  type StreamLevel,
  shardTopic,
  type TransferChunk,
  type WallClock,
} from '../../feed/index.ts';
import type { BooksAnswer, BooksRequest } from './spine-messages.ts';

export interface RemoteBooksOptions {
  readonly level: StreamLevel;
  readonly epoch: Epoch;
  readonly ring: RecentPackets;
  readonly ask: (request: BooksRequest) => void;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
}

/** One piece is asked for when a peer has granted credit for it, so that no answer costs more at once. */
export class RemoteBooks implements RemoteBooksPort {
  readonly isReady = true;
  readonly epoch: Epoch;
  readonly #options: RemoteBooksOptions;
  readonly #encoder: SnapshotEncoder;
  readonly #waiting = new Map<number, BooksTransfer>();
  #requests = 0;

  constructor(options: RemoteBooksOptions) {
    this.epoch = options.epoch;
    this.#options = options;
    const { level, crc32, wallClock } = options;
    this.#encoder = new SnapshotEncoder({ topic: shardTopic(level), crc32, wallClock });
  }

  get nextSequence(): number {
    return this.#options.ring.nextSequence;
  }

  open(named: SnapshotRequest, again: () => void): RepairTransfer {
    const { level, ask } = this.#options;
    const { minimumSequence, ids, symbols } = named;
    const request = { type: 'books', level, named: { minimumSequence, ids, symbols } } as const;
    const askForPiece: AskForPiece = (transfer, known, from) => {
      this.#requests += 1;
      this.#waiting.set(this.#requests, transfer);
      ask({ ...request, id: this.#requests, ids: known, from });
    };
    return new BooksTransfer(this.#encoder, askForPiece, again);
  }

  /** Passes over what is about the other stream. */
  answered(answer: BooksAnswer): void {
    if (answer.level !== this.#options.level) return;
    const transfer = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    transfer?.take(answer);
  }
}

type AskForPiece = (
  transfer: BooksTransfer,
  ids: readonly number[] | undefined,
  from: number,
) => void;

/** Packets come as they are to be sent; a large book as a copy, of which a packet is made at a time. */
class BooksTransfer implements RepairTransfer {
  readonly #encoder: SnapshotEncoder;
  readonly #ask: AskForPiece;
  readonly #again: () => void;
  #ids: readonly number[] | undefined;
  #next = 0;
  #packets: Uint8Array[] = [];
  #copy: BookCopy | undefined;
  #refusal: RejectCode | undefined;
  #isWaiting = false;

  constructor(encoder: SnapshotEncoder, ask: AskForPiece, again: () => void) {
    this.#encoder = encoder;
    this.#ask = ask;
    this.#again = again;
  }

  nextChunk(): TransferChunk | typeof LATER | RejectCode {
    if (this.#refusal !== undefined) return this.#refusal;
    const copy = this.#copy;
    if (copy !== undefined && this.#encoder.encodePiece(copy, this.#packets))
      this.#copy = undefined;
    const packet = this.#packets.shift();
    if (packet === undefined) {
      if (!this.#isWaiting) this.#ask(this, this.#ids, this.#next);
      this.#isWaiting = true;
      return LATER;
    }
    const isAtEnd = this.#next >= (this.#ids?.length ?? 0);
    const isLast = isAtEnd && this.#packets.length === 0 && this.#copy === undefined;
    return { packets: [packet], isLast };
  }

  take(answer: BooksAnswer): void {
    this.#isWaiting = false;
    if (answer.type === 'refused-books') {
      this.#refusal = answer.code;
    } else {
      this.#ids = answer.ids;
      this.#next = answer.next;
      if (answer.type === 'books') this.#packets.push(...answer.packets);
      else this.#copy = answer.copy;
    }
    this.#again();
  }
}
