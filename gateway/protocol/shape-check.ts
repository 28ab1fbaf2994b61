/** Checks a decoded message against its shape, and says in words what is wrong. */

import { LEVEL_WIDTH, ORDER_WIDTH, TRADE_WIDTH } from './messages.ts';

interface Field {
  readonly name: string;
  readonly kind: string;
  readonly optional: boolean;
}

export interface Shape {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** What each kind of element is, in words. */
export const KIND_WORDS: Readonly<Record<string, string>> = {
  n: 'an integer from 0 to 2^53 - 1',
  i: 'an integer within +-(2^53 - 1)',
  s: 'a text',
  t: 'a text or nil',
  b: 'a boolean',
  L: 'flat integers in threes',
  O: 'flat integers in threes',
  T: 'flat integers in fives',
  m: 'a map',
  R: 'an array of arrays',
};

/** Reads a shape's text, as written in messages.ts. */
export function parseShape(text: string): Shape {
  const [name = '', ...fields] = text.split(' ');
  return {
    name,
    fields: fields.map((field) => {
      const [fieldName = '', kind = ''] = field.split(':');
      return { name: fieldName, kind: kind.charAt(0), optional: kind.endsWith('?') };
    }),
  };
}

/** What is wrong with `elements` from index `first` on, or `undefined` when they fit. */
export function shapeProblem(
  shape: Shape,
  elements: readonly unknown[],
  first = 1,
): string | undefined {
  let index = first;
  for (const field of shape.fields) {
    if (index >= elements.length && field.optional) return undefined;
    if (!fits(field.kind, elements[index])) {
      return `${shape.name}: element ${index} (${field.name}) must be ${KIND_WORDS[field.kind]}.`;
    }
    index += 1;
  }
  return undefined;
}

function fits(kind: string, value: unknown): boolean {
  switch (kind) {
    case 'n':
      return Number.isSafeInteger(value) && (value as number) >= 0;
    case 'i':
      return Number.isSafeInteger(value);
    case 's':
      return typeof value === 'string';
    case 't':
      return typeof value === 'string' || value === null;
    case 'b':
      return typeof value === 'boolean';
    case 'L':
      return isFlat(value, LEVEL_WIDTH);
    case 'O':
      return isFlat(value, ORDER_WIDTH);
    case 'T':
      return isFlat(value, TRADE_WIDTH);
    case 'm':
      return isMap(value);
    case 'R':
      return Array.isArray(value) && value.every(Array.isArray);
    default:
      return false;
  }
}

function isFlat(value: unknown, width: number): boolean {
  return Array.isArray(value) && value.length % width === 0 && value.every(Number.isSafeInteger);
}

function isMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // MessagePack can also say bytes, times and extensions, none of which is a map of options.
  return Object.getPrototypeOf(value) === Object.prototype;
}
