/** The class of an order-by-order book: every order of the best levels, in the order they fill. */

import { BookHash, OrderSeeds, QueueHasher, Side } from '../../feed/index.ts';
import { type Encoding, MessageType, VIEW_HASH_INTERVAL_MS } from '../protocol/index.ts';
import {
  type ClassKey,
  type ClassTime,
  type FlushedClass,
  NO_FRAMES,
  NOT_ANNOUNCED,
  type Resumed,
} from './conflation-class.ts';
import type { OrderSource, QueueView } from './order-source.ts';
import { OrderWindow, queuesOf } from './order-window.ts';
import { statusMessage, withStatus } from './status-message.ts';
import { subscribedMessage } from './subscribed-message.ts';

export class OrdersClass implements FlushedClass {
  readonly id: number;
  readonly key: ClassKey;
  version = 0;
  pending = 0;
  sequence = 0;
  readonly #source: OrderSource;
  readonly #encoding: Encoding;
  readonly #window: OrderWindow;
  readonly #seeds: OrderSeeds;
  #generation = -1;
  #anchor = 0;
  #transaction = 0;
  #engineTimeUs = 0;
  #merged = 0;
  #hashedAtMs = 0;
  #snapshot: Uint8Array | undefined;

  constructor(id: number, key: ClassKey, source: OrderSource, encoding: Encoding) {
    this.id = id;
    this.key = key;
    this.#source = source;
    this.#encoding = encoding;
    this.#window = new OrderWindow(key.depth);
    this.#seeds = new OrderSeeds(source.instrument);
    if (this.#queues !== undefined) this.restart();
  }

  get mustRestart(): boolean {
    const { generation, sequence } = this.#source;
    if (this.#queues === undefined) return false;
    return this.#generation !== generation || sequence < this.sequence;
  }

  get isSequenceBehind(): boolean {
    return this.#queues !== undefined && this.#source.sequence !== this.sequence;
  }

  restart(): void {
    const { anchor, generation } = this.#source;
    this.#generation = generation;
    this.#anchor = anchor;
    this.#window.clear();
    if (this.#queues !== undefined) this.#window.moveTo(this.#queues, anchor);
    this.#showNow();
  }

  flush(time: ClassTime, isEmptyWanted: boolean): readonly Uint8Array[] {
    const queues = this.#queues;
    if (queues === undefined) return NO_FRAMES;
    const changes = this.#window.moveTo(queues, this.#anchor);
    const isEmpty = changes.bids.length === 0 && changes.asks.length === 0;
    if (isEmpty && !isEmptyWanted) return NO_FRAMES;
    const advance = this.#source.sequence - this.sequence;
    this.#showNow();
    const message = [
      MessageType.OrdersDiff,
      this.id,
      this.sequence,
      advance,
      this.#transaction,
      this.#engineTimeUs,
      time.nowUs - this.#engineTimeUs,
      this.#merged,
      changes.bids,
      changes.asks,
    ] as const;
    if (time.nowMs - this.#hashedAtMs < VIEW_HASH_INTERVAL_MS) {
      return [this.#encoding.encode(message)];
    }
    const hash = this.#replicaHash(queues, time);
    return [this.#encoding.encode([...message, hash.laneA, hash.laneB])];
  }

  heartbeat(time: ClassTime, isDirty: boolean): Uint8Array {
    const queues = this.#queues;
    if (queues === undefined) return this.#encoding.encode([MessageType.Heartbeat, this.id]);
    const head = [MessageType.Heartbeat, this.id, this.sequence, this.#transaction] as const;
    if (isDirty) return this.#encoding.encode(head);
    const hash = this.#replicaHash(queues, time);
    return this.#encoding.encode([...head, hash.laneA, hash.laneB]);
  }

  statusChanged(): Uint8Array {
    this.version += 1;
    this.#snapshot = undefined;
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

  /** Orders come and go too quickly for a net diff to be shorter than the queues as they are. */
  catchUp(version: number, time: ClassTime): Uint8Array[] {
    const announced = version === NOT_ANNOUNCED ? [this.subscribed(0)] : [];
    const book = this.#queues === undefined ? [] : [this.#snapshotNow(time)];
    return [...announced, ...withStatus(book, this.#status(), this.#source)];
  }

  resume(_point: unknown, time: ClassTime): Resumed {
    return { frames: this.catchUp(0, time), result: 'snapshot' };
  }

  get #queues(): QueueView | undefined {
    return this.#source.isJoined ? this.#source.queues : undefined;
  }

  #snapshotNow(time: ClassTime): Uint8Array {
    if (this.#snapshot !== undefined) return this.#snapshot;
    const hash = this.#hashOf((side) => this.#window.queues(side));
    this.#snapshot = this.#encoding.encode([
      MessageType.OrdersSnapshot,
      this.id,
      this.sequence,
      this.#transaction,
      this.#engineTimeUs,
      time.nowUs - this.#engineTimeUs,
      this.#window.flat(Side.Bid, this.#anchor),
      this.#window.flat(Side.Ask, this.#anchor),
      hash.laneA,
      hash.laneB,
      this.#merged,
    ]);
    return this.#snapshot;
  }

  #status(): Uint8Array {
    return statusMessage(this.#encoding, this.id, this.#source);
  }

  #showNow(): void {
    const { sequence, transaction, engineTimeUs } = this.#source;
    this.sequence = sequence;
    this.#transaction = transaction;
    this.#engineTimeUs = engineTimeUs;
    this.#merged = this.pending;
    this.pending = 0;
    this.version += 1;
    this.#snapshot = undefined;
  }

  /** From the replica and not from what was sent, or it would prove nothing. */
  #replicaHash(queues: QueueView, time: ClassTime): BookHash {
    this.#hashedAtMs = time.nowMs;
    return this.#hashOf((side) => queuesOf(queues, side, this.key.depth));
  }

  #hashOf(queuesOfSide: (side: Side) => Iterable<ReturnType<typeof queuesOf>[number]>): BookHash {
    const hash = new BookHash(this.#source.instrument);
    const queues = new QueueHasher(hash, this.#seeds);
    for (const side of [Side.Bid, Side.Ask]) {
      for (const { price, ids, quantities } of queuesOfSide(side)) {
        const total = quantities.reduce((sum, quantity) => sum + quantity, 0);
        hash.add(side, price, total, ids.length);
        queues.start(side, price);
        for (const [i, id] of ids.entries()) queues.add(id, quantities[i] as number);
      }
    }
    return hash;
  }
}
