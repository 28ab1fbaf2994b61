/** Answers questions about the past from an archive; knows no socket. */

import { MAX_HISTORY_TRANSFERS } from '../../limits.ts';
import { type Epoch, NO_EPOCH, sameEpoch } from '../../market.ts';
import type { MonotonicClock, WallClock } from '../../nanos.ts';
import { SnapshotTransfer } from '../../sync/repair-transfer.ts';
import { SnapshotEncoder } from '../../sync/snapshot-encoder.ts';
import { DecodeError } from '../../wire/decode-error.ts';
import {
  type BookAtRequest,
  decodeHistoryRequest,
  encodeMoment,
  isHistoryRequest,
  type RangeRequest,
} from '../../wire/history-messages.ts';
import type { Crc32 } from '../../wire/packet.ts';
import {
  decodeRepairHeader,
  decodeRepairRequest,
  encodeRepairReject,
  RejectCode,
  type RepairHeader,
  RepairType,
} from '../../wire/repair-messages.ts';
import { type StreamLevel, shardTopic } from '../../wire/topic.ts';
import { type ArchivedHistory, segmentAt } from '../archive/archive-reader.ts';
import { CreditedAnswers } from './credited-answers.ts';
import { PastBookBuilder } from './past-books.ts';
import { RangeTransfer } from './range-transfer.ts';
import { SegmentCatalogue } from './segment-catalogue.ts';

export interface HistoryServiceOptions {
  readonly directory: string;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly send: (peer: string, message: Uint8Array) => void;
}

/** A peer has one answer at a time, made chunk by chunk as it grants credit. */
export class HistoryService {
  readonly #options: HistoryServiceOptions;
  readonly #catalogue: SegmentCatalogue;
  readonly #builder: PastBookBuilder;
  readonly #answers: CreditedAnswers;

  constructor(options: HistoryServiceOptions) {
    this.#options = options;
    const { nowMs, send } = options;
    const lost = (peer: string, header: RepairHeader): void => {
      this.#reject(peer, header, RejectCode.TOO_OLD);
    };
    this.#answers = new CreditedAnswers({ nowMs, send, lost });
    this.#catalogue = new SegmentCatalogue(options.directory, options.crc32);
    this.#builder = new PastBookBuilder(this.#catalogue, options.crc32);
  }

  /** Takes any bytes from a peer; wrong ones are refused where that is possible. */
  receive(peer: string, message: Uint8Array): void {
    try {
      if (isHistoryRequest(message[0])) this.#start(peer, message);
      else this.#go(peer, message);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#refuseBytes(peer, message);
    }
  }

  /** Forgets answers whose peers have gone silent; call it about once a second. */
  poll(): void {
    this.#answers.poll();
  }

