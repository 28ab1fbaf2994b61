/** Candles and statistics against the naive twin, with trades that are busted and corrected, and restarts. */

import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CANDLE_INTERVALS } from '../../limits.ts';
import { Random, testSeeds, withSeed } from '../../testing/random.ts';
import { ToyEngine } from '../../testing/toy-engine.ts';
import { CandleFlag } from '../../wire/records.ts';
import { NaiveTrading } from './naive-trading.ts';
import { TradeScan } from './trade-scan.ts';
import { TradingHistory } from './trading-history.ts';
import { decodeTrading, encodeTrading } from './trading-state.ts';

const EPOCH = { seconds: 5, random: 6 };
const INSTRUMENTS = [1, 2, 70_000];
const DAY = 86_400;

function expectEqual(history: TradingHistory, naive: NaiveTrading): void {
  for (const instrument of INSTRUMENTS) {
    for (const { seconds } of CANDLE_INTERVALS) {
      const found = history.candles(instrument, seconds, 0, Infinity);
      const shown = found.map(({ interval, flags, ...candle }) => candle);
      expect(shown, `${instrument} by ${seconds} s`).toEqual(naive.candles(instrument, seconds));
    }
    const { interval, flags, ...window } = history.statistics(instrument, naive.second);
    expect(window, `${instrument}, 24 h`).toEqual(naive.statistics(instrument, naive.second));
  }
}

/** One of the trades so far, mostly a recent one. */
function someTrade(naive: NaiveTrading, random: Random) {
  const { trades } = naive;
  const back = random.chance(0.7) ? random.below(Math.min(10, trades.length)) : 0;
  return trades[back > 0 ? trades.length - back : random.below(trades.length)];
}

function act(history: TradingHistory, naive: NaiveTrading, random: Random): void {
  naive.second += random.chance(0.5) ? 0 : random.below(random.chance(0.02) ? 30_000 : 90);
  history.advance(naive.second);
  const change =
    random.chance(0.2) && naive.trades.length > 0 ? someTrade(naive, random) : undefined;
  if (change === undefined) {
    const id = naive.trades.length + 1;
    const trade = [
      random.pick(INSTRUMENTS),
      id,
      100 + random.below(20),
      1 + random.below(50),
    ] as const;
    history.traded(...trade);
    naive.traded(...trade);
  } else if (random.chance(0.5)) {
    history.busted(change.instrument, change.tradeId);
    naive.busted(change.instrument, change.tradeId);
  } else {
    const as = [
      change.instrument,
      change.tradeId,
      90 + random.below(40),
      1 + random.below(9),
    ] as const;
    history.corrected(...as);
    naive.corrected(...as);
  }
}

test.each(testSeeds(12))('are those of the naive twin, also over restarts (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const naive = new NaiveTrading();
    naive.second = 1_700_000_000 + random.below(DAY);
    let history = new TradingHistory();
    history.resumeAt(naive.second);
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 50; i++) act(history, naive, random);
      expectEqual(history, naive);
      const position = { epoch: EPOCH, sequence: 2 ** 40 + round };
      const saved = decodeTrading(encodeTrading({ position, history }, crc32), crc32);
      expect(saved?.position).toEqual(position);
      history = saved?.history ?? new TradingHistory();
      expectEqual(history, naive);
    }
  });
});

function traded(times: readonly (readonly [second: number, price: number])[]): TradingHistory {
  const history = new TradingHistory();
  history.resumeAt(0);
  for (const [i, [second, price]] of times.entries()) {
    history.advance(second);
    history.traded(1, i + 1, price, 10);
  }
  return history;
}

