/** An archive in memory: real packets of a history that a test has written, and its books in plain maps. */

import { crc32 } from 'node:zlib';
import {
  Aggressor,
  BookHash,
  BookKind,
  type Epoch,
  LevelBook,
  MAX_RECORD_BYTES,
  NOTHING_CROSSES,
  nanos,
  type PastInstrument,
  type PastMoment,
  Side,
  StreamLevel,
  StreamWriter,
  setNanos,
  shardTopic,
  TradingStatus,
} from '../../feed/index.ts';
import {
  type HeldRange,
  type HistorySource,
  PastError,
  type Place,
} from '../history/history-source.ts';

export type PastLevel = readonly [side: Side, price: number, quantity: number, orders: number];

/** What a book was behind a transaction; prices to `[quantity, orders]`. */
export interface WrittenMoment {
  readonly transaction: number;
  /** Behind it. */
  readonly position: number;
  readonly timeUs: number;
  readonly sequence: number;
  readonly sides: readonly [Map<number, [number, number]>, Map<number, [number, number]>];
  readonly tradeIds: readonly number[];
}

const ID = 1;
/** Another instrument of the shard, which nobody asks for. */
const OTHER = 2;

export class FakeArchive implements HistorySource {
  readonly epoch: Epoch = { seconds: 1_700_000_000, random: 7 };
  readonly moments: WrittenMoment[] = [];
  readonly asked: string[] = [];
  /** Said instead of an answer. */
  failure: PastError | undefined;
  /** Older positions have made room. */
  oldest = 1;
  /** One hash record of the packets says something else. */
  isForged = false;
  readonly #symbol: string;
  readonly #packets: { from: number; bytes: Uint8Array }[] = [];
  readonly #writer: StreamWriter;
  #nextTrade = 1;
  #sequence = 0;
  #isHeld = false;
  #waiting: (() => void)[] = [];

