/** The cumulative bars of one side: one shape behind the table, because one is cheaper than fifty. */

import { element, LiveAttribute } from '../dom.ts';
import type { LadderModel, LadderSide } from './ladder-model.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Of a row's height, above and below a bar. */
const GAP = 0.05;

export class LadderBars {
  readonly element: HTMLElement;
  readonly #side: 'bid' | 'ask';
  readonly #picture = document.createElementNS(SVG, 'svg');
  readonly #path: LiveAttribute;
  #rows = 0;

  constructor(side: 'bid' | 'ask') {
    this.#side = side;
    const path = document.createElementNS(SVG, 'path');
    this.#path = new LiveAttribute(path, 'd');
    this.#picture.setAttribute('preserveAspectRatio', 'none');
    this.#picture.append(path);
    this.element = element('div', { class: `bars ${side}`, 'aria-hidden': 'true' });
    this.element.append(this.#picture);
  }

  /** For so many rows, without a bar. */
  reset(rows: number): void {
    this.#rows = rows;
    // One unit is a row's height, and the longest bar's length.
    this.#picture.setAttribute('viewBox', `0 0 1 ${rows}`);
    this.element.style.setProperty('--levels', String(rows));
    this.#path.write('');
  }

  draw(model: LadderModel, levels: LadderSide): void {
    const { length } = levels;
    this.#path.write(
      barsPath(this.#side, this.#rows, length, (index) => model.barLength(levels, index)),
    );
  }
}

/** Bars of `count` levels, best first, in a box of 1 x `rows`: bids grow to the left, asks to the right. */
export function barsPath(
  side: 'bid' | 'ask',
  rows: number,
  count: number,
  lengthOf: (index: number) => number,
): string {
  let path = '';
  for (let index = 0; index < count; index += 1) {
    const length = lengthOf(index).toFixed(3);
    // Asks stand outermost first.
    const top = (side === 'bid' ? index : rows - 1 - index) + GAP;
    const bar =
      side === 'bid'
        ? `M1 ${top}h-${length}v${1 - 2 * GAP}H1z`
        : `M0 ${top}h${length}v${1 - 2 * GAP}H0z`;
    path += bar;
  }
  return path;
}
