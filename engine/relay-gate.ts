/** Closes order entry while a configured relay is too far behind: history must not tear. */

import { type Epoch, sameEpoch } from '../feed/index.ts';

export interface RelayGateLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface RelayGateOptions {
  /** The relays that must not lose anything; without any the gate is always open. */
  readonly relays: readonly string[];
  readonly epoch: Epoch;
  /** Of the newest packets, which relays can still be given. */
  readonly ringBytes: number;
  readonly log: RelayGateLog;
}

/** A packet that the slowest relay does not have yet. */
interface Unsafe {
  /** The first sequence behind it. */
  readonly next: number;
  /** Bytes of all packets up to its end. */
  readonly total: number;
}

/**
 * ```
 *   published     ... | 70 | 71 | 72 | 73 | 74 | 75 |
 *                          ^                        ^
 *                    the slowest relay          the newest
 *                          |<------- behind ------->|
 * ```
 * It closes when `behind` is half the ring, so that the relay has the other half to come back in, and
 * opens when it is a quarter, so that it does not flutter. A relay that has said nothing yet has
 * nothing; what it acknowledges in another epoch does not count.
 */
export class RelayGate {
  readonly #options: RelayGateOptions;
  /** By relay: the first sequence that it does not have. */
  readonly #next = new Map<string, number>();
  #unsafe: Unsafe[] = [];
  /** The queue's front: what stands before it is safe. */
  #head = 0;
  #total = 0;
  /** Bytes up to where the slowest relay is. */
  #safe = 0;
  #isClosed = false;

  constructor(options: RelayGateOptions) {
    this.#options = options;
    for (const relay of options.relays) this.#next.set(relay, 0);
  }

  /** Asked for every command that makes the market larger. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes of packets that the slowest relay does not have. */
  get behind(): number {
    return this.#total - this.#safe;
  }

  published(bytes: number, firstSequence: number, count: number): void {
    if (this.#next.size === 0 || count === 0) return;
    this.#total += bytes;
    this.#unsafe.push({ next: firstSequence + count, total: this.#total });
    if (!this.#isClosed && this.behind >= this.#options.ringBytes / 2) this.#close();
  }

  /** Everything before `next` is safe with this relay. A relay that was not configured does not count. */
  acknowledged(relay: string, epoch: Epoch, next: number): void {
    const before = this.#next.get(relay);
    if (before === undefined || !sameEpoch(epoch, this.#options.epoch) || next === before) return;
    // A relay that was started anew may have less than it had.
    this.#next.set(relay, next);
    const slowest = Math.min(...this.#next.values());
    let unsafe = this.#unsafe[this.#head];
    while (unsafe !== undefined && unsafe.next <= slowest) {
      this.#safe = unsafe.total;
      this.#head += 1;
      unsafe = this.#unsafe[this.#head];
    }
    if (this.#head > 1024 && this.#head > this.#unsafe.length / 2) {
      this.#unsafe = this.#unsafe.slice(this.#head);
      this.#head = 0;
    }
    if (this.#isClosed && this.behind <= this.#options.ringBytes / 4) this.#open();
  }

  #close(): void {
    this.#isClosed = true;
    const fields = { relay: this.#slowest(), behindBytes: this.behind };
    this.#options.log.warn(fields, 'overloaded: a relay is half a ring behind, no new orders');
  }

  #open(): void {
    this.#isClosed = false;
    this.#options.log.info({ behindBytes: this.behind }, 'the relays have caught up');
  }

  #slowest(): string | undefined {
    const slowest = Math.min(...this.#next.values());
    return [...this.#next].find(([, next]) => next === slowest)?.[0];
  }
}
