/** Asks relays about the past: books at a position or time, the records behind them, candles. */

import { MAX_INTEGER, REPAIR_CREDIT } from '../limits.ts';
import { type Epoch, NO_EPOCH } from '../market.ts';
import { type Nanos, nanos, setNanos } from '../nanos.ts';
import { type PastMoment, PastPlayer, type PastTransaction } from '../streams/past-player.ts';
import { SnapshotLoader } from '../sync/snapshot-loader.ts';
import { encodeHistoryRequest, type RepairMoment } from '../wire/history-messages.ts';
import type { Crc32 } from '../wire/packet.ts';
import { RecordType } from '../wire/records.ts';
import { RelayRecordReader } from '../wire/relay-record-reader.ts';
import type { CandleFields } from '../wire/relay-record-writer.ts';
import { RepairType, splitPackets } from '../wire/repair-messages.ts';
import { StreamLevel } from '../wire/topic.ts';
import { HistoryError, HistoryExchange } from './history-exchange.ts';
import type { ClientCurve } from './security/index.ts';

export interface HistoryClientOptions {
  /** Where relays serve, tried in turn: one without an archive is passed over. */
  readonly relays: readonly string[];
  readonly shard?: number;
  readonly crc32: Crc32;
  /** Keys for the relays; absent: in the clear. */
  readonly curve?: ClientCurve | undefined;
}

export interface WantedMoment {
  /** A position of the stream, or a time of the engine's clock in nanoseconds since 1970. */
  readonly at: { readonly sequence: number } | { readonly time: bigint };
  /** The newest by default; of a time, the one that it lies in. */
  readonly epoch?: Epoch;
  /** Both absent: all instruments. A symbol that was not listed then is left out. */
  readonly ids?: readonly number[];
  readonly symbols?: readonly string[];
  readonly level?: StreamLevel;
}

export interface WantedRange {
  readonly epoch: Epoch;
  readonly from: number;
  /** Not included; what is archived ends it earlier. */
  readonly to?: number;
  /** Absent: every record. */
  readonly ids?: readonly number[];
  readonly level?: StreamLevel;
}

export interface WantedCandles {
  readonly symbol: string;
  /** Seconds: one of `CANDLE_INTERVALS`. */
  readonly interval: number;
  /** Begins, in seconds since 1970: from the first up to, without, the second; all by default. */
  readonly from?: number;
  readonly to?: number;
}

/**
 * One question is under way at a time; others wait for it. Everything rejects with `HistoryError`,
 * whose code is the relay's reject, or says that none answers.
 */
export class HistoryClient {
  readonly #options: HistoryClientOptions;
  readonly #exchange: HistoryExchange;

  constructor(options: HistoryClientOptions) {
    this.#options = options;
    this.#exchange = new HistoryExchange(options.relays, options.curve);
  }

  /** The books as they were, each proved by its hash. */
  async bookAt({
    at,
    epoch = NO_EPOCH,
    ids = [],
    symbols = [],
    level = StreamLevel.L2,
  }: WantedMoment): Promise<PastMoment> {
    const time = nanos();
    if ('time' in at) setNanos(time, at.time);
    const position = 'time' in at ? 0 : at.sequence;
    const loader = new SnapshotLoader(this.#options.crc32, level, this.#options.shard);
    let moment: RepairMoment | undefined;
    const answers = this.#exchange.ask((request) =>
      encodeHistoryRequest({
        type: RepairType.BookAt,
        ...this.#header(level, request, epoch),
        position,
        time,
        credit: REPAIR_CREDIT,
        ids,
        symbols,
      }),
    );
    for await (const answer of answers) {
      if (answer.type === RepairType.Moment) moment = answer;
      else for (const packet of splitPackets(answer.packets)) loader.add(packet);
    }
    if (moment === undefined || (!loader.isComplete && loader.loaded.length > 0)) {
      throw new HistoryError('BAD_ANSWER', 'The relay’s answer is not whole.');
    }
    return {
      position: { epoch: moment.epoch, sequence: moment.position },
      time: moment.time,
      instruments: new Map(loader.loaded.map((loaded) => [loaded.id, { ...loaded }])),
      recordsRead: moment.records,
      micros: moment.micros,
      oldest: moment.oldest,
      next: moment.next,
    };
  }

  /** Packets with the records of a range; with `ids` they hold the records of these alone. */
  async *range({
    epoch,
    from,
    to = MAX_INTEGER,
    ids = [],
    level = StreamLevel.L2,
  }: WantedRange): AsyncGenerator<Uint8Array> {
    const answers = this.#exchange.ask((request) =>
      encodeHistoryRequest({
        type: RepairType.Range,
        ...this.#header(level, request, epoch),
        from,
        to,
        credit: REPAIR_CREDIT,
        ids,
        symbols: [],
      }),
    );
    for await (const answer of answers) {
      if (answer.type === RepairType.Chunk) yield* splitPackets(answer.packets);
    }
  }

  /** What happened next to the instruments of a moment; their books change with each transaction. */
  async *forward(moment: PastMoment, to?: number): AsyncGenerator<PastTransaction> {
    const { epoch, sequence: from } = moment.position;
    if (from >= (to ?? moment.next)) return;
    const player = new PastPlayer(moment, this.#options.crc32);
    const ids = [...moment.instruments.keys()];
    for await (const packet of this.range({
      epoch,
      from,
      ids,
      ...(to === undefined ? {} : { to }),
    })) {
      yield* player.play(packet);
    }
  }

  async candles({ symbol, interval, from = 0, to }: WantedCandles): Promise<CandleFields[]> {
    const candles: CandleFields[] = [];
    const reader = new RelayRecordReader(this.#options.crc32);
    const answers = this.#exchange.ask((request) =>
      encodeHistoryRequest({
        type: RepairType.Candles,
        ...this.#header(StreamLevel.L2, request, NO_EPOCH),
        credit: REPAIR_CREDIT,
        interval,
        from: secondsAsNanos(from),
        to: to === undefined ? LAST_TIME : secondsAsNanos(to),
        id: 0,
        symbol,
      }),
    );
    for await (const answer of answers) {
      if (answer.type !== RepairType.Chunk) continue;
      for (const packet of splitPackets(answer.packets)) {
        reader.open(packet);
        while (reader.next()) if (reader.type === RecordType.Candle) candles.push(reader.candle);
      }
    }
    return candles;
  }

  async close(): Promise<void> {
    await this.#exchange.close();
  }

  #header(level: number, request: number, epoch: Epoch) {
    return { level, shard: this.#options.shard ?? 0, request, epoch };
  }
}

const LAST_TIME: Nanos = { high: 0xffff_ffff, low: 0xffff_ffff };

function secondsAsNanos(seconds: number): Nanos {
  const time = nanos();
  setNanos(time, BigInt(Math.trunc(seconds)) * 1_000_000_000n);
  return time;
}
