/** The class of a top-of-book channel: each message says both best levels, so none builds on another. */

import { type LevelView, Side } from '../../feed/index.ts';
import { type Encoding, MessageType } from '../protocol/index.ts';
import type { BookSource } from './book-source.ts';
import {
  type ClassKey,
  type ClassTime,
  type FlushedClass,
  NO_FRAMES,
  NOT_ANNOUNCED,
  type Resumed,
} from './conflation-class.ts';
import { statusMessage, withStatus } from './status-message.ts';
import { subscribedMessage } from './subscribed-message.ts';

/** One side's best level as in frames: empty, or price minus anchor, quantity, orders. */
type BestLevel = readonly number[];

export class BestClass implements FlushedClass {
  readonly id: number;
  readonly key: ClassKey;
  version = 0;
  pending = 0;
  sequence = 0;
  readonly #source: BookSource;
  readonly #encoding: Encoding;
  #generation = -1;
  #anchor = 0;
  #bids: BestLevel = [];
  #asks: BestLevel = [];
  #frame: Uint8Array | undefined;

  constructor(id: number, key: ClassKey, source: BookSource, encoding: Encoding) {
    this.id = id;
    this.key = key;
    this.#source = source;
    this.#encoding = encoding;
    this.restart();
  }

  /** True when prices are counted from elsewhere now, and everybody must be told. */
  get mustRestart(): boolean {
    return this.#generation !== this.#source.generation;
  }

  restart(): void {
    this.#generation = this.#source.generation;
    this.#anchor = this.#source.anchor;
    this.#take();
    this.version += 1;
  }

  /** Each message is whole: nobody has to be told that nothing changed. */
  readonly isSequenceBehind = false;

  /** The best levels as they are now, unless they are what was sent last. */
  flush(time: ClassTime): readonly Uint8Array[] {
    if (!this.#source.isJoined) return NO_FRAMES;
    const { book } = this.#source;
    const bids = bestOf(book, Side.Bid, this.#anchor);
    const asks = bestOf(book, Side.Ask, this.#anchor);
    if (isSame(bids, this.#bids) && isSame(asks, this.#asks)) return NO_FRAMES;
    this.#take();
    this.version += 1;
    return [this.#best(time)];
  }

  /** Counts as a change, so that nobody misses it. */
  statusChanged(): Uint8Array {
    this.version += 1;
    return this.#status();
  }

  subscribed(requestId: number): Uint8Array {
    return subscribedMessage(this.#encoding, requestId, {
      id: this.id,
      key: this.key,
      source: this.#source,
      anchor: this.#anchor,
      sequence: this.sequence,
    });
  }

  catchUp(version: number, time: ClassTime): Uint8Array[] {
    const best = this.#source.isJoined ? [this.#best(time)] : [];
    const frames = withStatus(best, this.#status(), this.#source);
    return version === NOT_ANNOUNCED ? [this.subscribed(0), ...frames] : frames;
  }

  resume(_point: unknown, time: ClassTime): Resumed {
    return { frames: this.catchUp(0, time), result: 'snapshot' };
  }

  #take(): void {
    const { book, sequence } = this.#source;
    this.#bids = bestOf(book, Side.Bid, this.#anchor);
    this.#asks = bestOf(book, Side.Ask, this.#anchor);
    this.sequence = sequence;
    this.#frame = undefined;
  }

  #best(time: ClassTime): Uint8Array {
    const { transaction, engineTimeUs } = this.#source;
    this.#frame ??= this.#encoding.encode([
      MessageType.Best,
      this.id,
      this.sequence,
      transaction,
      engineTimeUs,
      time.nowUs - engineTimeUs,
      this.#bids,
      this.#asks,
    ]);
    return this.#frame;
  }

  #status(): Uint8Array {
    return statusMessage(this.#encoding, this.id, this.#source);
  }
}

function bestOf(book: LevelView, side: Side, anchor: number): BestLevel {
  if (book.levelCount(side) === 0) return [];
  return [book.priceAt(side, 0) - anchor, book.quantityAt(side, 0), book.orderCountAt(side, 0)];
}

function isSame(one: BestLevel, other: BestLevel): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}
