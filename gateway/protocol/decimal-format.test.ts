import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalScale } from '../../feed/decimal.ts';
import { StepFormat } from './decimal-format.ts';

const steps = fc.oneof(
  fc.constantFrom('1', '5', '0.01', '0.05', '0.0078125', '0.00000001', '1000', '0.10', '2.50'),
  fc
    .tuple(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 1, max: 999_999_999 }))
    .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(9, '0')}`),
);

describe('a step format', () => {
  it('writes what decimal.js writes, for every step and number of steps', () => {
    fc.assert(
      fc.property(steps, fc.maxSafeInteger(), (step, count) => {
        expect(new StepFormat(step).format(count)).toBe(new DecimalScale(step).format(count));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['0.01', 5, '0.05'],
    ['0.01', -5, '-0.05'],
    ['0.01', 0, '0.00'],
    ['0.0078125', 3, '0.0234375'],
    ['0.00000001', Number.MAX_SAFE_INTEGER, '90071992.54740991'],
    ['0.0078125', Number.MAX_SAFE_INTEGER, '70368744177663.9921875'],
    ['5', 7, '35'],
  ])('writes %s times %d as %s', (step, count, text) => {
    expect(new StepFormat(step).format(count)).toBe(text);
  });
});
