/** The rows of the ladder against an obviously right reading of the same books. */

import { describe, expect, test } from 'vitest';
import type { LevelsView } from '../../browser/index.ts';
import { LadderModel, type LadderSide } from './ladder-model.ts';

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 4_242);

type Level = readonly [price: number, quantity: number];

function view(levels: readonly Level[]): LevelsView {
  return {
    length: levels.length,
    price: (index) => levels[index]?.[0] as number,
    quantity: (index) => levels[index]?.[1] as number,
    orderCount: (index) => index + 1,
  };
}

function rows(side: LadderSide): number[][] {
  return Array.from({ length: side.length }, (_, index) => [
    side.prices[index] as number,
    side.quantities[index] as number,
    side.orderCounts[index] as number,
    side.totals[index] as number,
  ]);
}

function changedPrices(side: LadderSide): number[] {
  return Array.from(side.prices.subarray(0, side.length)).filter(
    (_, index) => side.changed[index] === 1,
  );
}

describe('the ladder model', () => {
  test('takes over levels and adds them up from the best outwards', () => {
    const model = new LadderModel(3);
    model.read({
      bids: view([
        [99, 5],
        [98, 7],
      ]),
      asks: view([
        [101, 1],
        [102, 2],
        [104, 3],
        [105, 9],
      ]),
    });
    expect(rows(model.bids)).toEqual([
      [99, 5, 1, 5],
      [98, 7, 2, 12],
    ]);
    expect(rows(model.asks)).toEqual([
      [101, 1, 1, 1],
      [102, 2, 2, 3],
      [104, 3, 3, 6],
    ]);
  });

  test('draws the bars of both sides on one scale', () => {
    const model = new LadderModel(2);
    model.read({ bids: view([[99, 20]]), asks: view([[101, 5]]) });
    expect(model.scale).toBe(20);
    expect(model.barLength(model.bids, 0)).toBe(1);
    expect(model.barLength(model.asks, 0)).toBe(0.25);
  });

  test('marks a level whose quantity changed, not one that only moved to another row', () => {
    const model = new LadderModel(4);
    const bids = view([]);
    model.read({
      bids,
      asks: view([
        [101, 1],
        [102, 2],
        [103, 3],
      ]),
    });
    model.read({
      bids,
      asks: view([
        [102, 2],
        [103, 9],
      ]),
    });
    expect(changedPrices(model.asks)).toEqual([103]);
  });

  test('does not mark what comes into the window from beyond its edge', () => {
    const model = new LadderModel(2);
    const asks = view([]);
    model.read({
      bids: view([
        [99, 1],
        [98, 1],
      ]),
      asks,
    });
    model.read({
      bids: view([
        [98, 1],
        [97, 4],
      ]),
      asks,
    });
    expect(changedPrices(model.bids)).toEqual([]);
  });

  test('an empty book has no bars', () => {
    const model = new LadderModel(2);
    model.read({ bids: view([]), asks: view([]) });
    expect(model.bids.length).toBe(0);
    expect(model.barLength(model.bids, 0)).toBe(0);
  });
});

test(`random books read as a map of prices reads them (seed ${SEED})`, () => {
  const random = randomFrom(SEED);
  const model = new LadderModel(8);
  let before = { bids: [] as Level[], asks: [] as Level[] };
  for (let round = 0; round < 2_000; round += 1) {
    const next = {
      bids: changedSide(before.bids, random, -1),
      asks: changedSide(before.asks, random, 1),
    };
    model.read({ bids: view(next.bids), asks: view(next.asks) });
    for (const name of ['bids', 'asks'] as const) {
      const shown = next[name].slice(0, 8);
      const told = `seed ${SEED}, round ${round}, ${name}`;
      expect(rows(model[name]), told).toEqual(naiveRows(shown));
      const marked = naiveChanged(before[name].slice(0, 8), shown, name === 'asks' ? 1 : -1);
      expect(changedPrices(model[name]), told).toEqual(marked);
    }
    before = next;
  }
});

function naiveRows(levels: readonly Level[]): number[][] {
  return levels.map(([price, quantity], index) => [
    price,
    quantity,
    index + 1,
    levels.slice(0, index + 1).reduce((sum, level) => sum + level[1], 0),
  ]);
}

/** A level changed if its price was within the old window and carried another quantity there. */
function naiveChanged(
  before: readonly Level[],
  now: readonly Level[],
  direction: 1 | -1,
): number[] {
  const old = new Map(before);
  const edge = before.at(-1)?.[0];
  if (edge === undefined) return [];
  return now
    .filter(([price, quantity]) => old.get(price) !== quantity && (edge - price) * direction >= 0)
    .map(([price]) => price);
}

function changedSide(before: readonly Level[], random: () => number, direction: 1 | -1): Level[] {
  const start = direction === 1 ? 1000 : 999;
  const levels = new Map(before);
  for (let change = Math.floor(random() * 4); change > 0; change -= 1) {
    const price = start + direction * Math.floor(random() * 14);
    if (random() < 0.4) levels.delete(price);
    else levels.set(price, 1 + Math.floor(random() * 5));
  }
  return [...levels].sort((a, b) => (a[0] - b[0]) * direction);
}

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
