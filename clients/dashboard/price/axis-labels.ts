/** The figures along one axis of the price chart, as text: a canvas takes a millisecond for each. */

import { element, LiveText } from '../dom.ts';

interface Label {
  readonly element: HTMLElement;
  readonly text: LiveText;
}

export class AxisLabels {
  readonly element: HTMLElement;
  readonly #axis: 'X' | 'Y';
  readonly #labels: Label[] = [];

  /** `axis`: along which the labels stand. */
  constructor(axis: 'X' | 'Y') {
    this.#axis = axis;
    const name = axis === 'X' ? 'times' : 'prices';
    this.element = element('div', { class: `axis-labels ${name}`, 'aria-hidden': 'true' });
  }

  /** `positionOf`: pixels along the axis. */
  write(
    values: readonly number[],
    textOf: (value: number) => string,
    positionOf: (value: number) => number,
  ): void {
    while (this.#labels.length < values.length) this.#add();
    for (const [index, { element: label, text }] of this.#labels.entries()) {
      const value = values[index];
      label.hidden = value === undefined;
      if (value === undefined) continue;
      text.write(textOf(value));
      label.style.transform = `translate${this.#axis}(${positionOf(value).toFixed(1)}px)`;
    }
  }

  #add(): void {
    const text = new LiveText();
    const label = element('span', {}, element('span', {}, text.node));
    this.#labels.push({ element: label, text });
    this.element.append(label);
  }
}
