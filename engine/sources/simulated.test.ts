/** The simulated market, run against the matcher: what it looks like, and that it stays so. */

import { describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { type MarketFile, parseMarketFile, readMarketFile } from '../market-file.ts';
import { CommandType, OrderType, TimeInForce } from '../protocol/index.ts';
import { SimulatedSource } from './simulated.ts';
import { MAX_EXTRAS } from './simulated-extras.ts';
import { MAX_ORDERS_A_SIDE } from './simulated-instrument.ts';
import type { SourceCommand, SourceStep } from './source.ts';
import { StandInEngine } from './testing/stand-in-engine.ts';

const SEED = process.env['TOUCHLINE_SEED'] ?? 'sim';
const DEMO = readMarketFile();

interface Run {
  readonly engine: StandInEngine;
  readonly source: SimulatedSource;
  readonly steps: SourceStep[];
}

/** `each` is called after every step. Reports come back `lag` steps late. */
function run(
  market: MarketFile,
  stepCount: number,
  each: (engine: StandInEngine, step: SourceStep) => void = () => undefined,
  { seed = SEED, lag = 0 } = {},
): Run {
  const source = new SimulatedSource({ market, seed });
  const late: (() => void)[][] = [];
  let now: (() => void)[] = [];
  const engine = new StandInEngine((report) => now.push(() => source.onReport(report)));
  for (const instrument of source.instruments) engine.list(instrument);
  const steps: SourceStep[] = [];
  for (const item of source.items()) {
    if (item.type === 'problem') throw new Error(item.message);
    now = [];
    for (const command of item.commands) engine.apply(command);
    late.push(now);
    if (late.length > lag) for (const tell of late.shift() ?? []) tell();
    steps.push(item);
    each(engine, item);
    if (steps.length >= stepCount) break;
  }
  return { engine, source, steps };
}

function one(symbol: string): MarketFile {
  return { ...DEMO, instruments: DEMO.instruments.filter((one) => one.symbol === symbol) };
}

describe('every instrument of the demo', () => {
  for (const { symbol, simulation } of DEMO.instruments) {
    test(`${symbol} keeps a deep, bounded, uncrossed book with a spread like its own`, () => {
      const spreads: number[] = [];
      let orders = 0;
      const { engine, source } = run(one(symbol), 6000, (now) => {
        const book = now.book(symbol);
        const bid = book.bestPrice(Side.Bid);
        const ask = book.bestPrice(Side.Ask);
        if (bid === undefined || ask === undefined) throw new Error(`a side is empty: ${SEED}`);
        expect(ask).toBeGreaterThan(bid);
        spreads.push(ask - bid);
        orders = Math.max(orders, book.orderCount);
      });
      const book = engine.book(symbol);
      for (const side of [Side.Bid, Side.Ask]) expect(book.levelCount(side)).toBeGreaterThan(10);
      expect(orders).toBeLessThanOrEqual(2 * MAX_ORDERS_A_SIDE);
      spreads.sort((a, b) => a - b);
      const median = spreads[spreads.length >> 1] ?? 0;
      const typical = simulation?.typicalSpread ?? 0;
      expect(median, `spread ${median}, typical ${typical}`).toBeLessThanOrEqual(4 * typical + 2);
      expect(engine.trades.length).toBeGreaterThan(200);
      const aggressors = new Set(engine.trades.map(({ aggressor }) => aggressor));
      expect(aggressors.size).toBe(2);
      // The flow's own account of its orders is the engine's.
      expect(source.summary()['refused']).toBe(0);
    });
  }
});

test('the same seed gives the same commands, another seed others', () => {
  const text = (seed: string) =>
    JSON.stringify(
      run(DEMO, 2000, undefined, { seed }).steps.map(({ commands, timeNs }) => [
        `${timeNs}`,
        commands,
      ]),
    );
  expect(text('a')).toBe(text('a'));
  expect(text('a')).not.toBe(text('b'));
});

test('uses every kind of order command, and most kinds of orders', () => {
  const commands = run(DEMO, 5000).steps.flatMap((step) => step.commands);
  const kinds = new Set(commands.map(kindOf));
  expect([...kinds].sort()).toEqual([
    'cancel',
    'hidden',
    'iceberg',
    'immediate',
    'limit',
    'limit of the day',
    'market',
    'modify',
    'pegged',
    'replace',
    'stop',
    'trailing stop',
  ]);
  const ids = commands.flatMap((one) =>
    one.type === CommandType.NewOrder ? [one.clientOrderId] : [],
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('stops are triggered, pegs and hidden orders trade, and few of them wait at a time', () => {
  const { engine, source } = run(DEMO, 20_000);
  const { triggered, refused } = source.summary();
  expect(triggered).toBeGreaterThan(0);
  expect(refused).toBe(0);
  expect(engine.openExtras).toBeGreaterThan(0);
  expect(engine.openExtras).toBeLessThanOrEqual(MAX_EXTRAS * DEMO.instruments.length);
});

test('arrivals come in clusters: their counts vary far more than chance would have it', () => {
  const { steps } = run(one('AAPL'), 8000);
  const perSecond = new Map<number, number>();
  const seconds = steps.slice(1).map(({ timeNs }) => Math.floor(Number(timeNs) / 1e9));
  for (const second of seconds) perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  const last = Math.max(...seconds);
  const counts = Array.from({ length: last }, (_, second) => perSecond.get(second) ?? 0);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  // A Poisson process has a ratio of 1; this one, in theory, 1 / (1 - 0.65)^2, about 8.
  expect(variance / mean).toBeGreaterThan(2.5);
  expect(mean).toBeGreaterThan(0.6 * 140);
  expect(mean).toBeLessThan(1.4 * 140);
});

test('orders gather near the touch and thin out behind it', () => {
  const counts: number[] = [];
  let steps = 0;
  run(one('AAPL'), 8000, (engine) => {
    if (++steps < 1000 || steps % 100 !== 0) return;
    for (const side of [Side.Bid, Side.Ask]) {
      const best = engine.book('AAPL').bestPrice(side) ?? 0;
      engine.book('AAPL').forEachLevel(side, (price, _quantity, orderCount) => {
        const distance = Math.abs(price - best);
        counts[distance] = (counts[distance] ?? 0) + orderCount;
      });
    }
  });
  const within = (from: number, to: number) =>
    counts.slice(from, to).reduce((sum, count) => sum + (count ?? 0), 0);
  expect(within(0, 8)).toBeGreaterThan(within(16, 24));
  expect(within(24, 1000)).toBeGreaterThan(0);
});

test('the price drifts, and stays within the band of an endless run', () => {
  const market = parseMarketFile(
    JSON.stringify({
      instruments: [
        {
          symbol: 'NARROW',
          tickSize: '0.01',
          lotSize: '1',
          lowestPrice: '9.90',
          highestPrice: '10.10',
          simulation: {
            referencePrice: '10.00',
            volatility: 1,
            typicalQuantity: '10',
            activity: 100,
          },
        },
      ],
    }),
    'narrow.json',
  );
  const mids = new Set<number>();
  const { source } = run(market, 15_000, (engine) => {
    const book = engine.book('NARROW');
    mids.add(((book.bestPrice(Side.Bid) ?? 0) + (book.bestPrice(Side.Ask) ?? 0)) / 2);
  });
  expect(mids.size).toBeGreaterThan(5);
  expect(source.summary()['refused']).toBe(0);
});

test('answers that come late do no harm', () => {
  let smallest = Number.POSITIVE_INFINITY;
  const { source } = run(
    one('BTC-USD'),
    6000,
    (engine, step) => {
      if (step.timeNs === 0n) return;
      const book = engine.book('BTC-USD');
      smallest = Math.min(smallest, book.levelCount(Side.Bid), book.levelCount(Side.Ask));
    },
    { lag: 100 },
  );
  expect(smallest).toBeGreaterThan(3);
  // Cancels of what has just been filled are refused: a few, as on any market.
  expect(source.summary()['refused']).toBeLessThan(600);
});

test('a given rate scales the activity of all instruments', () => {
  const source = new SimulatedSource({ market: DEMO, seed: SEED, rate: 50_000 });
  let last = 0n;
  let count = 0;
  for (const item of source.items()) {
    if (item.type === 'step') last = item.timeNs;
    if (++count === 20_000) break;
  }
  const perSecond = count / (Number(last) / 1e9);
  expect(perSecond).toBeGreaterThan(35_000);
  expect(perSecond).toBeLessThan(70_000);
});

function kindOf(command: SourceCommand): string {
  switch (command.type) {
    case CommandType.NewOrder:
      return kindOfOrder(command);
    case CommandType.Cancel:
      return 'cancel';
    case CommandType.Modify:
      return 'modify';
    case CommandType.Replace:
      return 'replace';
    default:
      return 'other';
  }
}

function kindOfOrder(order: Extract<SourceCommand, { orderType: unknown }>): string {
  switch (order.orderType) {
    case OrderType.Market:
      return 'market';
    case OrderType.Stop:
      return 'stop';
    case OrderType.TrailingStop:
      return 'trailing stop';
    case OrderType.Pegged:
      return 'pegged';
    default:
  }
  if (order.isHidden === true) return 'hidden';
  if ((order.displayQuantity ?? 0) > 0) return 'iceberg';
  if (order.timeInForce === TimeInForce.Day) return 'limit of the day';
  return order.timeInForce === TimeInForce.Ioc ? 'immediate' : 'limit';
}
