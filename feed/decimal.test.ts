import { expect, test } from 'vitest';
import { DecimalError, DecimalScale } from './decimal.ts';
import { testSeeds, withSeed } from './testing/random.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DecimalError) return error.code;
    throw error;
  }
  return 'no error';
}

test.each([
  ['0.01', '187.50', 18_750],
  ['0.0078125', '110.2421875', 14_111],
  ['0.00000001', '1.23456789', 123_456_789],
  ['5', '25', 5],
  ['0.01', '-0.07', -7],
  ['0.10', '+3.0', 30],
  ['0.00000001', '90071992.54740991', Number.MAX_SAFE_INTEGER],
])('with step %s, %s is %i steps', (step, value, steps) => {
  expect(new DecimalScale(step).parse(value)).toBe(steps);
});

test('writes as many digits as the step needs', () => {
  expect(new DecimalScale('0.01').format(18_750)).toBe('187.50');
  expect(new DecimalScale('0.0078125').format(1)).toBe('0.0078125');
  expect(new DecimalScale('5').format(5)).toBe('25');
  expect(new DecimalScale('0.10').step).toBe('0.1');
  expect(new DecimalScale('0.00000001').format(-Number.MAX_SAFE_INTEGER)).toBe(
    '-90071992.54740991',
  );
});

test.each([
  [
    'not a multiple is refused, never rounded',
    () => new DecimalScale('0.01').parse('1.005'),
    'NOT_A_MULTIPLE',
  ],
  [
    'beyond 2^53 - 1 is refused',
    () => new DecimalScale('0.00000001').parse('90071992.54740992'),
    'OUT_OF_RANGE',
  ],
  ['an exponent is no plain decimal', () => new DecimalScale('0.01').parse('1e3'), 'NOT_A_DECIMAL'],
  ['nothing is no decimal', () => new DecimalScale('0.01').parse(''), 'NOT_A_DECIMAL'],
  ['a lone point is no decimal', () => new DecimalScale('0.01').parse('1.'), 'NOT_A_DECIMAL'],
  ['infinity is no decimal', () => new DecimalScale('0.01').parse('Infinity'), 'NOT_A_DECIMAL'],
  [
    'an endless text is refused',
    () => new DecimalScale('1').parse('1'.repeat(1000)),
    'NOT_A_DECIMAL',
  ],
  ['a step of zero is refused', () => new DecimalScale('0.00'), 'OUT_OF_RANGE'],
  ['a negative step is refused', () => new DecimalScale('-1'), 'OUT_OF_RANGE'],
])('%s', (_, run, code) => {
  expect(codeOf(run)).toBe(code);
});

test.each(testSeeds(5))('formatting and parsing are inverses (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    for (const step of ['0.01', '0.0078125', '0.00000001', '0.25', '7', '1000']) {
      const scale = new DecimalScale(step);
      for (let i = 0; i < 200; i++) {
        const steps = Math.round((random.float() - 0.5) * 2 * Number.MAX_SAFE_INTEGER) || 0;
        expect(scale.parse(scale.format(steps))).toBe(steps);
      }
    }
  });
});
