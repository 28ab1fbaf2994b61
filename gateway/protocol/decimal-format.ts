/** Writes whole ticks and lots as decimal strings, exactly and without a decimal library. */

const PLAIN_DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/**
 * Formats multiples of one step. The step is an integer and a number of decimals, so a value is an
 * integer product with the point put in; beyond 2^53 the product is taken with BigInt.
 */
export class StepFormat {
  /** Digits behind the point. */
  readonly decimals: number;
  readonly #step: number;
  readonly #exactStep: bigint;

  /** `step`: a plain decimal such as "0.01"; anything else formats as whole numbers. */
  constructor(step: string) {
    const match = PLAIN_DECIMAL.exec(step);
    const fraction = (match?.[2] ?? '').replace(/0+$/, '');
    const digits = match === null ? '1' : `${match[1]}${fraction}`;
    this.decimals = fraction.length;
    this.#exactStep = BigInt(digits);
    this.#step = Number(digits);
  }

  /** `steps`: an integer within +-(2^53 - 1). */
  format(steps: number): string {
    const product = steps * this.#step;
    const digits = Number.isSafeInteger(product)
      ? String(Math.abs(product))
      : abs(BigInt(steps) * this.#exactStep).toString();
    const sign = steps < 0 && this.#step !== 0 ? '-' : '';
    if (this.decimals === 0) return sign + digits;
    const padded = digits.padStart(this.decimals + 1, '0');
    const point = padded.length - this.decimals;
    return `${sign}${padded.slice(0, point)}.${padded.slice(point)}`;
  }
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
