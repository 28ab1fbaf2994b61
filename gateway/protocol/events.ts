/** Reads what a gateway sent, on the client's side. */

import type { MessageDecoder } from './codec.ts';
import { MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH } from './limits.ts';
import { MessageError } from './message-error.ts';
import { EVENT_SHAPES, type GatewayEvent } from './messages.ts';
import { MsgpackDecoder } from './msgpack-decode.ts';
import { parseShape, type Shape, shapeProblem } from './shape-check.ts';

export class EventReader {
  readonly #decoder: MessageDecoder;
  readonly #shapes = new Map<unknown, Shape>();

  /** MessagePack unless told otherwise. */
  constructor(decoder: MessageDecoder = new MsgpackDecoder(MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH)) {
    this.#decoder = decoder;
    for (const [type, text] of Object.entries(EVENT_SHAPES)) {
      this.#shapes.set(Number(type), parseShape(text));
    }
  }

  /**
   * The event, or `undefined` for a type that this version does not know, which a client ignores.
   * Throws `MessageError` for bytes that are no message, or not what their type needs.
   */
  read(bytes: Uint8Array): GatewayEvent | undefined {
    return this.check(this.#decoder.decode(bytes));
  }

  /** The same for a value that has been decoded. */
  check(value: unknown): GatewayEvent | undefined {
    if (!Array.isArray(value)) throw new MessageError('A message is an array.');
    const shape = this.#shapes.get(value[0]);
    if (shape === undefined) return undefined;
    const problem = shapeProblem(shape, value);
    if (problem !== undefined) throw new MessageError(problem);
    return value as unknown as GatewayEvent;
  }
}
