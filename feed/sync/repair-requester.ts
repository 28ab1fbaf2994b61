/** Asks relays, one request at a time: ids, credit, time-outs, jittered retries, endpoints in turn. */

import {
  REPAIR_CREDIT,
  REPAIR_RETRY_FIRST_MS,
  REPAIR_RETRY_LAST_MS,
  REPAIR_TIMEOUT_MS,
} from '../limits.ts';
import type { Epoch } from '../market.ts';
import { nanos } from '../nanos.ts';
import { DecodeError } from '../wire/decode-error.ts';
import {
  decodeRepairAnswer,
  encodeHistoryRequest,
  encodeRepairRequest,
  RejectCode,
  type RepairChunk,
  type RepairHeader,
  RepairOffset,
  type RepairReject,
  RepairType,
  splitPackets,
} from '../wire/repair-messages.ts';

/** What is asked for: a range of records, or books: of the present, or of a position of the past. */
export type RepairWant =
  | { readonly kind: 'replay'; readonly from: number; readonly to: number }
  | { readonly kind: 'past'; readonly position: number; readonly symbols: readonly string[] }
  | {
      readonly kind: 'snapshot';
      readonly minimumSequence: number;
      readonly ids: readonly number[];
      readonly symbols: readonly string[];
    };

/** Who asked. */
export interface RepairClient {
  /** Packets in order, as views of a message that nobody else keeps. False: they are of no use. */
  repairPackets(packets: readonly Uint8Array[], isLast: boolean): boolean;
  repairRejected(reject: RepairReject): void;
  /** No endpoint has answered the last round of attempts. */
  repairFailed(): void;
}

export interface RepairRequesterOptions {
  readonly level: number;
  readonly shard: number;
  /** How many endpoints there are to ask. */
  readonly endpoints: number;
  /** False when it cannot be sent now: the next endpoint has its turn. */
  readonly send: (endpoint: number, message: Uint8Array) => boolean;
  /** 0 <= x < 1. */
  readonly random: () => number;
  readonly client: RepairClient;
}

interface OpenRequest {
  readonly id: number;
  readonly endpoint: number;
  readonly epoch: Epoch;
  nextChunk: number;
  deadlineMs: number;
}

export class RepairRequester {
  readonly #options: RepairRequesterOptions;
  #open: OpenRequest | undefined;
  #lastId = 0;
  #endpoint = 0;
  #retryMs = REPAIR_RETRY_FIRST_MS;
  #notBeforeMs = 0;
  #failuresInRow = 0;
  readonly stats = { requests: 0, timeouts: 0, rejects: 0, badAnswers: 0, bytes: 0 };

