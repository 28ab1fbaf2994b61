/** Decimals as whole units and a count of decimals: what is multiplied or compared here is exact. */

export interface ExactDecimal {
  readonly units: bigint;
  readonly decimals: number;
}

/** Longer than any figure of a market; more is somebody leaning on a key. */
const LONGEST = 40;
const DECIMAL = /^-?\d*\.?\d*$/;

/** `undefined` for what is no decimal; separators between thousands are passed over. */
export function parseDecimal(text: string): ExactDecimal | undefined {
  const plain = text.replaceAll(',', '').trim();
  if (plain.length > LONGEST || !DECIMAL.test(plain) || !/\d/.test(plain)) return undefined;
  const [whole = '', fraction = ''] = plain.split('.');
  return { units: BigInt(whole + fraction), decimals: fraction.length };
}

export function multiply(a: ExactDecimal, b: ExactDecimal): ExactDecimal {
  return { units: a.units * b.units, decimals: a.decimals + b.decimals };
}

/** With `decimals` decimals, halves rounded away from zero. */
export function round({ units, decimals: has }: ExactDecimal, decimals: number): ExactDecimal {
  if (has <= decimals) return { units: units * 10n ** BigInt(decimals - has), decimals };
  return { units: divideRounded(units, 10n ** BigInt(has - decimals)), decimals };
}

/** `divisor` above zero; halves are rounded away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const doubled = (dividend < 0n ? -dividend : dividend) * 2n + divisor;
  const quotient = doubled / (divisor * 2n);
  return dividend < 0n ? -quotient : quotient;
}

/** The smallest count of `step`s that is `wanted` or more; `undefined` where it fits no number. */
export function stepsUpTo(wanted: ExactDecimal, step: ExactDecimal): number | undefined {
  const decimals = Math.max(wanted.decimals, step.decimals);
  const units = round(wanted, decimals).units;
  const stepUnits = round(step, decimals).units;
  if (stepUnits <= 0n) return undefined;
  const steps = (units + stepUnits - 1n) / stepUnits;
  return steps <= BigInt(Number.MAX_SAFE_INTEGER) ? Math.max(0, Number(steps)) : undefined;
}

export function writeDecimal({ units, decimals }: ExactDecimal): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
