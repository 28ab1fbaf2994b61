/** The books of the matching thread, as the thread that serves relays gets at them: piece by piece. */

import {
  type Epoch,
  LATER,
  type RecentPackets,
  type RejectCode,
  type RemoteBooks as RemoteBooksPort,
  type RepairTransfer,
  type SnapshotRequest,
  type StreamLevel,
  type TransferChunk,
} from '../../feed/index.ts';
import type { BooksAnswer, BooksRequest } from './spine-messages.ts';

export interface RemoteBooksOptions {
  readonly level: StreamLevel;
  readonly epoch: Epoch;
  readonly ring: RecentPackets;
  readonly ask: (request: BooksRequest) => void;
}

/** One piece is asked for when a peer has granted credit for it, so that no answer costs more at once. */
export class RemoteBooks implements RemoteBooksPort {
  readonly isReady = true;
  readonly epoch: Epoch;
  readonly #options: RemoteBooksOptions;
  readonly #waiting = new Map<number, BooksTransfer>();
  #requests = 0;

  constructor(options: RemoteBooksOptions) {
    this.epoch = options.epoch;
    this.#options = options;
  }

  get nextSequence(): number {
    return this.#options.ring.nextSequence;
  }

  open(named: SnapshotRequest, again: () => void): RepairTransfer {
    const { level, ask } = this.#options;
    const { minimumSequence, ids, symbols } = named;
    const request = { type: 'books', level, named: { minimumSequence, ids, symbols } } as const;
    return new BooksTransfer((transfer, known, from) => {
      this.#requests += 1;
      this.#waiting.set(this.#requests, transfer);
      ask({ ...request, id: this.#requests, ids: known, from });
    }, again);
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

class BooksTransfer implements RepairTransfer {
  readonly #ask: AskForPiece;
  readonly #again: () => void;
  #ids: readonly number[] | undefined;
  #next = 0;
  #packets: Uint8Array[] = [];
  #refusal: RejectCode | undefined;
  #isWaiting = false;

  constructor(ask: AskForPiece, again: () => void) {
    this.#ask = ask;
    this.#again = again;
  }

  nextChunk(): TransferChunk | typeof LATER | RejectCode {
    if (this.#refusal !== undefined) return this.#refusal;
    const packet = this.#packets.shift();
    if (packet === undefined) {
      if (!this.#isWaiting) this.#ask(this, this.#ids, this.#next);
      this.#isWaiting = true;
      return LATER;
    }
    const isLast = this.#packets.length === 0 && this.#next >= (this.#ids?.length ?? 0);
    return { packets: [packet], isLast };
  }

  take(answer: BooksAnswer): void {
    this.#isWaiting = false;
    if (answer.type === 'books') {
      this.#ids = answer.ids;
      this.#next = answer.next;
      this.#packets.push(...answer.packets);
    } else {
      this.#refusal = answer.code;
    }
    this.#again();
  }
}
