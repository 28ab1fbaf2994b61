/** The edge between decimals that people write and the integers used everywhere inside. */

import { Decimal } from 'decimal.js';
import { MAX_INTEGER } from './limits.ts';

// Wide enough for 2^53 times any tick size that fits the wire, so that no result is rounded.
const Exact = Decimal.clone({ precision: 80, toExpNeg: -80, toExpPos: 80 });
const PLAIN_DECIMAL = /^[+-]?\d+(\.\d+)?$/;

/** Stable codes for a decimal that cannot be used. */
export type DecimalErrorCode = 'NOT_A_DECIMAL' | 'NOT_A_MULTIPLE' | 'OUT_OF_RANGE';

export class DecimalError extends Error {
  readonly code: DecimalErrorCode;
  constructor(code: DecimalErrorCode, message: string) {
    super(`${code}: ${message}`);
    this.name = 'DecimalError';
    this.code = code;
  }
}

/**
 * Converts between decimal strings and whole numbers of a step (a tick size or a lot size). Exact:
 * a value that is not a whole multiple of the step is refused, never rounded.
 */
export class DecimalScale {
  readonly step: string;
  /** Digits behind the point that the step needs. */
  readonly decimals: number;
  readonly #step: Decimal;

  /** `step`: a positive decimal such as "0.01", "0.0078125" or "5". */
  constructor(step: string) {
    this.#step = parsePlain(step);
    if (!this.#step.isPositive() || this.#step.isZero()) {
      throw new DecimalError('OUT_OF_RANGE', `a step must be above zero, not "${step}"`);
    }
    this.step = this.#step.toFixed();
    this.decimals = this.#step.decimalPlaces();
  }

  /** Decimal string to whole steps. Throws `DecimalError`. */
  parse(value: string): number {
    const steps = parsePlain(value).div(this.#step);
    if (!steps.isInteger()) {
      throw new DecimalError(
        'NOT_A_MULTIPLE',
        `"${value}" is not a whole multiple of ${this.step}`,
      );
    }
    if (steps.abs().gt(MAX_INTEGER)) {
      throw new DecimalError(
        'OUT_OF_RANGE',
        `"${value}" is more than 2^53 - 1 steps of ${this.step}`,
      );
    }
    return steps.toNumber();
  }

  /** Whole steps to a decimal string with exactly `decimals` digits behind the point. */
  format(steps: number): string {
    return this.#step.mul(steps).toFixed(this.decimals);
  }

  /** Half steps to a decimal string: what lies between two prices, with one digit more if odd. */
  formatHalves(halfSteps: number): string {
    const digits = halfSteps % 2 === 0 ? this.decimals : this.decimals + 1;
    return this.#step.mul(halfSteps).div(2).toFixed(digits);
  }
}

function parsePlain(value: string): Decimal {
  if (!PLAIN_DECIMAL.test(value) || value.length > 64) {
    throw new DecimalError(
      'NOT_A_DECIMAL',
      `"${value.slice(0, 64)}" is not a plain decimal number`,
    );
  }
  return new Exact(value);
}