  #start(peer: string, message: Uint8Array): void {
    const request = decodeHistoryRequest(message);
    this.#answers.forget(peer);
    if (this.#answers.size >= MAX_HISTORY_TRANSFERS) {
      this.#reject(peer, request, RejectCode.BUSY);
    } else if (request.type === RepairType.BookAt) {
      this.#guarded(peer, request, () => this.#bookAt(peer, request));
    } else if (request.type === RepairType.Range) {
      this.#guarded(peer, request, () => this.#range(peer, request));
    } else {
      this.#reject(peer, request, RejectCode.BAD_REQUEST);
    }
  }

  /** A segment may make room while it is being read. */
  #guarded(peer: string, request: RepairHeader, work: () => RejectCode | undefined): void {
    let refused: RejectCode | undefined;
    try {
      refused = work();
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error instanceof DecodeError)
        throw error;
      refused = RejectCode.TOO_OLD;
    }
    if (refused !== undefined) this.#reject(peer, request, refused);
  }

  #bookAt(peer: string, request: BookAtRequest): RejectCode | undefined {
    const { crc32, wallClock, nowMs, send } = this.#options;
    const startedMs = nowMs();
    const past = this.#builder.build(request);
    if (typeof past === 'number') return past;
    const { books, history, time, records } = past;
    const { level, shard, epoch, segments } = history;
    const ids = namedIds(books, request);
    if (ids === undefined) return RejectCode.UNKNOWN_INSTRUMENT;
    const header = { level, shard, request: request.request, epoch };
    const moment = {
      position: books.nextSequence,
      time,
      records,
      micros: Math.round((nowMs() - startedMs) * 1000),
      oldest: segments[0]?.firstSequence ?? 0,
      next: segments.at(-1)?.nextSequence ?? 0,
    };
    send(peer, encodeMoment({ ...header, ...moment }));
    const topic = shardTopic(level as StreamLevel, shard);
    const encoder = new SnapshotEncoder({ topic, crc32, wallClock });
    const transfer = new SnapshotTransfer(encoder, books, ids);
    this.#answers.open(peer, header, request.credit, transfer);
    return undefined;
  }

  #range(peer: string, request: RangeRequest): RejectCode | undefined {
    const { crc32 } = this.#options;
    const { from, level } = request;
    if (request.symbols.length > 0 || request.to <= from) return RejectCode.BAD_REQUEST;
    const histories = this.#catalogue.histories(level);
    const history = histories.find(({ epoch }) => sameEpoch(epoch, request.epoch));
    if (history === undefined) return RejectCode.WRONG_EPOCH;
    const end = history.segments.at(-1)?.nextSequence ?? 0;
    if (from >= end) return RejectCode.AHEAD_OF_ME;
    const to = Math.min(request.to, end);
    const isBroken = history.holes.some((hole) => hole.from < to && hole.to > from);
    if (isBroken || segmentAt(history, from) === undefined) return RejectCode.TOO_OLD;
    const header = { level, shard: history.shard, request: request.request, epoch: history.epoch };
    const transfer = new RangeTransfer(history, from, to, new Set(request.ids), crc32);
    this.#answers.open(peer, header, request.credit, transfer);
    return undefined;
  }

  #go(peer: string, message: Uint8Array): void {
    const request = decodeRepairRequest(message);
    if (request.type === RepairType.Cancel) this.#answers.cancel(peer, request.request);
    if (request.type === RepairType.Credit) {
      this.#answers.grant(peer, request.request, request.chunks);
    }
  }

  #reject(peer: string, request: RepairHeader, code: RejectCode): void {
    this.#answers.forget(peer);
    const held = this.#held(request.level, request.epoch);
    const { epoch = NO_EPOCH, segments = [] } = held ?? {};
    const [oldest, next] = [segments[0]?.firstSequence ?? 0, segments.at(-1)?.nextSequence ?? 0];
    const header = { level: request.level, shard: request.shard, request: request.request, epoch };
    this.#options.send(peer, encodeRepairReject(header, code, oldest, next));
  }

  /** Of the epoch asked for, or the newest. */
  #held(level: number, epoch: Epoch): ArchivedHistory | undefined {
    const histories = this.#catalogue.histories(level);
    return histories.find((one) => sameEpoch(one.epoch, epoch)) ?? histories.at(-1);
  }

  #refuseBytes(peer: string, message: Uint8Array): void {
    try {
      this.#reject(peer, decodeRepairHeader(message), RejectCode.BAD_REQUEST);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
}

interface Names {
  readonly ids: readonly number[];
  readonly symbols: readonly string[];
}

/** Without names all; an id must be known, a symbol that was not listed then is left out. */
function namedIds(
  books: { instrumentIds(): readonly number[]; findId(symbol: string): number | undefined },
  { ids, symbols }: Names,
): readonly number[] | undefined {
  const known = books.instrumentIds();
  if (ids.length === 0 && symbols.length === 0) return known;
  if (ids.some((id) => !known.includes(id))) return undefined;
  return [...new Set([...ids, ...symbols.flatMap((symbol) => books.findId(symbol) ?? [])])];
}
