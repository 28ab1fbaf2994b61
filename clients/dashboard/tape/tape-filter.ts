/** The smallest trade that the tape shows, as a decimal typed by the reader. */

import { element } from '../dom.ts';
import { parseDecimal, stepsUpTo } from '../exact-decimal.ts';
import { texts } from '../texts.ts';

export class TapeFilter {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;

  /** `changed` hears what was typed; what is no decimal filters nothing. */
  constructor(changed: (text: string) => void) {
    const { filter, filterHint } = texts.tape;
    this.input = element('input', {
      type: 'text',
      inputmode: 'decimal',
      class: 'tape-filter',
      'aria-label': filter,
      'aria-keyshortcuts': 'f',
      autocomplete: 'off',
      maxlength: '24',
      placeholder: '0',
    });
    this.input.addEventListener('input', () => {
      const { value } = this.input;
      const isWrong = value.trim() !== '' && parseDecimal(value) === undefined;
      this.input.setAttribute('aria-invalid', String(isWrong));
      changed(isWrong ? '' : value.trim());
    });
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === 'Escape') this.input.blur();
    });
    this.element = element(
      'label',
      { class: 'choice filter', title: filterHint },
      element('span', {}, filter),
      this.input,
    );
  }

  show(text: string): void {
    this.input.value = text;
    this.input.setAttribute('aria-invalid', 'false');
  }
}

/** In lots; 0 for what is no decimal, which leaves nothing out. */
export function smallestLots(text: string, lotSize: string): number {
  const wanted = parseDecimal(text);
  const lot = parseDecimal(lotSize);
  if (wanted === undefined || lot === undefined) return 0;
  return stepsUpTo(wanted, lot) ?? 0;
}
