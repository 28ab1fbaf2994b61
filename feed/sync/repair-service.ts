/** Answers repair requests from a ring of packets and a provider of books; knows no socket. */

import { MAX_REPAIR_CREDIT, MAX_REPAIR_TRANSFERS, REPAIR_TRANSFER_IDLE_MS } from '../limits.ts';
import { type Epoch, NO_EPOCH, sameEpoch } from '../market.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import { DecodeError } from '../wire/decode-error.ts';
import type { Crc32 } from '../wire/packet.ts';
import {
  decodeRepairHeader,
  decodeRepairRequest,
  encodeRepairChunk,
  encodeRepairReject,
  RejectCode,
  type RelayAcknowledgement,
  type RepairHeader,
  RepairType,
  type ReplayRequest,
  type SnapshotRequest,
} from '../wire/repair-messages.ts';
import { encodeTopic, StreamLevel, TopicKind } from '../wire/topic.ts';
import {
  LATER,
  type RecentPackets,
  type RemoteBooks,
  type RepairTransfer,
  SnapshotTransfer,
} from './repair-transfer.ts';
import { SnapshotEncoder, type SnapshotProvider } from './snapshot-encoder.ts';

export interface ReplayArchive {
  /** The records from `from` up to, without, `to`; `undefined` when it does not have them all. */
  open(epoch: Epoch, from: number, to: number): RepairTransfer | undefined;
}

export interface RepairServiceOptions {
  readonly ring: RecentPackets;
  readonly snapshots: SnapshotProvider | RemoteBooks;
  /** Older records than the ring's, if they are kept anywhere. */
  readonly archive?: ReplayArchive | undefined;
  readonly level?: StreamLevel;
  readonly shard?: number;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  /** False when the peer is gone or its queue is full: its answer is then forgotten. */
  readonly send: (peer: string, message: Uint8Array) => boolean;
  /** Told of every acknowledgement of this stream that a relay sends. */
  readonly acknowledged?: ((acknowledgement: RelayAcknowledgement) => void) | undefined;
}

interface OpenAnswer {
  readonly transfer: RepairTransfer;
  readonly request: number;
  readonly epoch: Epoch;
  credit: number;
  nextChunk: number;
  touchedMs: number;
}

/**
 * A peer has one answer at a time: a new request replaces the old. A chunk is made only when the
 * peer has granted credit for it, so that a slow or dead peer costs at most one instrument's packets.
 */
export class RepairService {
  readonly #options: RepairServiceOptions;
  readonly #level: StreamLevel;
  readonly #shard: number;
  readonly #encoder: SnapshotEncoder;
  readonly #answers = new Map<string, OpenAnswer>();
  readonly stats = { requests: 0, chunks: 0, bytes: 0, rejects: 0, badRequests: 0 };

  constructor(options: RepairServiceOptions) {
    this.#options = options;
    this.#level = options.level ?? StreamLevel.L2;
    this.#shard = options.shard ?? 0;
    const { crc32, wallClock } = options;
    const topic = encodeTopic({
      kind: TopicKind.ShardStream,
      level: this.#level,
      shard: this.#shard,
      instrument: 0,
    });
    this.#encoder = new SnapshotEncoder({ topic, crc32, wallClock });
  }

  /** Answers under way. */
  get openAnswers(): number {
    return this.#answers.size;
  }

  /** Takes any bytes from a peer; wrong ones are counted and, where possible, refused. */
  receive(peer: string, message: Uint8Array): void {
    try {
      const request = decodeRepairRequest(message);
      switch (request.type) {
        case RepairType.Replay:
        case RepairType.Snapshot:
          this.#start(peer, request);
          break;
        case RepairType.Credit:
          this.#grant(peer, request.request, request.chunks);
          break;
        case RepairType.Cancel:
          if (this.#answers.get(peer)?.request === request.request) this.#answers.delete(peer);
          break;
        case RepairType.Acknowledge:
          if (request.level === this.#level && request.shard === this.#shard) {
            this.#options.acknowledged?.(request);
          }
          break;
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#refuseBadBytes(peer, message);
    }
  }

  /** Forgets answers whose peers have gone silent; call it about once a second. */
  poll(): void {
    const oldest = this.#options.nowMs() - REPAIR_TRANSFER_IDLE_MS;
    for (const [peer, answer] of this.#answers) {
      if (answer.touchedMs < oldest) this.#answers.delete(peer);
    }
  }

  #start(peer: string, request: ReplayRequest | SnapshotRequest): void {
    this.stats.requests += 1;
    this.#answers.delete(peer);
    const transfer =
      this.#refusal(request) ??
      (request.type === RepairType.Replay ? this.#replay(request) : this.#snapshot(peer, request));
    if (typeof transfer === 'number') {
      this.#reject(peer, request, transfer);
      return;
    }
    const answer: OpenAnswer = {
      transfer,
      request: request.request,
      epoch: this.#options.snapshots.epoch,
      credit: request.credit,
      nextChunk: 0,
      touchedMs: this.#options.nowMs(),
    };
    this.#answers.set(peer, answer);
    this.#pump(peer, answer);
  }

  #refusal(request: RepairHeader): RejectCode | undefined {
    const { snapshots } = this.#options;
    if (request.level !== this.#level || request.shard !== this.#shard) {
      return RejectCode.BAD_REQUEST;
    }
    if (!snapshots.isReady) return RejectCode.NOT_READY;
    if (!sameEpoch(request.epoch, NO_EPOCH) && !sameEpoch(request.epoch, snapshots.epoch)) {
      return RejectCode.WRONG_EPOCH;
    }
    return this.#answers.size >= MAX_REPAIR_TRANSFERS ? RejectCode.BUSY : undefined;
  }

  #replay(request: ReplayRequest): RepairTransfer | RejectCode {
    const { ring, snapshots } = this.#options;
    const { from, to } = request;
    if (to <= from) return RejectCode.BAD_REQUEST;
    if (from >= snapshots.nextSequence) return RejectCode.AHEAD_OF_ME;
    if (ring.isEmpty || from < ring.firstSequence) {
      const end = Math.min(to, snapshots.nextSequence);
      return this.#options.archive?.open(snapshots.epoch, from, end) ?? RejectCode.TOO_OLD;
    }
    if (from >= ring.nextSequence) return RejectCode.AHEAD_OF_ME;
    return ring.replay(from, Math.min(to, ring.nextSequence));
  }

