/** Draws candles and volumes into uPlot's canvas, in device pixels as its hooks do. */

import type uPlot from 'uplot';
import type { ColourName, PageColours } from '../canvas/page-colours.ts';
import type { Candles } from './candle-series.ts';

/** Part of a candle's time that its body covers. */
const BODY_SHARE = 0.66;

export function drawCandles(
  chart: uPlot,
  candles: Candles,
  span: number,
  colours: PageColours,
): void {
  const { ctx: context, bbox } = chart;
  const step = Math.abs(chart.valToPos(span, 'x', true) - chart.valToPos(0, 'x', true));
  const bodyPx = Math.max(1, Math.round(step * BODY_SHARE));
  const wick = Math.max(1, Math.round(step / 10));
  context.save();
  context.beginPath();
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  context.clip();
  for (let index = 0; index < candles.times.length; index += 1) {
    const open = candles.opens[index] as number;
    const close = candles.closes[index] as number;
    const centre = chart.valToPos((candles.times[index] as number) + span / 2, 'x', true);
    const left = Math.round(centre - bodyPx / 2);
    const yOf = (price: number) => Math.round(chart.valToPos(price, 'y', true));
    const side = close < open ? 'ask' : 'bid';
    // One that lacks trades says less than the others.
    const ink: ColourName = candles.lacking[index] === 1 ? 'text-3' : side;

    const bottom = bbox.top + bbox.height;
    const volumeTop = chart.valToPos(candles.volumes[index] as number, 'volume', true);
    context.fillStyle = colours.css(`${side}-bar`);
    context.fillRect(left, volumeTop, bodyPx, bottom - volumeTop);

    context.fillStyle = colours.css(ink);
    const high = yOf(candles.highs[index] as number);
    const low = yOf(candles.lows[index] as number);
    context.fillRect(Math.round(centre - wick / 2), high, wick, Math.max(1, low - high));
    const top = yOf(Math.max(open, close));
    const height = Math.max(1, yOf(Math.min(open, close)) - top);
    context.fillRect(left, top, bodyPx, height);
    // A rising candle is hollow: said without colour, too.
    if (close >= open && bodyPx > 3 && height > 3) {
      context.fillStyle = colours.css('panel');
      context.fillRect(left + 1, top + 1, bodyPx - 2, height - 2);
    }
  }
  context.restore();
}
