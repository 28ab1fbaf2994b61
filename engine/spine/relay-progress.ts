/** How far the configured relays are, told to the matching thread by one word of shared memory. */

import { type Epoch, type RelayAcknowledgement, sameEpoch } from '../../feed/index.ts';
import type { OutputRingReader } from './output-ring-reader.ts';
import { Control, type RingMemory, UNIT_BYTES } from './ring-memory.ts';

const TWO_32 = 2 ** 32;

export interface RelayProgressOptions {
  /** The relays that must not lose anything. */
  readonly relays: readonly string[];
  readonly epoch: Epoch;
  readonly memory: RingMemory;
  readonly ring: OutputRingReader;
}

/** A relay that has said nothing yet has nothing; what it acknowledges in another epoch does not count. */
export class RelayProgress {
  readonly #options: RelayProgressOptions;
  /** By relay: the first sequence that it does not have. */
  readonly #next = new Map<string, number>();
  /** Everything before this position is safe with all of them. It never falls. */
  #safe = 0;

  constructor(options: RelayProgressOptions) {
    this.#options = options;
    for (const relay of options.relays) this.#next.set(relay, 0);
  }

  /** Everything before `next` is safe with this relay. One that was not configured does not count. */
  readonly acknowledged = ({ name, epoch, next }: RelayAcknowledgement): void => {
    const before = this.#next.get(name);
    const { memory, ring, relays } = this.#options;
    if (before === undefined || !sameEpoch(epoch, this.#options.epoch) || next === before) return;
    // A relay that was started anew may have less than it had.
    this.#next.set(name, next);
    const slowest = Math.min(...this.#next.values());
    const relay = relays.findIndex((one) => this.#next.get(one) === slowest);
    Atomics.store(memory.control, Control.Slowest, relay);
    if (slowest > 0) this.#safe = Math.max(this.#safe, ring.positionOf(slowest));
    Atomics.store(memory.control, Control.Safe, ((this.#safe / UNIT_BYTES) % TWO_32) | 0);
  };
}