  #snapshot(peer: string, request: SnapshotRequest): RepairTransfer | RejectCode {
    const { snapshots } = this.#options;
    if ('open' in snapshots) return snapshots.open(request, () => this.#again(peer, request));
    if (request.minimumSequence > snapshots.nextSequence) return RejectCode.AHEAD_OF_ME;
    const ids = namedIds(snapshots, request);
    if (ids === undefined) return RejectCode.UNKNOWN_INSTRUMENT;
    return new SnapshotTransfer(this.#encoder, snapshots, ids);
  }

  /** What an answer waited for has come. */
  #again(peer: string, { request }: RepairHeader): void {
    const answer = this.#answers.get(peer);
    if (answer?.request === request) this.#pump(peer, answer);
  }

  #grant(peer: string, request: number, chunks: number): void {
    const answer = this.#answers.get(peer);
    if (answer === undefined || answer.request !== request) return;
    answer.credit = Math.min(answer.credit + chunks, MAX_REPAIR_CREDIT);
    answer.touchedMs = this.#options.nowMs();
    this.#pump(peer, answer);
  }

  #pump(peer: string, answer: OpenAnswer): void {
    const { snapshots } = this.#options;
    const header = this.#header(answer.request, answer.epoch);
    while (answer.credit > 0 && this.#answers.get(peer) === answer) {
      // The books may have been dropped between two chunks: an answer never mixes histories.
      if (!snapshots.isReady || !sameEpoch(snapshots.epoch, answer.epoch)) {
        this.#reject(peer, header, RejectCode.NOT_READY);
        return;
      }
      const chunk = answer.transfer.nextChunk();
      if (chunk === LATER) return;
      if (typeof chunk !== 'object') {
        this.#reject(peer, header, chunk ?? RejectCode.TOO_OLD);
        return;
      }
      const message = encodeRepairChunk(header, answer.nextChunk, chunk.isLast, chunk.packets);
      answer.nextChunk += 1;
      answer.credit -= 1;
      this.stats.chunks += 1;
      this.stats.bytes += message.byteLength;
      const sent = this.#options.send(peer, message);
      if (chunk.isLast || !sent) this.#answers.delete(peer);
    }
  }

  #reject(peer: string, request: RepairHeader, code: RejectCode): void {
    const { ring, snapshots, send } = this.#options;
    this.#answers.delete(peer);
    this.stats.rejects += 1;
    const header = this.#header(request.request, snapshots.epoch);
    send(peer, encodeRepairReject(header, code, ring.firstSequence, snapshots.nextSequence));
  }

  #header(request: number, epoch: Epoch): RepairHeader {
    return { level: this.#level, shard: this.#shard, request, epoch };
  }

  #refuseBadBytes(peer: string, message: Uint8Array): void {
    this.stats.badRequests += 1;
    try {
      this.#reject(peer, decodeRepairHeader(message), RejectCode.BAD_REQUEST);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
}

/** A named id must be known; a symbol that is not listed (yet) is left out. No name: all. */
export function namedIds(
  snapshots: SnapshotProvider,
  { ids: named, symbols }: Pick<SnapshotRequest, 'ids' | 'symbols'>,
): readonly number[] | undefined {
  if (named.length === 0 && symbols.length === 0) return [...snapshots.instrumentIds()];
  const known = new Set(snapshots.instrumentIds());
  if (named.some((id) => !known.has(id))) return undefined;
  const ids = new Set(named);
  for (const symbol of symbols) {
    const id = snapshots.findId(symbol);
    if (id !== undefined) ids.add(id);
  }
  return [...ids];
}
