/** The line under the ladder: what taking everything down to the level pointed at would cost. */

import { element, LiveAttribute, LiveText } from '../dom.ts';
import { groupThousands } from '../format.ts';
import { texts } from '../texts.ts';
import type { Decimals } from './ladder-row.ts';
import { type Sweep, sweepText } from './sweep.ts';

export class SweepLine {
  readonly element: HTMLElement;
  readonly #side: LiveAttribute;
  readonly #price = new LiveText();
  readonly #quantity = new LiveText();
  readonly #average = new LiveText();
  readonly #cost = new LiveText();
  readonly #slippage = new LiveText();

  constructor() {
    const { label, idle, to, quantity, average, cost, slippage } = texts.sweep;
    const fact = (name: string, title: string, value: LiveText) =>
      element('div', { class: name }, element('dt', {}, title), element('dd', {}, value.node));
    this.element = element(
      'div',
      { class: 'sweep', role: 'group', 'aria-label': label },
      element('p', { class: 'sweep-idle' }, idle),
      element(
        'dl',
        {},
        fact('sweep-price', to, this.#price),
        fact('sweep-quantity', quantity, this.#quantity),
        fact('sweep-average', average, this.#average),
        fact('sweep-cost', cost, this.#cost),
        fact('sweep-slippage', slippage, this.#slippage),
      ),
    );
    this.#side = new LiveAttribute(this.element, 'data-side');
    this.#side.write('none');
  }

  draw(
    side: 'bid' | 'ask',
    sweep: Sweep | undefined,
    decimals: Decimals,
    tickSize: string,
    lotSize: string,
  ): void {
    if (sweep === undefined) {
      this.clear();
      return;
    }
    const { average, cost, slippage } = sweepText(sweep, tickSize, lotSize);
    this.#side.write(side);
    this.#price.write(groupThousands(decimals.formatPrice(sweep.last)));
    this.#quantity.write(groupThousands(decimals.formatQuantity(sweep.quantity)));
    this.#average.write(average);
    this.#cost.write(cost);
    this.#slippage.write(slippage === '' ? '' : `${slippage} ${texts.ladder.basisPoints}`);
  }

  clear(): void {
    this.#side.write('none');
  }
}
