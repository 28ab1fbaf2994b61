/** Prices beside a canvas, as text: read by everybody, and aligned like every other figure. */

import { element, Figure } from '../dom.ts';
import { groupThousands } from '../format.ts';
import { PRICE_DECIMALS } from '../ladder/ladder-row.ts';

export class PriceLabels {
  readonly element: HTMLElement;
  readonly #labels: readonly { readonly element: HTMLElement; readonly figure: Figure }[];

  constructor(count: number) {
    this.#labels = Array.from({ length: count }, () => {
      const label = element('span', { class: 'price-label' });
      return { element: label, figure: new Figure(label) };
    });
    this.element = element(
      'div',
      { class: 'price-labels', 'aria-hidden': 'true' },
      ...this.#labels.map((label) => label.element),
    );
  }

  /** Round prices between `low` and `high`, at most as many as there are labels. */
  write(low: number, high: number, height: number, format: (ticks: number) => string): void {
    const step = labelStep((high - low) / this.#labels.length);
    let price = Math.ceil(low / step) * step;
    for (const { element: label, figure } of this.#labels) {
      label.hidden = price > high || height <= 0;
      if (label.hidden) continue;
      figure.write(groupThousands(format(price)), PRICE_DECIMALS);
      const y = height - ((price + 0.5 - low) / (high - low)) * height;
      label.style.transform = `translateY(${y.toFixed(1)}px)`;
      price += step;
    }
  }
}

/** The smallest of 1, 2, 5, 10 ... ticks above `least`. */
export function labelStep(least: number): number {
  const decade = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(least, 1))));
  return [1, 2, 5, 10].map((step) => step * decade).find((step) => step > least) ?? decade * 20;
}
