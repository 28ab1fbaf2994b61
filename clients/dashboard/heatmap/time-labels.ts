/** How long ago the columns of the heatmap were, in equal parts that are easy to read. */

import { element } from '../dom.ts';
import { texts } from '../texts.ts';

/** Seconds between labels, by the seconds shown. */
const STEPS: Readonly<Record<number, number>> = { 60: 15, 120: 30, 300: 60 };

export class TimeLabels {
  readonly element = element('div', { class: 'time-labels', 'aria-hidden': 'true' });
  #shownSeconds = 0;

  show(seconds: number): void {
    if (seconds === this.#shownSeconds) return;
    this.#shownSeconds = seconds;
    const step = STEPS[seconds] ?? seconds / 5;
    const labels: HTMLElement[] = [];
    for (let ago = seconds - step; ago > 0; ago -= step) {
      labels.push(element('span', {}, texts.heatmap.ago(texts.price.seconds(ago))));
    }
    this.element.replaceChildren(...labels, element('span'));
  }
}