  constructor(symbol = 'ABC') {
    this.#symbol = symbol;
    this.#writer = new StreamWriter({
      epoch: this.epoch,
      topic: shardTopic(StreamLevel.L2, 0),
      firstSequence: 1,
      crc32,
      wallClock: () => {},
      sink: (bytes, from) => this.#packets.push({ from, bytes }),
    });
  }

  get last(): WrittenMoment {
    const last = this.moments.at(-1);
    if (last === undefined) throw new Error('nothing has been written');
    return last;
  }

  /** One transaction, which another instrument may have caused; the book may be emptied before its levels. */
  write(
    timeUs: number,
    levels: readonly PastLevel[],
    trades: readonly (readonly [price: number, quantity: number])[] = [],
    { isOther = false, isCleared = false } = {},
  ): void {
    const { records } = this.#writer;
    const transaction = this.moments.length + 1;
    const time = nanos();
    setNanos(time, BigInt(timeUs) * 1000n);
    this.#writer.reserve(MAX_RECORD_BYTES);
    records.transaction(transaction, time.high, time.low);
    const before = this.moments.at(-1)?.sides ?? [new Map(), new Map()];
    const sides = [new Map(before[0]), new Map(before[1])] as const;
    const tradeIds: number[] = [];
    for (const [price, quantity] of trades) {
      this.#sequence += 1;
      records.trade(ID, this.#sequence, Aggressor.Bid, 0, price, quantity, this.#nextTrade);
      tradeIds.push(this.#nextTrade);
      this.#nextTrade += 1;
    }
    if (isCleared) {
      this.#sequence += 1;
      records.bookClear(ID, this.#sequence);
      for (const side of sides) side.clear();
    }
    for (const [side, price, quantity, orders] of levels) {
      records.level(isOther ? OTHER : ID, 0, side, price, quantity, orders);
      if (isOther) continue;
      this.#sequence += 1;
      if (quantity === 0) sides[side].delete(price);
      else sides[side].set(price, [quantity, orders]);
    }
    if (!isOther && transaction % 5 === 0) this.#hash(sides);
    records.endTransaction();
    this.#writer.flush();
    const position = this.#writer.nextSequence;
    const sequence = this.#sequence;
    this.moments.push({ transaction, position, timeUs, sequence, sides, tradeIds });
  }

  /** Answers wait until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The next one is answered, and those that come wait on. */
  async releaseOne(): Promise<void> {
    this.#waiting.shift()?.();
    await settled();
  }

  async release(): Promise<void> {
    this.#isHeld = false;
    for (const go of this.#waiting.splice(0)) go();
    await settled();
  }

  async bookAt(symbol: string, place: Place): Promise<PastMoment> {
    this.asked.push('timeUs' in place ? `at ${place.timeUs} us` : `at ${place.position}`);
    await this.#answer();
    const moment = this.moments.findLast((one) =>
      'timeUs' in place ? one.timeUs <= place.timeUs : one.position <= place.position,
    );
    if (moment === undefined || moment.position < this.oldest) {
      throw new PastError('NOT_HELD', 'TOO_OLD');
    }
    if ('position' in place && place.position > this.last.position) {
      throw new PastError('NOT_HELD', 'AHEAD_OF_ME');
    }
    const time = nanos();
    setNanos(time, BigInt(moment.timeUs) * 1000n);
    const isListed = symbol === this.#symbol;
    return {
      position: { epoch: this.epoch, sequence: moment.position },
      time,
      instruments: new Map(isListed ? [[ID, this.#instrument(moment)]] : []),
      recordsRead: 0,
      micros: 0,
      oldest: this.oldest,
      next: this.last.position,
    };
  }

  async records(_epoch: Epoch, from: number, to: number): Promise<readonly Uint8Array[]> {
    this.asked.push(`${from} to ${to}`);
    await this.#answer();
    if (from < this.oldest) throw new PastError('NOT_HELD', 'TOO_OLD');
    return this.#packets
      .filter(({ from: first }, i) => {
        const next = this.#packets[i + 1]?.from ?? this.#writer.nextSequence;
        return first < to && next > from;
      })
      .map(({ bytes }) => bytes);
  }

  async held(): Promise<HeldRange> {
    this.asked.push('held');
    await this.#answer();
    const { epoch, oldest } = this;
    const first = this.moments.find(({ position }) => position > oldest);
    return {
      ...{ epoch, oldest, next: this.last.position, newestTimeUs: this.last.timeUs },
      oldestTimeUs: first?.timeUs ?? 0,
    };
  }

  #hash(sides: WrittenMoment['sides']): void {
    const hash = new BookHash(ID);
    for (const side of [Side.Bid, Side.Ask]) {
      for (const [price, [quantity, orders]] of sides[side])
        hash.add(side, price, quantity, orders);
    }
    this.#sequence += 1;
    const laneA = this.isForged ? hash.laneA ^ 1 : hash.laneA;
    const counts = [sides[0].size, sides[1].size] as const;
    this.#writer.records.bookHash(ID, this.#sequence, laneA, hash.laneB, ...counts);
  }

  #instrument({ sides, sequence, transaction, position }: WrittenMoment): PastInstrument {
    const book = new LevelBook(ID);
    for (const side of [Side.Bid, Side.Ask]) {
      for (const [price, [quantity, orders]] of sides[side]) {
        book.apply(side, price, quantity, orders);
      }
    }
    return {
      id: ID,
      definition: {
        ...{ symbol: this.#symbol, tickSize: '0.01', lotSize: '1', bookKind: BookKind.Levels },
        ...{ lowestPrice: 0, highestPrice: 2 ** 52 },
      },
      ...{ status: TradingStatus.Continuous, statusReason: 0, indicative: NOTHING_CROSSES },
      ...{ book, sequence, transaction, streamSequence: position },
    };
  }

  async #answer(): Promise<void> {
    if (this.#isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.failure !== undefined) throw this.failure;
  }
}

/** What was started by promises has come as far as it can. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 40; i += 1) await Promise.resolve();
}

/** Of a moment, as a client shows it: `[price, quantity, orders]`, best first. */
export function sideOf(moment: WrittenMoment, side: Side, depth: number) {
  const sign = side === Side.Bid ? -1 : 1;
  return [...moment.sides[side]]
    .map(([price, [quantity, orders]]): [number, number, number] => [price, quantity, orders])
    .sort((a, b) => sign * (a[0] - b[0]))
    .slice(0, depth);
}
