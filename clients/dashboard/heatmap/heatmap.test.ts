/** The heatmap's arithmetic against plain readings of the same books. */

import { describe, expect, test } from 'vitest';
import { Side } from '../../../feed/index.ts';
import type { LevelsView } from '../../browser/index.ts';
import { BookHistory } from './book-history.ts';
import { colourTable, HeatColumn, STRENGTHS, strength } from './heat-column.ts';
import { COLUMN_MS, HeatRecorder } from './heat-recorder.ts';
import { niceStep, type PriceWindow, priceWindow, rowOf } from './price-window.ts';
import { TradeMarks } from './trade-marks.ts';

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 1_717);

type Level = readonly [price: number, quantity: number];
interface Levels {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

function view(levels: readonly Level[]): LevelsView {
  return {
    length: levels.length,
    price: (index) => levels[index]?.[0] as number,
    quantity: (index) => levels[index]?.[1] as number,
    orderCount: () => 1,
  };
}
const book = ({ bids, asks }: Levels) => ({ bids: view(bids), asks: view(asks) });

function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

function randomBook(random: (below: number) => number, depth: number): Levels {
  const side = (start: number, step: 1 | -1): Level[] => {
    let price = start;
    return Array.from({ length: random(depth + 3) }, () => {
      price += step * (1 + random(4));
      return [price, 1 + random(500)] as const;
    });
  };
  const mid = 1000 + random(200);
  return { bids: side(mid, -1), asks: side(mid, 1) };
}

describe('the history of the book', () => {
  test('remembers the newest columns as they were, and those without a book as unknown', () => {
    const random = randomFrom(SEED);
    const history = new BookHistory(8, 5);
    const told: (Levels | undefined)[] = [];
    for (let column = 0; column < 50; column += 1) {
      const levels = random(5) === 0 ? undefined : randomBook(random, 5);
      told.push(levels);
      history.add(levels && book(levels));
      expect(history.first).toBe(Math.max(0, told.length - 8));
      for (let back = 0; back <= 10; back += 1) {
        const number = column - back;
        const known = back < 8 ? told[number] : undefined;
        expect(history.isKnown(number), `seed ${SEED}, column ${number}`).toBe(known !== undefined);
        expect(history.bestBid(number)).toBe(known?.bids[0]?.[0] ?? Number.NaN);
        expect(history.bestAsk(number)).toBe(known?.asks[0]?.[0] ?? Number.NaN);
        const bids: Level[] = [];
        history.eachBid(number, (price, quantity) => bids.push([price, quantity]));
        expect(bids).toEqual(known?.bids.slice(0, 5) ?? []);
        const asks: Level[] = [];
        history.eachAsk(number, (price, quantity) => asks.push([price, quantity]));
        expect(asks).toEqual(known?.asks.slice(0, 5) ?? []);
      }
    }
  });
});

describe('the window of prices', () => {
  const touch = (mid: number, reach = 50) => ({
    bid: mid - 1,
    ask: mid + 1,
    lowest: mid - reach,
    highest: mid + reach,
  });

  test('steps are round', () => {
    expect([0, 0.3, 1, 1.1, 2.5, 9, 11, 60].map(niceStep)).toEqual([1, 1, 1, 2, 5, 10, 20, 100]);
  });

  test('a new window has the mid in its middle and shows what was asked for', () => {
    for (const reach of [10, 50, 51, 700, 12_345]) {
      const window = priceWindow(undefined, touch(10_000, reach), 100);
      expect(Math.abs(rowOf(window, 10_000) - 50)).toBeLessThanOrEqual(1);
      expect(rowOf(window, 10_000 - reach)).toBeGreaterThanOrEqual(-1);
      expect(rowOf(window, 10_000 + reach)).toBeLessThanOrEqual(100);
      expect(Math.abs(window.low % window.step)).toBe(0);
    }
  });

  test('it stays while the price is in its middle half, and then moves', () => {
    const window = priceWindow(undefined, touch(10_000), 100);
    expect(priceWindow(window, touch(10_024), 100)).toBe(window);
    expect(priceWindow(window, touch(9_976), 100)).toBe(window);
    expect(priceWindow(window, touch(10_030), 100)).not.toBe(window);
    expect(priceWindow(window, touch(10_000, 60), 100)).toBe(window);
    expect(priceWindow(window, touch(10_000, 200), 100).step).toBe(5);
  });

  test('prices below zero have rows too', () => {
    const window = priceWindow(undefined, touch(-30), 100);
    expect(Math.abs(rowOf(window, -30) - 50)).toBeLessThanOrEqual(1);
  });
});

describe('a column', () => {
  const WINDOW: PriceWindow = { low: 990, step: 5, rows: 12 };

  test('gathers what lies in each row, and nothing from outside', () => {
    const random = randomFrom(SEED);
    const column = new HeatColumn(WINDOW.rows);
    const history = new BookHistory(4, 40);
    for (let round = 0; round < 100; round += 1) {
      const levels = randomBook(random, 30);
      history.add(book(levels));
      column.gather(history, history.added - 1, WINDOW);
      const sum = (side: readonly Level[], row: number) =>
        side
          .filter(([price]) => price >= 990 + row * 5 && price < 995 + row * 5)
          .reduce((total, [, quantity]) => total + quantity, 0);
      for (let row = 0; row < WINDOW.rows; row += 1) {
        expect(column.bids[row], `seed ${SEED}, round ${round}`).toBe(sum(levels.bids, row));
        expect(column.asks[row]).toBe(sum(levels.asks, row));
      }
    }
  });

  test('is painted with the highest price on top, each side in its own colour', () => {
    const column = new HeatColumn(3);
    column.bids.set([100, 0, 0]);
    column.asks.set([0, 0, 25]);
    const bids = Uint32Array.from({ length: STRENGTHS }, (_, index) => 1000 + index);
    const asks = Uint32Array.from({ length: STRENGTHS }, (_, index) => 2000 + index);
    const pixels = new Uint32Array(6);
    column.paint(pixels, 2, 1, 100, { bids, asks });
    expect([...pixels]).toEqual([0, 2000 + strength(25, 100), 0, 1000, 0, 1255]);
  });

  test('strength grows with the quantity and ends at the full one', () => {
    expect(strength(0, 100)).toBe(0);
    expect(strength(1e-9, 100)).toBeGreaterThan(0);
    expect(strength(25, 100)).toBeGreaterThan(64);
    expect(strength(26, 100)).toBeGreaterThan(strength(25, 100));
    expect(strength(100, 100)).toBe(255);
    expect(strength(1e9, 100)).toBe(255);
    expect(strength(5, 0)).toBe(0);
  });

  test('colours go from nothing to the strongest', () => {
    const bytes = new Uint8Array(colourTable([10, 20, 30], 0.5).buffer);
    expect([...bytes.slice(0, 4)]).toEqual([10, 20, 30, 0]);
    expect([...bytes.slice(-4)]).toEqual([10, 20, 30, 128]);
  });

  test('quantiles are of the rows that hold something', () => {
    const column = new HeatColumn(4);
    expect(column.quantile(0.9)).toBe(0);
    column.bids.set([5, 1, 0, 0]);
    column.asks.set([0, 0, 3, 9]);
    expect(column.quantile(0)).toBe(1);
    expect(column.quantile(0.5)).toBe(5);
    expect(column.quantile(1)).toBe(9);
  });
});

describe('trades on the heatmap', () => {
  test('those of one column, price and side are one mark', () => {
    const marks = new TradeMarks(10);
    marks.add(1, 100, 5, Side.Bid);
    marks.add(1, 101, 5, Side.Bid);
    marks.add(1, 100, 2, Side.Bid);
    marks.add(1, 100, 2, Side.Ask);
    marks.add(2, 100, 1, Side.Bid);
    expect(marks.all.map(({ quantity }) => quantity)).toEqual([7, 5, 2, 1]);
  });

  test('the oldest make room, and the largest are found', () => {
    const marks = new TradeMarks(10);
    for (let column = 0; column < 100; column += 1) marks.add(column, 1, column, undefined);
    expect(marks.all.length).toBeLessThanOrEqual(15);
    expect(marks.all.at(-1)?.column).toBe(99);
    expect(marks.threshold(0, 3)).toBe(97);
    expect(marks.threshold(98, 3)).toBe(0);
  });
});

describe('the recorder', () => {
  const live = book({ bids: [[99, 5]], asks: [[101, 7]] });
  const known = (recorder: HeatRecorder) =>
    Array.from({ length: recorder.history.added }, (_, column) => recorder.history.isKnown(column));

  test('takes one reading a column, from the first live book on', () => {
    const recorder = new HeatRecorder();
    recorder.tick(1000, undefined);
    expect(known(recorder)).toEqual([]);
    for (let ms = 2000; ms < 2000 + 2 * COLUMN_MS; ms += 16) recorder.tick(ms, live);
    expect(known(recorder)).toEqual([true, true]);
  });

  test('what was not live is unknown; a page busy for a moment is not', () => {
    const recorder = new HeatRecorder();
    recorder.tick(0, live);
    recorder.tick(COLUMN_MS, undefined);
    recorder.tick(4 * COLUMN_MS, live);
    expect(known(recorder)).toEqual([true, false, true, true, true]);
    recorder.tick(9 * COLUMN_MS, live);
    expect(known(recorder).slice(5)).toEqual([false, false, false, false, true]);
  });

  test('trades belong to the column of their arrival', () => {
    const recorder = new HeatRecorder();
    const trade = { id: 1, price: 100, quantity: 3, aggressor: Side.Bid, timeUs: 0 };
    recorder.traded(0, [trade]);
    expect(recorder.marks.all).toEqual([]);
    recorder.tick(100, live);
    recorder.traded(100 + 2.5 * COLUMN_MS, [trade, trade]);
    expect(recorder.marks.all).toEqual([{ column: 2, price: 100, quantity: 6, side: Side.Bid }]);
    recorder.reset();
    expect([recorder.marks.all.length, recorder.history.added]).toEqual([0, 0]);
  });
});
