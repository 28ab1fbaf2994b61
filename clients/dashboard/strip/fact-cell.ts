/** A name and a figure of the truth strip that explains itself on hover. */

import { type BoxedText, element, LiveAttribute, LiveText } from '../dom.ts';
import { texts } from '../texts.ts';

export class FactCell {
  readonly element: HTMLElement;
  readonly #value: LiveText | BoxedText;
  readonly #title: LiveAttribute;
  readonly #mark: LiveAttribute;

  /** `value`: a boxed one where a number changes in every frame. */
  constructor(
    name: string,
    label: string,
    hint = '',
    value: LiveText | BoxedText = new LiveText(),
  ) {
    this.#value = value;
    this.element = element(
      'div',
      { class: `fact ${name}` },
      element('dt', {}, label),
      element('dd', {}, this.#value.node),
    );
    this.#title = new LiveAttribute(this.element, 'title');
    this.#mark = new LiveAttribute(this.element, 'data-mark');
    if (hint !== '') this.explain(hint);
    this.write(texts.noValue);
  }

  write(text: string): void {
    this.#value.write(text);
  }

  explain(hint: string): void {
    this.#title.write(hint);
  }

  mark(mark: 'plain' | 'warning' | 'broken' | 'proved' | 'faint'): void {
    this.#mark.write(mark);
  }
}
