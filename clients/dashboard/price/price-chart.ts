/** The price chart: candles and volume on uPlot's axes and crosshair. */

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { PageColours } from '../canvas/page-colours.ts';
import { labelStep } from '../canvas/price-labels.ts';
import { element, LiveText } from '../dom.ts';
import { groupThousands } from '../format.ts';
import type { Decimals } from '../ladder/ladder-row.ts';
import { texts } from '../texts.ts';
import { AxisLabels } from './axis-labels.ts';
import { type CandleSource, type Candles, emptyCandles } from './candle-series.ts';
import { drawCandles } from './draw-candles.ts';
import { TIME_STEPS, timeLabel } from './time-axis.ts';

const DRAW_INTERVAL_MS = 500;
/** Width of a candle with the space around it: wide while there are few, so that they fill the panel. */
const CANDLE_PX = [24, 12, 8] as const;
const FEWEST_CANDLES = 20;
/** Part of the width in which a label of time has no room. */
const EDGE_SHARE = 0.04;
const AXIS_PX = 76;
const TIME_AXIS_PX = 24;

export class PriceChart {
  readonly element: HTMLElement;
  /** Open, high, low, close and volume at the crosshair, or of the newest candle. */
  readonly reading = element('output', { class: 'reading' });
  readonly #plot: HTMLElement;
  readonly #colours: PageColours;
  readonly #times = new AxisLabels('X');
  readonly #prices = new AxisLabels('Y');
  readonly #readingText = new LiveText();
  readonly #empty = element('p', { class: 'empty' });
  #chart: uPlot | undefined;
  #candles: Candles = emptyCandles();
  #decimals: Decimals | undefined;
  #until: number | undefined;
  #symbol = '';
  #span = 0;
  #shown = FEWEST_CANDLES;
  #timeSplits: readonly number[] = [];
  #priceSplits: readonly number[] = [];
  #width = 0;
  #height = 0;
  #nextDrawMs = 0;
  #drawnVersion = -1;
  #colourVersion = -1;
  #isDirty = true;

