/** The class of a book channel: from a changing book to diffs, snapshots and heartbeats. */

import { KIB, type LevelView, Side, sameEpoch } from '../../feed/index.ts';
import {
  type Encoding,
  LEVEL_WIDTH,
  MessageType,
  SNAPSHOT_SHARE,
  VIEW_HASH_INTERVAL_MS,
} from '../protocol/index.ts';
import type { ResumePoint } from './book-history.ts';
import type { BookSource } from './book-source.ts';
import { ChangeLog } from './change-log.ts';
import { changedSince } from './changed-since.ts';
import {
  type ClassKey,
  type ClassTime,
  type FlushedClass,
  NO_FRAMES,
  NOT_ANNOUNCED,
  NOTHING_SENT,
  type Resumed,
} from './conflation-class.ts';
import { GroupedView } from './grouped-view.ts';
import { statusMessage, withStatus } from './status-message.ts';
import { subscribedMessage } from './subscribed-message.ts';
import { viewHash } from './view-hash.ts';
import { type ChangedSides, type ViewChanges, ViewWindow } from './view-window.ts';

/**
 * Bytes of answers kept: many come back at once when a gateway is restarted, most of them from the
 * same few points; and whoever asks from ever other points fills no more than this.
 */
const MAX_RESUME_BYTES = 64 * KIB;
const NO_CHANGES: ViewChanges = { bids: [], asks: [] };

export class BookClass implements FlushedClass {
  readonly id: number;
  readonly key: ClassKey;
  version = 0;
  /** Transactions that touched the instrument since the last frame. */
  pending = 0;
  readonly #source: BookSource;
  readonly #encoding: Encoding;
  readonly #window: ViewWindow;
  /** Set when levels are gathered into groups. */
  readonly #grouped: GroupedView | undefined;
  readonly #log = new ChangeLog();
  /** Of the replica's sides, when the window was moved to them last. */
  #bidsVersion = -1;
  #asksVersion = -1;
  /** What the last frame showed. */
  #generation = -1;
  #anchor = 0;
  #sequence = 0;
  #transaction = 0;
  #engineTimeUs = 0;
  #merged = 0;
  #hashedAtMs = 0;
  #snapshot: Uint8Array | undefined;
  /** Answers to clients that come back, by where they were. */
  readonly #resumes = new Map<string, Uint8Array>();
  #resumeBytes = 0;

