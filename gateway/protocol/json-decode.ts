/** JSON to values, with the bounds of the MessagePack decoder and the same one error. */

import { MessageError } from './message-error.ts';

export class JsonDecoder {
  readonly #maxBytes: number;
  readonly #maxDepth: number;
  readonly #text = new TextDecoder('utf-8', { fatal: true });

  constructor(maxBytes: number, maxDepth: number) {
    this.#maxBytes = maxBytes;
    this.#maxDepth = maxDepth;
  }

  /** The one value that `bytes` are. Throws `MessageError`, and nothing else, for anything else. */
  decode(bytes: Uint8Array): unknown {
    if (bytes.length > this.#maxBytes) {
      throw new MessageError(`${bytes.length} bytes are more than ${this.#maxBytes}.`);
    }
    let value: unknown;
    try {
      value = JSON.parse(this.#text.decode(bytes));
    } catch {
      throw new MessageError('The message is not JSON in UTF-8.');
    }
    this.#check(value, 0);
    return value;
  }

  /** Goes no deeper than the bound, so that nesting cannot exhaust the stack. */
  #check(value: unknown, depth: number): void {
    // A number that was rounded when it was read is above the bound too, so none passes unseen.
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw new MessageError('An integer is beyond 2^53 - 1.');
    }
    if (typeof value !== 'object' || value === null) return;
    if (depth >= this.#maxDepth) throw new MessageError(`It is over ${this.#maxDepth} deep.`);
    if (Array.isArray(value)) {
      for (const element of value) this.#check(element, depth + 1);
      return;
    }
    for (const [key, element] of Object.entries(value)) {
      if (key === '__proto__') throw new MessageError('A key of a map is not a plain text.');
      this.#check(element, depth + 1);
    }
  }
}