  constructor(colours: PageColours) {
    this.#colours = colours;
    this.reading.append(this.#readingText.node);
    this.#plot = element('div', { class: 'plot', role: 'img' });
    this.element = element(
      'div',
      { class: 'price-chart' },
      this.#plot,
      this.#times.element,
      this.#prices.element,
      this.#empty,
    );
    new ResizeObserver(([entry]) => {
      this.#width = Math.floor(entry?.contentRect.width ?? 0);
      this.#height = Math.floor(entry?.contentRect.height ?? 0);
      this.#isDirty = true;
    }).observe(this.#plot);
  }

  reset(symbol: string): void {
    this.#symbol = symbol;
    this.#writeLabel();
    this.#drawnVersion = -1;
    this.#isDirty = true;
  }

  setSpan(seconds: number): void {
    if (seconds === this.#span) return;
    this.#span = seconds;
    this.#writeLabel();
    this.#isDirty = true;
    this.#nextDrawMs = 0;
  }

  /** Microseconds since 1970 of the past shown: what came later is not drawn. Undefined: live. */
  setMoment(timeUs: number | undefined): void {
    const until =
      timeUs === undefined ? undefined : Math.floor(timeUs / 1e6 / this.#span) * this.#span;
    if (until === this.#until) return;
    this.#until = until;
    this.#isDirty = true;
  }

  isDue(series: CandleSource, nowMs: number): boolean {
    if (this.#width === 0 || this.#height === 0 || nowMs < this.#nextDrawMs) return false;
    return (
      this.#isDirty ||
      series.version !== this.#drawnVersion ||
      this.#colours.version !== this.#colourVersion
    );
  }

  draw(series: CandleSource, decimals: Decimals, nowMs: number): void {
    this.#nextDrawMs = nowMs + DRAW_INTERVAL_MS;
    this.#isDirty = false;
    this.#drawnVersion = series.version;
    this.#colourVersion = this.#colours.version;
    this.#decimals = decimals;
    const most = this.#fitting(CANDLE_PX[2]);
    this.#candles = series.gather(this.#span, most, this.#until);
    this.#shown = this.#roomFor(this.#candles.times);
    const isEmpty = this.#candles.times.length === 0;
    this.#empty.textContent = isEmpty ? this.#emptyText() : '';
    this.#plot.hidden = isEmpty;
    const { times, opens, highs, lows, closes, volumes } = this.#candles;
    const data: uPlot.AlignedData = [times, opens, highs, lows, closes, volumes];
    this.#chart ??= new uPlot(this.#options(), data, this.#plot);
    if (this.#chart.width !== this.#width || this.#chart.height !== this.#height) {
      this.#chart.setSize({ width: this.#width, height: this.#height });
    }
    this.#chart.setData(data);
    this.#read(this.#chart);
  }

  #writeLabel(): void {
    const length = texts.price.seconds(this.#span);
    this.#plot.setAttribute('aria-label', texts.price.label(this.#symbol, length));
  }

  #emptyText(): string {
    return this.#until === undefined ? texts.price.empty : texts.price.emptyPast;
  }

  #fitting(candlePx: number): number {
    return Math.max(FEWEST_CANDLES, Math.floor((this.#width - AXIS_PX) / candlePx));
  }

  /** Candles that the width stands for, those without a trade too. */
  #roomFor(times: readonly number[]): number {
    const needed = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / this.#span + 2;
    const wide = CANDLE_PX.find((candlePx) => this.#fitting(candlePx) >= needed);
    return this.#fitting(wide ?? CANDLE_PX[2]);
  }

  #options(): uPlot.Options {
    const hidden = { show: false, paths: () => null, points: { show: false } };
    const grid = { stroke: () => this.#colours.css('line'), width: 1 };
    // Labels are text beside the canvas; uPlot still says where they stand.
    const axis = { grid, ticks: { size: 0 } };
    return {
      width: this.#width,
      height: this.#height,
      padding: [8, 0, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: false, y: false },
        points: { show: false },
        // Nothing jumps to the nearest value: the crosshair is where the pointer is.
        focus: { prox: -1 },
      },
      series: [{}, hidden, hidden, hidden, hidden, { ...hidden, scale: 'volume' }],
      scales: {
        x: { time: false, range: () => this.#timeRange() },
        y: { range: () => this.#priceRange() },
        volume: { range: () => [0, Math.max(1, ...this.#candles.volumes) * 4] },
      },
      axes: [
        {
          ...axis,
          size: TIME_AXIS_PX,
          incrs: [...TIME_STEPS],
          space: 64,
          values: (_chart, splits) => {
            this.#timeSplits = splits;
            return splits.map(() => null);
          },
        },
        {
          ...axis,
          side: 1,
          size: AXIS_PX,
          splits: (_chart, _axis, low, high) => priceSplits(low, high),
          values: (_chart, splits) => {
            this.#priceSplits = splits;
            return splits.map(() => null);
          },
        },
      ],
      hooks: {
        draw: [
          (chart) => {
            drawCandles(chart, this.#candles, this.#span, this.#colours);
            this.#writeLabels(chart);
          },
        ],
        setCursor: [(chart) => this.#read(chart)],
      },
    };
  }

  #writeLabels(chart: uPlot): void {
    const isEmpty = this.#candles.times.length === 0;
    // Not from the elements: asking one for its place makes the browser lay out the whole page.
    const top = chart.bbox.top / window.devicePixelRatio;
    const { min: oldest = 0, max: newest = 0 } = chart.scales['x'] ?? {};
    // One that stands at the very edge would be cut off.
    const edge = this.#shown * this.#span * EDGE_SHARE;
    const times = this.#timeSplits.filter(
      (time) => time > (oldest ?? 0) + edge && time < (newest ?? 0) - edge,
    );
    this.#times.write(
      isEmpty ? [] : times,
      (time) => timeLabel(time, this.#span),
      (time) => chart.valToPos(time, 'x'),
    );
    this.#prices.write(
      isEmpty ? [] : this.#priceSplits,
      (ticks) => this.#price(ticks),
      (ticks) => top + chart.valToPos(ticks, 'y'),
    );
  }

  #timeRange(): [number, number] {
    // Not what uPlot says: of a single candle it makes a range of hours.
    const newest = this.#candles.times.at(-1) ?? 0;
    // One candle of room beside the newest, so that its wick does not touch the axis.
    const end = newest + 2 * this.#span;
    return [end - (this.#shown + 1) * this.#span, end];
  }

  #priceRange(): [number, number] {
    const { highs, lows } = this.#candles;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const price of lows) low = Math.min(low, price);
    for (const price of highs) high = Math.max(high, price);
    const room = Math.max(2, (high - low) * 0.08);
    // The volume has the lowest quarter to itself.
    return Number.isFinite(low) ? [low - room - (high - low) * 0.25, high + room] : [0, 1];
  }

  #price(ticks: number): string {
    return groupThousands(this.#decimals?.formatPrice(ticks) ?? '');
  }

  #read(chart: uPlot): void {
    const { times, opens, highs, lows, closes, volumes, lacking } = this.#candles;
    const index = chart.cursor.idx ?? times.length - 1;
    const price = (column: readonly number[]) => this.#price(column[index] ?? 0);
    const { open, high, low, close, volume, lacks } = texts.price;
    const size = groupThousands(this.#decimals?.formatQuantity(volumes[index] ?? 0) ?? '');
    this.#readingText.write(
      times[index] === undefined
        ? ''
        : `${open} ${price(opens)}  ${high} ${price(highs)}  ${low} ${price(lows)}  ` +
            `${close} ${price(closes)}  ${volume} ${size}${lacking[index] === 1 ? `  ${lacks}` : ''}`,
    );
  }
}

function priceSplits(low: number, high: number): number[] {
  const step = labelStep((high - low) / 6);
  const splits: number[] = [];
  for (let price = Math.ceil(low / step) * step; price <= high; price += step) splits.push(price);
  return splits;
}
