/** Horizontal bars with their values written out: ours, the peers, the limit. */

import { axisFor, shortNumber } from './axis.ts';
import { escapeText } from './escape.ts';

/** Published figures were measured elsewhere, on other machines: drawn dashed, so that nobody mistakes them. */
export type BarKind = 'ours' | 'peer' | 'limit' | 'published';

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly kind: BarKind;
  /** The ends of its interval, where there is one. */
  readonly low?: number;
  readonly high?: number;
}

export interface BarChart {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** True where less is better: said in the title. */
  readonly isLessBetter?: boolean;
}

const WIDTH = 760;
const LABELS = 270;
const VALUES = 90;
const ROW = 24;
const TOP = 34;

export function barChart({ title, unit, bars, isLessBetter }: BarChart): string {
  const ends = bars.flatMap(({ value, high }) => (high === undefined ? [value] : [value, high]));
  const axis = axisFor('linear', ends);
  const room = WIDTH - LABELS - VALUES;
  const height = TOP + bars.length * ROW + 6;
  const rows = bars.map((bar, i) => {
    const y = TOP + i * ROW;
    const length = Math.max(1, axis.place(bar.value) * room);
    const text = escapeText(shortNumber(bar.value));
    const after = Math.max(length, bar.high === undefined ? 0 : axis.place(bar.high) * room);
    return [
      `<text class="label" x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${escapeText(bar.label)}</text>`,
      `<rect class="${bar.kind}" x="${LABELS}" y="${y + 3}" width="${length.toFixed(1)}" height="${ROW - 7}" rx="2"/>`,
      whisker(bar, y, (value) => LABELS + axis.place(value) * room),
      `<text class="value" x="${(LABELS + after + 6).toFixed(1)}" y="${y + 15}">${text}</text>`,
    ].join('');
  });
  const better = isLessBetter === true ? ', less is better' : '';
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeText(title)}">`,
    `<text class="title" x="0" y="16">${escapeText(title)}</text>`,
    `<text class="unit" x="${WIDTH}" y="16" text-anchor="end">${escapeText(unit)}${better}</text>`,
    ...rows,
    '</svg>',
  ].join('\n');
}

function whisker({ low, high }: Bar, y: number, place: (value: number) => number): string {
  if (low === undefined || high === undefined) return '';
  const [from, to] = [place(low).toFixed(1), place(high).toFixed(1)];
  const middle = y + ROW / 2 - 0.5;
  return `<path class="whisker" d="M${from} ${middle}H${to}M${from} ${middle - 4}v8M${to} ${middle - 4}v8"/>`;
}
