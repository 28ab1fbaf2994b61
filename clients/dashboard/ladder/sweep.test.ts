/** Sweeps against sums over single lots, and figures that a trader can check by hand. */

import { expect, test } from 'vitest';
import { type Sweep, sweepText, sweepTo } from './sweep.ts';

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 77);

const side = (levels: readonly (readonly [number, number])[]) => ({
  length: levels.length,
  prices: levels.map(([price]) => price),
  quantities: levels.map(([, quantity]) => quantity),
});

test('a sweep to a level takes all that stands before it, and the level itself', () => {
  const asks = side([
    [10_010, 100],
    [10_020, 300],
    [10_050, 600],
  ]);
  const sweep = sweepTo(asks, 1) as Sweep;
  expect(sweep).toEqual({ quantity: 400, cost: 4_007_000n, best: 10_010, last: 10_020 });
  expect(sweepText(sweep, '0.01', '1')).toEqual({
    average: '100.1750',
    cost: '40,070.00',
    slippage: '7.49',
  });
  expect(sweepText(sweepTo(asks, 0) as Sweep, '0.01', '1').slippage).toBe('0.00');
});

test('there is no sweep to a level that is not there', () => {
  expect(sweepTo(side([]), 0)).toBeUndefined();
  expect(sweepTo(side([[5, 5]]), 1)).toBeUndefined();
  expect(sweepTo(side([[5, 5]]), -1)).toBeUndefined();
});

test('sums beyond 2^53 lose nothing', () => {
  const quantity = 2 ** 50 + 1;
  const sweep = sweepTo(side([[6_423_157, quantity]]), 0) as Sweep;
  expect(sweep.cost).toBe(6_423_157n * BigInt(quantity));
  expect(sweepText(sweep, '0.01', '0.00000001').average).toBe('64,231.5700');
});

test('prices at or below zero have an average and no slippage', () => {
  const sweep = sweepTo(
    side([
      [-5, 10],
      [-7, 30],
    ]),
    1,
  ) as Sweep;
  expect(sweepText(sweep, '0.5', '1')).toEqual({
    average: '-3.250',
    cost: '-130.00',
    slippage: '',
  });
});

test('any sweep costs what its lots cost one by one', () => {
  let state = SEED;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state % below;
  };
  for (let round = 0; round < 200; round += 1) {
    let price = 1000 + random(1000);
    const levels = Array.from({ length: 1 + random(12) }, () => {
      price += 1 + random(5);
      return [price, 1 + random(9)] as const;
    });
    const index = random(levels.length);
    let lots = 0;
    let cost = 0;
    for (const [at, quantity] of levels.slice(0, index + 1)) {
      for (let lot = 0; lot < quantity; lot += 1) {
        lots += 1;
        cost += at;
      }
    }
    const sweep = sweepTo(side(levels), index) as Sweep;
    expect([sweep.quantity, sweep.cost], `seed ${SEED}, round ${round}`).toEqual([
      lots,
      BigInt(cost),
    ]);
    const average = Number(sweepText(sweep, '1', '1').average.replaceAll(',', ''));
    expect(Math.abs(average - cost / lots)).toBeLessThanOrEqual(0.005 + 1e-9);
  }
});
