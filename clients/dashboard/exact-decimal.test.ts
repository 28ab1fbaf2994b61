/** Decimals against the same sums made with whole numbers. */

import { expect, test } from 'vitest';
import {
  divideRounded,
  multiply,
  parseDecimal,
  round,
  stepsUpTo,
  writeDecimal,
} from './exact-decimal.ts';

const exact = (text: string) => {
  const parsed = parseDecimal(text);
  if (parsed === undefined) throw new Error(`"${text}" is no decimal`);
  return parsed;
};

test('what is read is written again, separators apart', () => {
  for (const text of ['0', '7', '-7', '0.5', '-0.05', '1234567.00000001']) {
    expect(writeDecimal(exact(text))).toBe(text);
  }
  expect(writeDecimal(exact('1,234.50'))).toBe('1234.50');
  expect(writeDecimal(exact('.5'))).toBe('0.5');
  expect(writeDecimal(exact('5.'))).toBe('5');
});

test('what is no decimal is none', () => {
  for (const text of ['', ' ', '.', '-', '1e3', '0x1', 'a', '1.2.3', '--1', '9'.repeat(41)]) {
    expect(parseDecimal(text), text).toBeUndefined();
  }
});

test('products beyond 2^53 lose nothing', () => {
  const product = multiply(exact('64231.57'), exact('1234567.87654321'));
  expect(writeDecimal(product)).toBe('79298232981.9365511397');
  expect(writeDecimal(round(product, 2))).toBe('79298232981.94');
});

test('halves are rounded away from zero', () => {
  expect(writeDecimal(round(exact('0.125'), 2))).toBe('0.13');
  expect(writeDecimal(round(exact('-0.125'), 2))).toBe('-0.13');
  expect(writeDecimal(round(exact('0.124999'), 2))).toBe('0.12');
  expect(writeDecimal(round(exact('3'), 2))).toBe('3.00');
  expect(divideRounded(10n, 4n)).toBe(3n);
  expect(divideRounded(-9n, 4n)).toBe(-2n);
});

test('a size is rounded up to whole lots, so that nothing smaller passes', () => {
  expect(stepsUpTo(exact('100'), exact('1'))).toBe(100);
  expect(stepsUpTo(exact('0.000000015'), exact('0.00000001'))).toBe(2);
  expect(stepsUpTo(exact('1500'), exact('1000'))).toBe(2);
  expect(stepsUpTo(exact('-5'), exact('1'))).toBe(0);
  expect(stepsUpTo(exact('1'), exact('0'))).toBeUndefined();
  expect(stepsUpTo(exact('99999999999999999999'), exact('1'))).toBeUndefined();
});