describe('a candle', () => {
  test('is closed once the engine’s clock has left it', () => {
    const history = traded([
      [120, 5],
      [179, 6],
    ]);
    const flags = () => history.candles(1, 60, 0, Infinity).map((candle) => candle.flags);
    expect(flags()).toEqual([0]);
    history.advance(180);
    expect(flags()).toEqual([CandleFlag.Closed]);
  });

  test('says so when trades may be missing in it', () => {
    const history = traded([
      [30, 5],
      [90, 6],
    ]);
    history.skip();
    history.advance(250);
    history.traded(1, 9, 7, 1);
    history.advance(400);
    history.traded(1, 10, 7, 1);
    const incomplete = history.candles(1, 60, 0, Infinity).map(({ start, flags }) => {
      return [start, (flags & CandleFlag.Incomplete) !== 0];
    });
    expect(incomplete).toEqual([
      [0, false],
      [60, true],
      [240, true],
      [360, false],
    ]);
    expect(history.statistics(1, 400).flags).toBe(CandleFlag.Incomplete);
    // Two days later nothing that was missed is in the window any more.
    expect(history.statistics(1, 2 * DAY).flags).toBe(0);
  });

  test('of a relay that has just begun is incomplete, unless it begins with the first record', () => {
    const late = new TradingHistory();
    late.advance(100);
    late.traded(1, 1, 5, 1);
    expect(late.candles(1, 1, 0, Infinity)[0]?.flags).toBe(CandleFlag.Incomplete);
    expect(traded([[100, 5]]).candles(1, 1, 0, Infinity)[0]?.flags).toBe(0);
  });

  test('whose trades have made room keeps its prices when one of them is busted', () => {
    const history = new TradingHistory(2);
    history.resumeAt(0);
    history.advance(100);
    for (const [id, price] of [5, 9, 7].entries()) history.traded(1, id + 1, price, 10);
    expect(history.busted(1, 1)).toBe(false);
    expect(history.busted(1, 2)).toBe(true);
    expect(history.candles(1, 1, 0, Infinity)[0]).toMatchObject({
      open: 5,
      high: 9,
      low: 5,
      close: 7,
      volume: 20,
      trades: 2,
    });
  });

  test('shows nothing when all of it has been busted, and begins anew with the next trade', () => {
    const history = traded([[100, 5]]);
    expect(history.busted(1, 1)).toBe(true);
    expect(history.busted(1, 1)).toBe(false);
    expect(history.candles(1, 60, 0, Infinity)[0]).toMatchObject({
      start: 60,
      volume: 0,
      trades: 0,
    });
    history.traded(1, 2, 8, 3);
    expect(history.candles(1, 60, 0, Infinity)[0]).toMatchObject({ open: 8, low: 8, volume: 3 });
  });

  test('is kept until newer ones need its place', () => {
    const history = traded(Array.from({ length: 1000 }, (_, i) => [i, 5] as const));
    const seconds = history.candles(1, 1, 0, Infinity);
    expect([seconds.length, seconds[0]?.start]).toEqual([900, 100]);
    expect(history.candles(1, 1, 0, Infinity, 3)).toHaveLength(3);
    expect(history.candles(1, 1, 990, 995).map(({ start }) => start)).toEqual([
      990, 991, 992, 993, 994,
    ]);
  });
});

test('records that are gone through again, from a saved state, count once', () => {
  const packets: Uint8Array[] = [];
  const engine = new ToyEngine({
    epoch: EPOCH,
    instruments: 3,
    wallClock: () => {},
    sink: (packet, _, count) => {
      if (count > 0) packets.push(packet);
    },
  });
  const random = new Random(1);
  for (let i = 0; i < 300; i++) engine.act(random);
  engine.writer.flush();
  const history = new TradingHistory();
  history.resumeAt(0);
  const scan = new TradeScan(history, crc32);
  for (const packet of packets) scan.packet(packet);
  const position = { epoch: EPOCH, sequence: engine.nextSequence };
  const saved = decodeTrading(encodeTrading({ position, history }, crc32), crc32)?.history;
  if (saved === undefined) throw new Error('it was not saved');
  const again = new TradeScan(saved, crc32);
  for (const packet of packets.slice(-20)) again.packet(packet);
  const counted = [1, 2, 3].map((id) => saved.candles(id, DAY, 0, Infinity)[0]?.trades ?? 0);
  expect(counted.reduce((sum, trades) => sum + trades, 0)).toBe(engine.trades);
});

test('a saved state with any byte wrong, or cut off, is refused', () => {
  const history = traded([
    [100, 5],
    [200, 6],
  ]);
  const bytes = encodeTrading({ position: { epoch: EPOCH, sequence: 9 }, history }, crc32);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    expect(decodeTrading(damaged, crc32), `byte ${at}`).toBeUndefined();
    expect(decodeTrading(bytes.subarray(0, at), crc32)).toBeUndefined();
  }
  expect(decodeTrading(bytes, crc32)).toBeDefined();
});

test('saved numbers that count backwards are no saved state', () => {
  const noCrc = (): number => 0;
  const position = { epoch: EPOCH, sequence: 9 };
  const bytes = encodeTrading({ position, history: new TradingHistory() }, noCrc);
  const view = new DataView(bytes.buffer);
  // Ranges and trades, which together would fit; to walk through them takes longer than a test may.
  view.setFloat64(32 + 2 * 8, -2_500_000_000, true);
  view.setFloat64(32 + 4 * 8, 1_000_000_000, true);
  expect(decodeTrading(bytes, noCrc)).toBeUndefined();
});
