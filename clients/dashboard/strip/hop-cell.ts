/** One hop of the way to the screen: median, the time that 99 % stay within, and a small plot. */

import { LiveAttribute } from '../dom.ts';
import { formatLatency, formatLatencyPair } from '../format.ts';
import { FactCell } from './fact-cell.ts';
import type { LatencyWindow } from './latency-window.ts';
import { Sparkline } from './sparkline.ts';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 44;
const HEIGHT = 14;

export class HopCell extends FactCell {
  readonly #sparkline = new Sparkline();
  readonly #points: LiveAttribute;

  constructor(name: string, label: string) {
    super(name, label);
    const picture = document.createElementNS(SVG, 'svg');
    picture.setAttribute('viewBox', `0 -1 ${WIDTH} ${HEIGHT + 2}`);
    picture.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS(SVG, 'polyline');
    picture.append(line);
    // Inside the definition: a list of terms holds nothing else.
    this.element.querySelector('dd')?.append(picture);
    this.#points = new LiveAttribute(line, 'points');
  }

  /** `about`: in front of figures that compare two clocks. */
  draw(window: LatencyWindow | undefined, about: string): void {
    const median = window?.quantile(0.5) ?? Number.NaN;
    this.drawQuantiles(median, window?.quantile(0.99) ?? Number.NaN, about);
  }

  /** Milliseconds; NaN while nothing is known. */
  drawQuantiles(median: number, slow: number, about: string): void {
    this.write(
      Number.isNaN(median) ? formatLatency(median) : about + formatLatencyPair(median, slow),
    );
    this.#sparkline.add(median);
    this.#points.write(this.#sparkline.points(WIDTH, HEIGHT));
  }
}
