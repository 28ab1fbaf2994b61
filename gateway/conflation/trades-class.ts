/** The class of a trades channel: every trade once, in order, or named as missed. */

import { type Epoch, sameEpoch } from '../../feed/index.ts';
import { type Encoding, MessageType } from '../protocol/index.ts';
import type { ResumePoint } from './book-history.ts';
import type { BookSource } from './book-source.ts';
import {
  type ClassKey,
  type ClassTime,
  type ConflationClass,
  type FlushedClass,
  NOT_ANNOUNCED,
  NOTHING_SENT,
  type Resumed,
} from './conflation-class.ts';
import { subscribedMessage } from './subscribed-message.ts';
import type { TradeEntry, TradeRing } from './trade-ring.ts';

export class TradesClass implements FlushedClass {
  readonly id: number;
  readonly key: ClassKey;
  /** The instrument's sequence up to which trades were sent. */
  version: number;
  pending = 0;
  readonly #source: BookSource;
  readonly #trades: TradeRing;
  readonly #encoding: Encoding;
  #generation: number;
  #anchor: number;
  #epoch: Epoch;

  constructor(
    id: number,
    key: ClassKey,
    source: BookSource,
    trades: TradeRing,
    encoding: Encoding,
  ) {
    this.id = id;
    this.key = key;
    this.#source = source;
    this.#trades = trades;
    this.#encoding = encoding;
    this.version = source.sequence;
    this.#generation = source.generation;
    this.#anchor = source.anchor;
    this.#epoch = source.epoch;
  }

  get sequence(): number {
    return this.version;
  }

  /** Trades are told when there are some; a sequence without any is nobody's business. */
  readonly isSequenceBehind = false;

  get mustRestart(): boolean {
    return this.#generation !== this.#source.generation;
  }

  /** A new epoch counts from 1 again; whoever was behind in the old one starts with the new. */
  restart(): void {
    const { epoch } = this.#source;
    if (!sameEpoch(epoch, this.#epoch)) this.version = 0;
    this.#epoch = epoch;
    this.#generation = this.#source.generation;
    this.#anchor = this.#source.anchor;
  }

  /** What has happened since the last flush, and moves on. */
  flush(time: ClassTime): Uint8Array[] {
    const frames = this.#since(this.version, time);
    this.version = this.#source.sequence;
    return frames;
  }

  subscribed(requestId: number): Uint8Array {
    return subscribedMessage(this.#encoding, requestId, {
      id: this.id,
      key: this.key,
      source: this.#source,
      anchor: this.#anchor,
      sequence: this.version,
    });
  }

  /** Trades are counted by the instrument, whatever the interval is. */
  versionFrom(version: number, other: ConflationClass): number {
    const isSame = other instanceof TradesClass && sameEpoch(other.#epoch, this.#epoch);
    return isSame ? Math.min(version, this.version) : NOTHING_SENT;
  }

  resume(point: ResumePoint, time: ClassTime): Resumed {
    const isSame = sameEpoch(
      { seconds: point.epochSeconds, random: point.epochRandom },
      this.#epoch,
    );
    // Was at a gateway that is ahead of this one: what it had there is not told again.
    if (isSame && point.sequence > this.version) {
      return { frames: [], result: 'noop', version: point.sequence };
    }
    const frames = isSame ? this.catchUp(point.sequence, time) : [];
    return { frames, result: frames.length === 0 ? 'noop' : 'diff' };
  }

  catchUp(version: number, time: ClassTime): Uint8Array[] {
    if (version === NOT_ANNOUNCED) return [this.subscribed(0)];
    if (version < 0) return [];
    // Only up to what the class has sent: the rest comes with everybody's next frame.
    return this.#since(version, time, this.version);
  }

  #since(version: number, time: ClassTime, upTo = Number.POSITIVE_INFINITY): Uint8Array[] {
    const frames: Uint8Array[] = [];
    const { joinedAt, lostFrom, lostUpTo } = this.#trades;
    if (joinedAt > version) {
      frames.push(
        this.#encoding.encode([MessageType.TradesMissed, this.id, version + 1, joinedAt]),
      );
    }
    if (lostUpTo > Math.max(version, joinedAt)) {
      const from = Math.max(version, joinedAt, lostFrom) + 1;
      frames.push(this.#encoding.encode([MessageType.TradesMissed, this.id, from, lostUpTo]));
    }
    const trades = this.#trades.since(version).filter(({ sequence }) => sequence <= upTo);
    if (trades.length > 0) frames.push(this.#frame(trades, time));
    return frames;
  }

  #frame(trades: readonly TradeEntry[], time: ClassTime): Uint8Array {
    const last = trades[trades.length - 1] as TradeEntry;
    const flat: number[] = [];
    for (const { id, price, quantity, aggressor, timeUs } of trades) {
      flat.push(id, price - this.#anchor, quantity, aggressor, timeUs - last.timeUs);
    }
    return this.#encoding.encode([
      MessageType.Trades,
      this.id,
      last.sequence,
      last.timeUs,
      time.nowUs - last.timeUs,
      flat,
    ]);
  }
}