  constructor(options: RepairRequesterOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Whether a request may be started now. */
  mayAsk(nowMs: number): boolean {
    return this.#open === undefined && this.#options.endpoints > 0 && nowMs >= this.#notBeforeMs;
  }

  ask(want: RepairWant, epoch: Epoch, nowMs: number): void {
    this.#lastId = (this.#lastId + 1) >>> 0;
    const { level, shard, send } = this.#options;
    const message = encodeWant(want, { level, shard, request: this.#lastId, epoch });
    this.stats.requests += 1;
    this.#open = {
      id: this.#lastId,
      endpoint: this.#endpoint,
      epoch,
      nextChunk: 0,
      deadlineMs: nowMs + REPAIR_TIMEOUT_MS,
    };
    if (!send(this.#endpoint, message)) this.#fail(nowMs);
  }

  /** Drops the request under way, if any; what still arrives for it is ignored. */
  cancel(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { level, shard, send } = this.#options;
    const header = { level, shard, request: open.id, epoch: open.epoch };
    send(open.endpoint, encodeRepairRequest({ ...header, type: RepairType.Cancel }));
  }

  /** Forgets past failures: for a new purpose. */
  reset(): void {
    this.cancel();
    this.#calm();
  }

  poll(nowMs: number): void {
    if (this.#open === undefined || nowMs < this.#open.deadlineMs) return;
    this.stats.timeouts += 1;
    this.cancel();
    this.#fail(nowMs);
  }

  /** Any bytes that came from an endpoint. */
  receive(endpoint: number, message: Uint8Array, nowMs: number): void {
    this.stats.bytes += message.byteLength;
    // Books of the past are announced; where they belong is in their packets as well.
    if (message[RepairOffset.Type] === RepairType.Moment) return;
    try {
      const answer = decodeRepairAnswer(message);
      const open = this.#open;
      if (open === undefined || open.endpoint !== endpoint || open.id !== answer.request) return;
      if (answer.type === RepairType.Chunk) this.#onChunk(open, answer, nowMs);
      else this.#onReject(answer, nowMs);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.stats.badAnswers += 1;
      if (this.#open?.endpoint === endpoint) this.#giveUp(nowMs);
    }
  }

  #onChunk(open: OpenRequest, chunk: RepairChunk, nowMs: number): void {
    // ZeroMQ keeps the order, so a number that is not next means that a chunk was dropped.
    if (chunk.number !== open.nextChunk) {
      this.stats.badAnswers += 1;
      this.#giveUp(nowMs);
      return;
    }
    const packets = splitPackets(chunk.packets);
    open.nextChunk += 1;
    open.deadlineMs = nowMs + REPAIR_TIMEOUT_MS;
    // Closed before the client hears of it, for it may ask for the next thing at once.
    if (chunk.isLast) this.#open = undefined;
    else this.#grantOne(open);
    const isUseful = this.#options.client.repairPackets(packets, chunk.isLast);
    if (isUseful && chunk.isLast) this.#calm();
    if (isUseful) return;
    if (this.#open === open) this.#giveUp(nowMs);
    else if (this.#open === undefined) this.#fail(nowMs);
  }

  #grantOne(open: OpenRequest): void {
    const { level, shard, send } = this.#options;
    const header = { level, shard, request: open.id, epoch: open.epoch };
    send(open.endpoint, encodeRepairRequest({ ...header, type: RepairType.Credit, chunks: 1 }));
  }

  #onReject(reject: RepairReject, nowMs: number): void {
    this.#open = undefined;
    this.stats.rejects += 1;
    // A server that is a moment behind is asked again soon; one that cannot help gets a rest.
    if (reject.code === RejectCode.AHEAD_OF_ME) {
      this.#notBeforeMs = nowMs + this.#jitter(REPAIR_RETRY_FIRST_MS);
    } else if (reject.code !== RejectCode.TOO_OLD) {
      this.#backOff(nowMs);
    }
    this.#nextEndpoint();
    this.#options.client.repairRejected(reject);
  }

  /** The answer under way is of no use. */
  #giveUp(nowMs: number): void {
    this.cancel();
    this.#fail(nowMs);
  }

  #fail(nowMs: number): void {
    this.#open = undefined;
    this.#failuresInRow += 1;
    this.#nextEndpoint();
    const isRoundOver = this.#failuresInRow % this.#options.endpoints === 0;
    if (!isRoundOver) return;
    this.#backOff(nowMs);
    this.#options.client.repairFailed();
  }

  #backOff(nowMs: number): void {
    this.#notBeforeMs = nowMs + this.#jitter(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, REPAIR_RETRY_LAST_MS);
  }

  #calm(): void {
    this.#retryMs = REPAIR_RETRY_FIRST_MS;
    this.#notBeforeMs = 0;
    this.#failuresInRow = 0;
  }

  #jitter(ms: number): number {
    return ms * (0.5 + this.#options.random());
  }

  #nextEndpoint(): void {
    this.#endpoint = (this.#endpoint + 1) % this.#options.endpoints;
  }
}

function encodeWant(want: RepairWant, header: Omit<RepairHeader, 'type'>): Uint8Array {
  const credit = REPAIR_CREDIT;
  switch (want.kind) {
    case 'replay': {
      const { from, to } = want;
      return encodeRepairRequest({ ...header, type: RepairType.Replay, from, to, credit });
    }
    case 'past': {
      const { position, symbols } = want;
      const names = { position, time: nanos(), credit, ids: [], symbols };
      return encodeHistoryRequest({ ...header, type: RepairType.BookAt, ...names });
    }
    case 'snapshot': {
      const { minimumSequence, ids, symbols } = want;
      const names = { minimumSequence, credit, ids, symbols };
      return encodeRepairRequest({ ...header, type: RepairType.Snapshot, ...names });
    }
  }
}
