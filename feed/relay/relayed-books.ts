/** The books of a relay's replica as they are given out: those that can be vouched for, and no others. */

import type { Epoch } from '../market.ts';
import type { SnapshotInstrument, SnapshotProvider } from '../sync/snapshot-encoder.ts';
import type { FeedSubscriber } from '../zmq/feed-subscriber.ts';

export class RelayedBooks implements SnapshotProvider {
  readonly #subscriber: FeedSubscriber;
  readonly #isGood: (id: number) => boolean;

  constructor(subscriber: FeedSubscriber, isGood: (id: number) => boolean) {
    this.#subscriber = subscriber;
    this.#isGood = isGood;
  }

  get isReady(): boolean {
    return this.#subscriber.hasJoined;
  }

  get epoch(): Epoch {
    return this.#subscriber.position.epoch;
  }

  get nextSequence(): number {
    return this.#subscriber.position.sequence;
  }

  instrumentIds(): readonly number[] {
    return [...this.#subscriber.instruments.keys()];
  }

  instrument(id: number): SnapshotInstrument | undefined {
    return this.#isGood(id) ? this.#subscriber.instruments.get(id) : undefined;
  }

  findId(symbol: string): number | undefined {
    return this.#subscriber.find(symbol)?.id;
  }
}
