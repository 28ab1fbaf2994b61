/** Where a value lies along an axis, and which round values are written beside it. */

export type AxisKind = 'linear' | 'log' | 'percentile';

export interface Axis {
  /** 0 to 1. */
  place(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

const PERCENTILES = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];

/** An axis that holds all values; a linear one begins at 0, for a bar that does not would lie. */
export function axisFor(kind: AxisKind, values: readonly number[]): Axis {
  const finite = values.filter((value) => Number.isFinite(value));
  switch (kind) {
    case 'linear':
      return linearAxis(Math.min(0, ...finite), Math.max(0, ...finite));
    case 'log':
      return logAxis(finite.filter((value) => value > 0));
    case 'percentile':
      return percentileAxis(Math.max(0.9, ...finite.filter((value) => value < 1)));
  }
}

function linearAxis(least: number, most: number): Axis {
  const step = roundStep((most - least || 1) / 5);
  const first = Math.floor(least / step) * step;
  const last = Math.max(first + step, Math.ceil(most / step - 1e-9) * step);
  const count = Math.round((last - first) / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => {
    const value = first + i * step;
    return { value, text: shortNumber(value) };
  });
  return { place: (value) => (value - first) / (last - first), ticks };
}

/** 1, 2 or 5 times a power of ten, the next one above. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const share = step / power;
  return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

function logAxis(values: readonly number[]): Axis {
  const low = Math.floor(Math.log10(Math.min(...values, 1e12)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values, 1e-12)) - 1e-9));
  const every = Math.max(1, Math.ceil((high - low) / 8));
  const ticks: { value: number; text: string }[] = [];
  for (let power = low; power <= high; power += every) {
    ticks.push({ value: 10 ** power, text: shortNumber(10 ** power) });
  }
  return {
    place: (value) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low),
    ticks,
  };
}

/** Each nine takes as much room as the one before: p90, p99, p99.9. */
function percentileAxis(most: number): Axis {
  const nines = (share: number): number => -Math.log10(1 - Math.min(share, 1 - 1e-9));
  const end = nines(most);
  const ticks = PERCENTILES.filter((share) => share <= most + 1e-12).map((value) => ({
    value,
    text: `p${Number((value * 100).toFixed(3))}`,
  }));
  return { place: (share) => nines(share) / end, ticks };
}

export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trimmed(value / 1e9)} G`;
  if (size >= 1e6) return `${trimmed(value / 1e6)} M`;
  if (size >= 1e4) return `${trimmed(value / 1e3)} k`;
  return trimmed(value);
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
