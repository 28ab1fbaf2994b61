/** Curves over a linear, logarithmic or percentile axis, with a legend. */

import { type Axis, type AxisKind, axisFor } from './axis.ts';
import { escapeText } from './escape.ts';

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

export interface LineChart {
  readonly title: string;
  readonly x: { readonly label: string; readonly kind: AxisKind };
  readonly y: { readonly label: string; readonly kind: AxisKind };
  readonly series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 300;
const FRAME = { left: 62, right: 30, top: 52, bottom: 46 };
/** Classes of the style sheet, each another colour. */
const COLOURS = 6;

export function lineChart({ title, x, y, series }: LineChart): string {
  const all = series.flatMap(({ points }) => points);
  const xAxis = axisFor(
    x.kind,
    all.map(([value]) => value),
  );
  const yAxis = axisFor(
    y.kind,
    all.map(([, value]) => value),
  );
  const xOf = (value: number): number =>
    FRAME.left + xAxis.place(value) * (WIDTH - FRAME.left - FRAME.right);
  const yOf = (value: number): number =>
    HEIGHT - FRAME.bottom - yAxis.place(value) * (HEIGHT - FRAME.top - FRAME.bottom);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(title)}">`,
    `<text class="title" x="0" y="16">${escapeText(title)}</text>`,
    legend(series),
    gridLines(xAxis, yAxis, xOf, yOf),
    `<text class="unit" x="${WIDTH - FRAME.right}" y="${HEIGHT - 8}" text-anchor="end">${escapeText(x.label)}</text>`,
    `<text class="unit" x="0" y="38">${escapeText(y.label)}</text>`,
    ...series.map(({ points }, i) => curve(points, i, xOf, yOf)),
    '</svg>',
  ].join('\n');
}

function gridLines(
  xAxis: Axis,
  yAxis: Axis,
  xOf: (value: number) => number,
  yOf: (value: number) => number,
): string {
  const right = WIDTH - FRAME.right;
  const bottom = HEIGHT - FRAME.bottom;
  const lines = yAxis.ticks.map(({ value, text }) => {
    const at = yOf(value).toFixed(1);
    return `<path class="grid" d="M${FRAME.left} ${at}H${right}"/><text class="tick" x="${FRAME.left - 6}" y="${(Number(at) + 4).toFixed(1)}" text-anchor="end">${text}</text>`;
  });
  const marks = xAxis.ticks.map(({ value, text }) => {
    const at = xOf(value).toFixed(1);
    return `<path class="grid" d="M${at} ${bottom}v5"/><text class="tick" x="${at}" y="${bottom + 18}" text-anchor="middle">${text}</text>`;
  });
  return [...lines, ...marks].join('\n');
}

function curve(
  points: Series['points'],
  colour: number,
  xOf: (value: number) => number,
  yOf: (value: number) => number,
): string {
  const places = points
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y]) => `${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`);
  const [first] = places;
  if (first === undefined) return '';
  const dots =
    places.length > 30
      ? ''
      : places
          .map((place) => {
            const [cx, cy] = place.split(' ');
            return `<circle class="dot c${colour % COLOURS}" cx="${cx}" cy="${cy}" r="2.5"/>`;
          })
          .join('');
  return `<path class="curve c${colour % COLOURS}" d="M${places.join('L')}"/>${dots}`;
}

/** From the right end of the line that has the title. */
function legend(series: readonly Series[]): string {
  if (series.length < 2) return '';
  let right = WIDTH - FRAME.right;
  return series
    .map(({ name }, i) => ({ name, i }))
    .reverse()
    .map(({ name, i }) => {
      const width = 7 * name.length;
      const x = right - width;
      right = x - 34;
      return `<path class="curve c${i % COLOURS}" d="M${x - 22} 34h16"/><text class="tick" x="${x}" y="38">${escapeText(name)}</text>`;
    })
    .join('\n');
}
