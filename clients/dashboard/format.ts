/** Turns decimal strings, ages and times into what people read; pure, and exact where it counts. */

const THOUSANDS = ',';
/** A true minus sign, as wide as the plus. */
export const MINUS = '−';

/** Puts separators between groups of three digits before the point: "-1234567.50" to "-1,234,567.50". */
export function groupThousands(decimal: string): string {
  const start = decimal.charCodeAt(0) === 45 /* - */ ? 1 : 0;
  const point = decimal.indexOf('.');
  let position = (point < 0 ? decimal.length : point) - 3;
  if (position <= start) return decimal;
  let grouped = decimal.slice(position);
  for (; position > start; position -= 3) {
    const from = Math.max(start, position - 3);
    grouped = decimal.slice(from, position) + THOUSANDS + grouped;
  }
  return start === 0 ? grouped : `-${grouped}`;
}

/**
 * Where the digits that say something end: trailing zeros behind the point say nothing, nor does a
 * point with only zeros behind it. `keepDecimals` digits always count, so that "101.50" stays whole.
 */
export function significantLength(decimal: string, keepDecimals: number): number {
  const point = decimal.indexOf('.');
  if (point < 0) return decimal.length;
  const shortest = keepDecimals === 0 ? point : Math.min(decimal.length, point + 1 + keepDecimals);
  let end = decimal.length;
  while (end > shortest && decimal.charCodeAt(end - 1) === 48 /* 0 */) end -= 1;
  return end === point + 1 ? point : end;
}

/**
 * Half of `sumOfTicks` ticks as a decimal string: the mid of two prices lies between ticks when
 * their sum is odd, and then shows one more digit.
 */
export function formatHalf(sumOfTicks: number, tickSize: string): string {
  const [whole = '0', zeroPadded = ''] = tickSize.split('.');
  const fraction = zeroPadded.replace(/0+$/, '');
  const decimals = fraction.length;
  const tickUnits = BigInt(whole + fraction);
  const product = BigInt(sumOfTicks) * tickUnits * 5n; // x 10 / 2
  const isWhole = product % 10n === 0n;
  const units = isWhole ? product / 10n : product;
  return insertPoint(units, isWhole ? decimals : decimals + 1);
}

function insertPoint(units: bigint, decimals: number): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** An age for people: one digit behind the point below ten seconds, then whole units. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Three digits at most, so that the strip does not jitter: "0.42 ms", "12.3 ms", "245 ms", "3.1 s". */
export function formatLatency(ms: number): string {
  if (!Number.isFinite(ms)) return '– ms';
  const size = Math.abs(ms);
  if (size < 9.995) return `${ms.toFixed(2)} ms`;
  if (size < 99.95) return `${ms.toFixed(1)} ms`;
  if (size < 999.5) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Two of them with one unit where they share it: "0.42 / 3.10 ms", "245 ms / 3.1 s". */
export function formatLatencyPair(first: number, second: number): string {
  const [one, two] = [formatLatency(first), formatLatency(second)];
  const unit = one.slice(one.indexOf(' '));
  return two.endsWith(unit) ? `${one.slice(0, -unit.length)} / ${two}` : `${one} / ${two}`;
}

/** "+0.42 %" with a true minus sign; empty when there is nothing to compare with. */
export function formatChange(from: number, to: number): string {
  if (!(from > 0) || !Number.isFinite(to)) return '';
  const percent = ((to - from) / from) * 100;
  const digits = Math.abs(percent).toFixed(2);
  if (digits === '0.00') return '0.00 %';
  return `${percent > 0 ? '+' : MINUS}${digits} %`;
}

/** Basis points between two prices in ticks, or nothing where a ratio would mean nothing. */
export function spreadInBasisPoints(bid: number, ask: number): string {
  const sum = bid + ask;
  if (sum <= 0) return '';
  const basisPoints = ((ask - bid) * 20_000) / sum;
  return basisPoints < 9.995 ? basisPoints.toFixed(2) : basisPoints.toFixed(1);
}

/** Local date and time with milliseconds, as ISO 8601 orders them. */
export function formatMoment(timeUs: number): string {
  const date = new Date(Math.floor(timeUs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatTimeOfDay(timeUs)}`;
}

/** Local time of day with milliseconds, from microseconds since 1970. */
export function formatTimeOfDay(timeUs: number): string {
  const date = new Date(Math.floor(timeUs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