  constructor(id: number, key: ClassKey, source: BookSource, encoding: Encoding) {
    this.id = id;
    this.key = key;
    this.#source = source;
    this.#encoding = encoding;
    this.#window = new ViewWindow(key.depth);
    this.#grouped = key.grouping > 1 ? new GroupedView(key.grouping) : undefined;
    if (source.isJoined) this.restart();
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** True when diffs lead nowhere any more, and `restart` is due for everybody. */
  get mustRestart(): boolean {
    const source = this.#source;
    if (!source.isJoined) return false;
    return this.#generation !== source.generation || source.sequence < this.#sequence;
  }

  /** Takes the book as it is, as if nothing had ever been sent. */
  restart(): void {
    this.#anchor = this.#source.anchor;
    this.#window.clear();
    this.#window.moveTo(this.#book(), this.#anchor);
    this.#generation = this.#source.generation;
    this.#log.clear();
    this.#showNow();
    this.version += 1;
  }

  /**
   * The diff to the book as it is now. None when nothing in the window changed, unless
   * `isEmptyWanted`: an empty diff says that a transaction was, and where the sequence stands.
   */
  flush(time: ClassTime, isEmptyWanted: boolean): readonly Uint8Array[] {
    const source = this.#source;
    if (!source.isJoined) return NO_FRAMES;
    const changes = this.#window.moveTo(this.#book(), this.#anchor, this.#changedSides());
    const isEmpty = changes.bids.length === 0 && changes.asks.length === 0;
    if (isEmpty && !isEmptyWanted) return NO_FRAMES;
    const advance = source.sequence - this.#sequence;
    this.#remember(changes, this.pending);
    this.#showNow();
    const message = [
      MessageType.Diff,
      this.id,
      this.#sequence,
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
    const hash = this.#replicaHash(time);
    return [this.#encoding.encode([...message, hash.laneA, hash.laneB])];
  }

  /** Whether the instrument has moved on without changing this window. */
  get isSequenceBehind(): boolean {
    return this.#source.isJoined && this.#source.sequence !== this.#sequence;
  }

  /** Says that nothing happened; with the view hash unless changes wait for the next flush. */
  heartbeat(time: ClassTime, isDirty: boolean): Uint8Array {
    if (!this.#source.isJoined) return this.#encoding.encode([MessageType.Heartbeat, this.id]);
    const head = [MessageType.Heartbeat, this.id, this.#sequence, this.#transaction] as const;
    if (isDirty) return this.#encoding.encode(head);
    const hash = this.#replicaHash(time);
    return this.#encoding.encode([...head, hash.laneA, hash.laneB]);
  }

  /** Announces status, state and reason; the frame counts, so that nobody misses it. */
  statusChanged(): Uint8Array {
    this.#remember(NO_CHANGES, 0);
    return this.#status();
  }

  subscribed(requestId: number): Uint8Array {
    return subscribedMessage(this.#encoding, requestId, {
      id: this.id,
      key: this.key,
      source: this.#source,
      anchor: this.#anchor,
      sequence: this.#sequence,
    });
  }

  catchUp(version: number, time: ClassTime): Uint8Array[] {
    const book: Uint8Array[] = [];
    if (this.#source.isJoined) {
      const missed = version < 0 ? undefined : this.#netDiff(version, time);
      book.push(missed ?? this.#snapshotNow(time));
    }
    const frames = withStatus(book, this.#status(), this.#source);
    return version === NOT_ANNOUNCED ? [this.subscribed(0), ...frames] : frames;
  }

  resume(point: ResumePoint, time: ClassTime): Resumed {
    const diff = this.#resumeDiff(point, time);
    if (diff === undefined) return { frames: this.catchUp(NOTHING_SENT, time), result: 'snapshot' };
    const isSame = point.sequence === this.#sequence;
    const frames = withStatus([diff], this.#status(), this.#source);
    return { frames, result: isSame ? 'noop' : 'diff' };
  }

  /** From the book of a client that comes back to the one shown last; encoded once per point. */
  #resumeDiff(point: ResumePoint, time: ClassTime): Uint8Array | undefined {
    const { epochSeconds: seconds, epochRandom: random, sequence } = point;
    const isOurs = this.#source.isJoined && sameEpoch({ seconds, random }, this.#source.epoch);
    if (!isOurs || this.mustRestart || sequence > this.#sequence) return undefined;
    const key = `${sequence} ${point.lowestBid} ${point.highestAsk}`;
    const known = this.#resumes.get(key);
    if (known !== undefined) return known;
    const { history, book } = this.#source;
    const shown = { window: this.#window, anchor: this.#anchor, grouping: this.key.grouping };
    const bids = changedSince(Side.Bid, sequence, point.lowestBid, { ...shown, history, book });
    const asks = changedSince(Side.Ask, sequence, point.highestAsk, { ...shown, history, book });
    if (bids === undefined || asks === undefined) return undefined;
    const levels = this.#window.levelCount(Side.Bid) + this.#window.levelCount(Side.Ask);
    if (bids.size + asks.size > 0 && bids.size + asks.size >= SNAPSHOT_SHARE * levels) {
      return undefined;
    }
    const hash = viewHash(this.#source.instrument, this.#window, this.key.depth);
    const frame = this.#encoding.encode([
      MessageType.Diff,
      this.id,
      this.#sequence,
      this.#sequence - sequence,
      this.#transaction,
      this.#engineTimeUs,
      time.nowUs - this.#engineTimeUs,
      0,
      this.#newest(Side.Bid, bids),
      this.#newest(Side.Ask, asks),
      hash.laneA,
      hash.laneB,
    ]);
    if (this.#resumeBytes + frame.length <= MAX_RESUME_BYTES) {
      this.#resumeBytes += frame.length;
      this.#resumes.set(key, frame);
    }
    return frame;
  }

  /** One diff from `version` to now, or `undefined` when a snapshot is the smaller answer. */
  #netDiff(version: number, time: ClassTime): Uint8Array | undefined {
    const net = this.#log.since(version);
    if (net === undefined) return undefined;
    const levels = this.#window.levelCount(Side.Bid) + this.#window.levelCount(Side.Ask);
    if (net.bids.size + net.asks.size >= SNAPSHOT_SHARE * levels) return undefined;
    return this.#encoding.encode([
      MessageType.Diff,
      this.id,
      this.#sequence,
      this.#sequence - net.sequence,
      this.#transaction,
      this.#engineTimeUs,
      time.nowUs - this.#engineTimeUs,
      net.merged,
      this.#newest(Side.Bid, net.bids),
      this.#newest(Side.Ask, net.asks),
    ]);
  }

  /** Most transactions touch one side: the other one's levels need not be compared. */
  #changedSides(): ChangedSides {
    const { history } = this.#source;
    const bidsVersion = history.version(Side.Bid);
    const asksVersion = history.version(Side.Ask);
    const changed = {
      bids: bidsVersion !== this.#bidsVersion,
      asks: asksVersion !== this.#asksVersion,
    };
    this.#bidsVersion = bidsVersion;
    this.#asksVersion = asksVersion;
    return changed;
  }

  /** The replica as this class shows it. */
  #book(): LevelView {
    const { book } = this.#source;
    return this.#grouped?.gather(book, this.key.depth) ?? book;
  }

  #newest(side: Side, prices: ReadonlySet<number>): number[] {
    const flat: number[] = [];
    for (const price of prices) {
      const index = this.#window.indexOf(side, price + this.#anchor);
      if (index < 0) flat.push(price, 0, 0);
      else {
        flat.push(
          price,
          this.#window.quantityAt(side, index),
          this.#window.orderCountAt(side, index),
        );
      }
    }
    return flat;
  }

  /**
   * What was shown last, not the book as it is now: the next diff leads on from there. Encoded
   * once per state, however many join at it.
   */
  #snapshotNow(time: ClassTime): Uint8Array {
    if (this.#snapshot !== undefined) return this.#snapshot;
    const hash = viewHash(this.#source.instrument, this.#window, this.key.depth);
    this.#snapshot = this.#encoding.encode([
      MessageType.Snapshot,
      this.id,
      this.#sequence,
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

  #remember(changes: ViewChanges, merged: number): void {
    // Four views' worth: beyond one a snapshot is smaller, but prices repeat.
    const levels = this.#window.levelCount(Side.Bid) + this.#window.levelCount(Side.Ask);
    const limit = 4 * Math.max(levels, LEVEL_WIDTH);
    this.#log.push({ version: this.version, sequence: this.#sequence, merged, changes }, limit);
    this.version += 1;
    this.#snapshot = undefined;
    this.#forgetResumes();
  }

  #showNow(): void {
    const source = this.#source;
    this.#sequence = source.sequence;
    this.#transaction = source.transaction;
    this.#engineTimeUs = source.engineTimeUs;
    this.#merged = this.pending;
    this.pending = 0;
    this.#snapshot = undefined;
    this.#forgetResumes();
  }

  #forgetResumes(): void {
    if (this.#resumeBytes === 0) return;
    this.#resumes.clear();
    this.#resumeBytes = 0;
  }

  /** From the replica and not from what was sent, or it would prove nothing. */
  #replicaHash(time: ClassTime): { laneA: number; laneB: number } {
    this.#hashedAtMs = time.nowMs;
    return viewHash(this.#source.instrument, this.#book(), this.key.depth);
  }
}
