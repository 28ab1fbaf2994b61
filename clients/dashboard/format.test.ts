/** What people read: separators, significant digits, mids, ages, latencies. */

import { describe, expect, test } from 'vitest';
import {
  formatAge,
  formatChange,
  formatHalf,
  formatLatency,
  formatLatencyPair,
  formatTimeOfDay,
  groupThousands,
  significantLength,
  spreadInBasisPoints,
} from './format.ts';

describe('thousands', () => {
  test.each([
    ['0', '0'],
    ['999', '999'],
    ['1000', '1,000'],
    ['-999', '-999'],
    ['-1000.5', '-1,000.5'],
    ['1234567.12345678', '1,234,567.12345678'],
    ['-123456', '-123,456'],
    ['0.00000001', '0.00000001'],
  ])('%s reads %s', (decimal, grouped) => {
    expect(groupThousands(decimal)).toBe(grouped);
  });

  test('grouping changes nothing but the separators', () => {
    for (let digits = 1; digits < 17; digits += 1) {
      const number = '9'.repeat(digits);
      expect(groupThousands(number).replaceAll(',', '')).toBe(number);
      expect(groupThousands(number)).toBe(BigInt(number).toLocaleString('en-US'));
    }
  });
});

describe('significant digits', () => {
  test.each([
    ['0.50000000', 0, '0.5'],
    ['1.00000000', 0, '1'],
    ['0.00000000', 0, '0'],
    ['0.00000001', 0, '0.00000001'],
    ['100', 0, '100'],
    ['101.50', 2, '101.50'],
    ['101.5000000', 2, '101.50'],
    ['101.5078125', 2, '101.5078125'],
    ['5.0', 2, '5.0'],
    ['', 0, ''],
  ])('of %s with %i kept are %s', (decimal, keep, significant) => {
    expect(decimal.slice(0, significantLength(decimal, keep))).toBe(significant);
  });
});

describe('the mid', () => {
  test.each([
    [20252, '0.01', '101.26'],
    [20253, '0.01', '101.265'],
    [3, '1', '1.5'],
    [4, '5', '10'],
    [1, '0.0078125', '0.00390625'],
    [-3, '0.5', '-0.75'],
    [-1, '0.01', '-0.005'],
    [7, '0.10', '0.35'],
  ])('of prices adding up to %i ticks of %s is %s', (sum, tickSize, mid) => {
    expect(formatHalf(sum, tickSize)).toBe(mid);
  });
});

test('the spread in basis points relates it to the mid, and says nothing of a mid of zero', () => {
  expect(spreadInBasisPoints(9_999, 10_001)).toBe('2.00');
  expect(spreadInBasisPoints(100, 102)).toBe('198.0');
  expect(spreadInBasisPoints(-5, 5)).toBe('');
});

test('ages are told in tenths, then in seconds, minutes and hours', () => {
  expect([0, 9_940, 10_000, 61_000, 3_660_000].map(formatAge)).toEqual([
    '0.0 s',
    '9.9 s',
    '10 s',
    '1 min 1 s',
    '1 h 1 min',
  ]);
  expect(formatAge(-5)).toBe('0.0 s');
});

test('latencies keep three digits', () => {
  expect([0.421, 12.34, 245.3, 3120, Number.NaN].map(formatLatency)).toEqual([
    '0.42 ms',
    '12.3 ms',
    '245 ms',
    '3.1 s',
    '– ms',
  ]);
});

test('a change carries its sign, unless it rounds to nothing', () => {
  expect(formatChange(100, 101)).toBe('+1.00 %');
  expect(formatChange(100, 99)).toBe('−1.00 %');
  expect(formatChange(100_000, 100_001)).toBe('0.00 %');
  expect(formatChange(0, 5)).toBe('');
  expect(formatChange(Number.NaN, 5)).toBe('');
});

test('a time of day shows milliseconds of local time', () => {
  const date = new Date(2026, 0, 5, 7, 8, 9, 45);
  expect(formatTimeOfDay(date.getTime() * 1000 + 999)).toBe('07:08:09.045');
});

test('a pair of latencies names its unit once where it can', () => {
  expect(formatLatencyPair(0.42, 3.1)).toBe('0.42 / 3.10 ms');
  expect(formatLatencyPair(245, 3100)).toBe('245 ms / 3.1 s');
  expect(formatLatencyPair(1200, 3100)).toBe('1.2 / 3.1 s');
});
