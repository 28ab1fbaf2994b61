/** The books of a relay's replica as they are given out: those that can be vouched for, and no others. */

import type { Epoch } from '../market.ts';
import type { FeedConsumer } from '../sync/feed-consumer.ts';
import type { SnapshotInstrument, SnapshotProvider } from '../sync/snapshot-encoder.ts';

export type Replicas = Pick<FeedConsumer, 'hasJoined' | 'position' | 'instruments' | 'find'>;

export class RelayedBooks implements SnapshotProvider {
  readonly #subscriber: Replicas;
  readonly #isGood: (id: number) => boolean;
  readonly #given: ((id: number) => void) | undefined;

  /** `given` is told of each book that is given out, just before. */
  constructor(subscriber: Replicas, isGood: (id: number) => boolean, given?: (id: number) => void) {
    this.#subscriber = subscriber;
    this.#isGood = isGood;
    this.#given = given;
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
    if (!this.#isGood(id)) return undefined;
    this.#given?.(id);
    return this.#subscriber.instruments.get(id);
  }

  findId(symbol: string): number | undefined {
    return this.#subscriber.find(symbol)?.id;
  }
}
