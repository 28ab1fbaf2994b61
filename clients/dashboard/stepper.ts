/** A value between two buttons, one step down and one up. */

import { element, LiveText } from './dom.ts';

export interface StepperTexts {
  readonly name: string;
  readonly hint: string;
  readonly down: string;
  readonly up: string;
}

export class Stepper {
  readonly element: HTMLElement;
  readonly #value = new LiveText();
  readonly #down: HTMLButtonElement;
  readonly #up: HTMLButtonElement;

  /** `kind`: its class, for the style sheet. */
  constructor(kind: string, { name, hint, down, up }: StepperTexts, step: (by: 1 | -1) => void) {
    this.#down = button('−', down, () => step(-1));
    this.#up = button('+', up, () => step(1));
    this.element = element(
      'div',
      { class: `stepper ${kind}`, role: 'group', 'aria-label': name, title: hint },
      element('span', { class: 'stepper-name', 'aria-hidden': 'true' }, name),
      this.#down,
      element('output', {}, this.#value.node),
      this.#up,
    );
  }

  /** What stands between the buttons, and whether it is the lowest or the highest there is. */
  write(text: string, isLowest: boolean, isHighest: boolean): void {
    this.#value.write(text);
    // Not `disabled`: that would take the focus from whoever has just pressed it.
    this.#down.setAttribute('aria-disabled', String(isLowest));
    this.#up.setAttribute('aria-disabled', String(isHighest));
  }
}

function button(sign: string, label: string, act: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', 'aria-label': label }, sign);
  made.addEventListener('click', act);
  return made;
}
