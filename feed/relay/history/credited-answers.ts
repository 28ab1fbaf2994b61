/** Answers under way, each made chunk by chunk as its peer grants credit. */

import { MAX_REPAIR_CREDIT, REPAIR_TRANSFER_IDLE_MS } from '../../limits.ts';
import type { MonotonicClock } from '../../nanos.ts';
import type { TransferChunk } from '../../sync/repair-transfer.ts';
import { encodeRepairChunk, type RepairHeader } from '../../wire/repair-messages.ts';

export interface ChunkSource {
  /** `undefined`: what was asked for is no longer held. */
  nextChunk(): TransferChunk | undefined;
}

export interface CreditedAnswersOptions {
  readonly nowMs: MonotonicClock;
  readonly send: (peer: string, message: Uint8Array) => void;
  /** An answer cannot be finished. */
  readonly lost: (peer: string, header: RepairHeader) => void;
}

interface OpenAnswer {
  readonly source: ChunkSource;
  readonly header: RepairHeader;
  credit: number;
  nextChunk: number;
  touchedMs: number;
}

/** A peer has one at a time: a new one replaces the old. */
export class CreditedAnswers {
  readonly #options: CreditedAnswersOptions;
  readonly #answers = new Map<string, OpenAnswer>();

  constructor(options: CreditedAnswersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#answers.size;
  }

  open(peer: string, header: RepairHeader, credit: number, source: ChunkSource): void {
    const touchedMs = this.#options.nowMs();
    const answer = { source, header, credit, nextChunk: 0, touchedMs };
    this.#answers.set(peer, answer);
    this.#pump(peer, answer);
  }

  grant(peer: string, request: number, chunks: number): void {
    const answer = this.#answers.get(peer);
    if (answer?.header.request !== request) return;
    answer.credit = Math.min(answer.credit + chunks, MAX_REPAIR_CREDIT);
    answer.touchedMs = this.#options.nowMs();
    this.#pump(peer, answer);
  }

  cancel(peer: string, request: number): void {
    if (this.#answers.get(peer)?.header.request === request) this.#answers.delete(peer);
  }

  forget(peer: string): void {
    this.#answers.delete(peer);
  }

  /** Forgets answers whose peers have gone silent; call it about once a second. */
  poll(): void {
    const oldest = this.#options.nowMs() - REPAIR_TRANSFER_IDLE_MS;
    for (const [peer, answer] of this.#answers) {
      if (answer.touchedMs < oldest) this.#answers.delete(peer);
    }
  }

  #pump(peer: string, answer: OpenAnswer): void {
    const { source, header } = answer;
    while (answer.credit > 0 && this.#answers.get(peer) === answer) {
      const chunk = source.nextChunk();
      if (chunk === undefined) {
        this.#answers.delete(peer);
        this.#options.lost(peer, header);
        return;
      }
      const { packets, isLast } = chunk;
      const { nextChunk } = answer;
      answer.nextChunk += 1;
      answer.credit -= 1;
      if (isLast) this.#answers.delete(peer);
      this.#options.send(peer, encodeRepairChunk(header, nextChunk, isLast, packets));
    }
  }
}
