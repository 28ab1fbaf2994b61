/**
 * A relay's candles, trades and missed times as bytes, to go on with after a restart.
 *
 * ```
 *  0                                8               12              16
 *  +--------------------------------+---------------+---------------+
 *  | "TLTRAD01"                     | crc32 (u32)   | numbers (u32) |
 *  +----------------+---------------+---------------+---------------+ 32
 *  | epoch seconds  | epoch random  | position (u64)                |
 *  +----------------+---------------+-------------------------------+
 *  | numbers: f64 each, all of them whole, as `numbersOf` lists them |
 * ```
 * Little-endian. The CRC-32 covers everything behind it. The position is that of the stream up to
 * which the trades are counted, so that counting goes on there and no trade is counted twice.
 */

import { CANDLE_INTERVALS } from '../../limits.ts';
import type { StreamPosition } from '../../market.ts';
import { type Crc32, writeU64 } from '../../wire/packet.ts';
import { CANDLE_COLUMNS } from './candle-series.ts';
import { InstrumentTrading } from './instrument-trading.ts';
import { TAPE_COLUMNS } from './trade-tape.ts';
import { TradingHistory } from './trading-history.ts';

const MAGIC = new TextEncoder().encode('TLTRAD01');
const HEADER_BYTES = 32;
const CRC_OFFSET = 8;
const NUMBERS_OFFSET = 12;
const EPOCH_OFFSET = 16;
const POSITION_OFFSET = 24;
const TWO_32 = 4_294_967_296;

export interface SavedTrading {
  readonly position: StreamPosition;
  readonly history: TradingHistory;
}

export function encodeTrading({ position, history }: SavedTrading, crc32: Crc32): Uint8Array {
  const numbers = Float64Array.from(numbersOf(history));
  const bytes = new Uint8Array(HEADER_BYTES + numbers.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(NUMBERS_OFFSET, numbers.length, true);
  view.setUint32(EPOCH_OFFSET, position.epoch.seconds, true);
  view.setUint32(EPOCH_OFFSET + 4, position.epoch.random, true);
  writeU64(view, POSITION_OFFSET, position.sequence);
  bytes.set(new Uint8Array(numbers.buffer), HEADER_BYTES);
  view.setUint32(CRC_OFFSET, crc32(bytes.subarray(NUMBERS_OFFSET)), true);
  return bytes;
}

/** `undefined` for bytes that are no saved state, or are damaged. */
export function decodeTrading(bytes: Uint8Array, crc32: Crc32): SavedTrading | undefined {
  if (bytes.byteLength < HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(CRC_OFFSET, true) !== crc32(bytes.subarray(NUMBERS_OFFSET))) return undefined;
  const count = view.getUint32(NUMBERS_OFFSET, true);
  if (bytes.byteLength !== HEADER_BYTES + count * 8) return undefined;
  const numbers = new NumberReader(new Float64Array(bytes.slice(HEADER_BYTES).buffer));
  const history = readHistory(numbers);
  if (history === undefined || !numbers.isAtEnd) return undefined;
  const epoch = {
    seconds: view.getUint32(EPOCH_OFFSET, true),
    random: view.getUint32(EPOCH_OFFSET + 4, true),
  };
  const high = view.getUint32(POSITION_OFFSET + 4, true);
  const sequence = high * TWO_32 + view.getUint32(POSITION_OFFSET, true);
  return { position: { epoch, sequence }, history };
}

/** Second, transaction, missed ranges, the tape, then each instrument with the rows of each interval. */
function* numbersOf(history: TradingHistory): Generator<number> {
  const { lastSecond, lastTransaction, missed, tape, instruments } = history;
  yield* [
    lastSecond,
    lastTransaction,
    missed.ranges.length,
    tape.lostSecond,
    tape.length,
    instruments.size,
  ];
  for (const { from, to } of missed.ranges) yield* [from, to];
  for (let i = 0; i < tape.length; i++) {
    const { tradeId, instrument, second, price, quantity } = tape.at(i);
    yield* [tradeId, instrument, second, price, quantity];
  }
  for (const [id, trading] of instruments) {
    yield id;
    for (const series of trading.series) {
      yield series.length;
      for (let i = 0; i < series.length; i++) {
        const { start, open, high, low, close, volume, trades } = series.at(i);
        yield* [start, open, high, low, close, volume, trades];
      }
    }
  }
}

class NumberReader {
  readonly #numbers: Float64Array;
  #at = 0;

  constructor(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#numbers.length;
  }

  /** Whether it is a count, and so many are left. */
  has(count: number): boolean {
    return Number.isInteger(count) && count >= 0 && this.#at + count <= this.#numbers.length;
  }

  next(): number {
    this.#at += 1;
    return this.#numbers[this.#at - 1] ?? Number.NaN;
  }
}

/** The bytes were checked as a whole, so what does not fit comes from another version: `undefined`. */
function readHistory(numbers: NumberReader): TradingHistory | undefined {
  const history = new TradingHistory();
  const lastSecond = numbers.next();
  const lastTransaction = numbers.next();
  const ranges = numbers.next();
  history.tape.lostSecond = numbers.next();
  const trades = numbers.next();
  const instruments = numbers.next();
  if (!numbers.has(ranges * 2) || !numbers.has(trades * TAPE_COLUMNS)) return undefined;
  for (let i = 0; i < ranges; i++) history.missed.add(numbers.next(), numbers.next());
  for (let i = 0; i < trades; i++) {
    const [tradeId, instrument] = [numbers.next(), numbers.next()];
    const [second, price, quantity] = [numbers.next(), numbers.next(), numbers.next()];
    history.tape.add({ tradeId, instrument, second, price, quantity });
  }
  for (let i = 0; i < instruments; i++) {
    if (!numbers.has(1 + CANDLE_INTERVALS.length)) return undefined;
    const id = numbers.next();
    const trading = readInstrument(numbers);
    if (trading === undefined) return undefined;
    history.instruments.set(id, trading);
  }
  history.resumeAt(lastSecond, lastTransaction);
  return history;
}

function readInstrument(numbers: NumberReader): InstrumentTrading | undefined {
  const trading = new InstrumentTrading();
  for (const series of trading.series) {
    const length = numbers.next();
    if (!numbers.has(length * CANDLE_COLUMNS)) return undefined;
    for (let i = 0; i < length; i++) {
      const [start, open, high] = [numbers.next(), numbers.next(), numbers.next()];
      const [low, close, volume, trades] = [
        numbers.next(),
        numbers.next(),
        numbers.next(),
        numbers.next(),
      ];
      series.append({ start, open, high, low, close, volume, trades });
    }
  }
  return trading;
}
