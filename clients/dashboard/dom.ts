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
 * A number in a box of its own that is as wide as the longest one so far: a new one with no more digits
 * lays out this box, and nothing around it.
 */
export class BoxedText {
  readonly node: HTMLElement;
  readonly #text = new LiveText();
  readonly #box: HTMLElement;
  #longest = 0;

  constructor() {
    this.#box = element('span', { class: 'box' }, this.#text.node);
    // What a flex container holds directly is laid out together with it.
    this.node = element('span', {}, this.#box);
  }

  write(text: string): void {
    this.#text.write(text);
    if (text.length <= this.#longest) return;
    this.#longest = text.length;
    this.#box.style.width = `${text.length}ch`;
  }
}

/**
 * A number whose insignificant trailing digits are dimmed: two text nodes that read as one, and stand
 * in the cell itself. A box of its own for each would be laid out alone, but painted alone, too, which
 * costs more than laying out the table. The second one is made for the first number that needs it:
 * an empty one costs a third of laying out the cell.
 */
export class Figure {
  readonly #significant = new LiveText();
  #trailing: LiveText | undefined;
  #shown = '';

  constructor(parent: HTMLElement) {
    parent.append(this.#significant.node);
  }

  write(text: string, keepDecimals: number): void {
    if (text === this.#shown) return;
    this.#shown = text;
    const end = significantLength(text, keepDecimals);
    this.#significant.write(text.slice(0, end));
    if (end < text.length) this.#trailing ??= this.#addTrailing();
    this.#trailing?.write(text.slice(end));
  }

  #addTrailing(): LiveText {
    const trailing = new LiveText();
    this.#significant.node.after(element('span', { class: 'dim' }, trailing.node));
    return trailing;
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
