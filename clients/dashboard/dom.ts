/** The few helpers with which the page builds its elements and writes into them. */

import { significantLength } from './format.ts';

type Child = Node | string;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A text node that is written only when its text changes: an equal write would still cost layout. */
export class LiveText {
  readonly node = document.createTextNode('');
  #shown = '';

  write(text: string): void {
    if (text === this.#shown) return;
    this.#shown = text;
    this.node.data = text;
  }
}

/**
 * A number whose insignificant trailing digits are dimmed: two text nodes that read as one, in a box
 * of its own, so that a new digit lays out this box and not the whole table around it.
 */
export class Figure {
  readonly #significant = new LiveText();
  readonly #trailing = new LiveText();
  #shown = '';

  constructor(parent: HTMLElement) {
    const dimmed = element('span', { class: 'dim' }, this.#trailing.node);
    parent.append(element('span', { class: 'figure' }, this.#significant.node, dimmed));
  }

  write(text: string, keepDecimals: number): void {
    if (text === this.#shown) return;
    this.#shown = text;
    const end = significantLength(text, keepDecimals);
    this.#significant.write(text.slice(0, end));
    this.#trailing.write(text.slice(end));
  }
}

/** An attribute that is written only when its value changes. */
export class LiveAttribute {
  readonly #element: Element;
  readonly #name: string;
  #shown: string | undefined;

  constructor(target: Element, name: string) {
    this.#element = target;
    this.#name = name;
  }

  write(value: string): void {
    if (value === this.#shown) return;
    this.#shown = value;
    this.#element.setAttribute(this.#name, value);
  }
}
