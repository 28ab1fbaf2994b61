/** Where questions about the past come in: books and ranges go to the archive's thread, candles to memory. */

import type { Epoch } from '../../market.ts';
import { type MonotonicClock, nanosToMicros, type WallClock } from '../../nanos.ts';
import type { SnapshotProvider } from '../../sync/snapshot-encoder.ts';
import { CoveringWriter } from '../../wire/covering-writer.ts';
import { DecodeError } from '../../wire/decode-error.ts';
import {
  type CandlesRequest,
  decodeHistoryRequest,
  isHistoryRequest,
} from '../../wire/history-messages.ts';
import type { Crc32 } from '../../wire/packet.ts';
import type { CandleFields } from '../../wire/relay-record-writer.ts';
import {
  decodeRepairHeader,
  decodeRepairRequest,
  encodeRepairReject,
  RejectCode,
  type RepairHeader,
  RepairType,
} from '../../wire/repair-messages.ts';
import { encodeTopic, StreamLevel, TopicKind } from '../../wire/topic.ts';
import { isCandleInterval, type TradingHistory } from '../trading/trading-history.ts';
import { CreditedAnswers } from './credited-answers.ts';
import type { HistoryThread } from './history-thread.ts';

const MICROS_PER_SECOND = 1_000_000;
/** 72 bytes each: well within a packet. */
const CANDLES_PER_PACKET = 500;

export interface PastDeskOptions {
  /** The books of the L2 stream: for symbols, and for where it stands. */
  readonly books: SnapshotProvider;
  readonly trading: () => TradingHistory;
  /** Absent where nothing is archived. */
  readonly thread: HistoryThread | undefined;
  /** What waits to be written is to be written: somebody asks for it. */
  readonly flush: () => void;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly send: (peer: string, message: Uint8Array) => void;
}

export class PastDesk {
  readonly #options: PastDeskOptions;
  readonly #candles: CreditedAnswers;

  constructor(options: PastDeskOptions) {
    this.#options = options;
    const { nowMs, send } = options;
    this.#candles = new CreditedAnswers({ nowMs, send, lost: () => {} });
  }

  /** True when the message was a question about the past; others may be about its answers, and elsewhere's too. */
  receive(peer: string, message: Uint8Array): boolean {
    const [type] = message;
    const { thread, flush } = this.#options;
    try {
      if (type === RepairType.Candles) this.#answerCandles(peer, message);
      else if (isHistoryRequest(type) && thread === undefined) {
        this.#reject(peer, decodeHistoryRequest(message), RejectCode.NO_ARCHIVE);
      } else if (isHistoryRequest(type)) {
        flush();
        thread?.receive(peer, message);
      } else {
        this.#goOn(peer, message);
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      if (isHistoryRequest(type)) this.#refuseBytes(peer, message);
    }
    return isHistoryRequest(type);
  }

  poll(): void {
    this.#candles.poll();
  }

  #goOn(peer: string, message: Uint8Array): void {
    const [type] = message;
    if (type !== RepairType.Credit && type !== RepairType.Cancel) return;
    const { thread } = this.#options;
    if (thread?.isRunning === true) thread.receive(peer, message);
    const request = decodeRepairRequest(message);
    if (request.type === RepairType.Cancel) this.#candles.cancel(peer, request.request);
    if (request.type === RepairType.Credit) {
      this.#candles.grant(peer, request.request, request.chunks);
    }
  }

  #answerCandles(peer: string, message: Uint8Array): void {
    const { books, trading } = this.#options;
    const request = decodeHistoryRequest(message) as CandlesRequest;
    this.#candles.forget(peer);
    const id = request.id === 0 ? books.findId(request.symbol) : request.id;
    if (request.level !== StreamLevel.L2 || !isCandleInterval(request.interval)) {
      this.#reject(peer, request, RejectCode.BAD_REQUEST);
    } else if (!books.isReady) {
      this.#reject(peer, request, RejectCode.NOT_READY);
    } else if (id === undefined || !books.instrumentIds().includes(id)) {
      this.#reject(peer, request, RejectCode.UNKNOWN_INSTRUMENT);
    } else {
      const [from, to] = [secondOf(request.from), secondOf(request.to)];
      const candles = trading().candles(id, request.interval, from, to);
      const packets = this.#packets(request.shard, id, candles);
      const { epoch } = books;
      const header = {
        level: request.level,
        shard: request.shard,
        request: request.request,
        epoch,
      };
      this.#candles.open(peer, header, request.credit, {
        nextChunk: () => ({ packets: packets.splice(0, 1), isLast: packets.length === 0 }),
      });
    }
  }

  /** At least one, so that an answer without candles says from whom it is. */
  #packets(shard: number, id: number, candles: readonly CandleFields[]): Uint8Array[] {
    const { books, crc32, wallClock } = this.#options;
    const packets: Uint8Array[] = [];
    const writer = new CoveringWriter({ crc32, wallClock, sink: (packet) => packets.push(packet) });
    const [kind, level] = [TopicKind.Candles, StreamLevel.L2];
    const topic = encodeTopic({ kind, level, shard, instrument: id as never });
    const sequence = books.instrument(id)?.sequence ?? 0;
    let from = 0;
    do {
      writer.begin(topic, books.epoch, books.nextSequence);
      for (const candle of candles.slice(from, from + CANDLES_PER_PACKET)) {
        writer.records.candle(id, sequence, candle);
      }
      writer.endSnapshot();
      from += CANDLES_PER_PACKET;
    } while (from < candles.length);
    return packets;
  }

  #reject(peer: string, request: RepairHeader, code: RejectCode): void {
    const { books, send } = this.#options;
    const epoch: Epoch = books.epoch;
    const header = { level: request.level, shard: request.shard, request: request.request, epoch };
    send(peer, encodeRepairReject(header, code, 0, books.nextSequence));
  }

  #refuseBytes(peer: string, message: Uint8Array): void {
    try {
      this.#reject(peer, decodeRepairHeader(message), RejectCode.BAD_REQUEST);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
}

function secondOf({ high, low }: { readonly high: number; readonly low: number }): number {
  return Math.ceil(nanosToMicros(high, low) / MICROS_PER_SECOND);
}
