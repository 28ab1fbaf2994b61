/** Reads what a client sent: any bytes in, a checked request or a clear problem out. */

import type { MessageDecoder } from './codec.ts';
import type { ErrorName } from './codes.ts';
import { MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH } from './limits.ts';
import { MessageError } from './message-error.ts';
import { REQUEST_SHAPES, type Request } from './messages.ts';
import { MsgpackDecoder } from './msgpack-decode.ts';
import { parseShape, type Shape, shapeProblem } from './shape-check.ts';

export interface RequestProblem {
  /** The request's own id where it could be read, else 0. */
  readonly id: number;
  readonly error: ErrorName;
  readonly detail: string;
}

export type RequestReading =
  | { readonly request: Request; readonly problem?: undefined }
  | { readonly problem: RequestProblem; readonly request?: undefined };

/** Read once, because every connection has a reader: 4 KB that would be the largest part of it. */
const SHAPES: ReadonlyMap<unknown, Shape> = new Map(
  Object.entries(REQUEST_SHAPES).map(([type, text]) => [Number(type), parseShape(text)]),
);

/** Never throws, and never allocates more than a few times the bytes given. */
export class RequestReader {
  readonly #decoder: MessageDecoder;

  /** MessagePack unless told otherwise. */
  constructor(decoder: MessageDecoder = new MsgpackDecoder(MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH)) {
    this.#decoder = decoder;
  }

  read(bytes: Uint8Array): RequestReading {
    try {
      return this.check(this.#decoder.decode(bytes));
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      return bad(0, 'BAD_REQUEST', error.message);
    }
  }

  /** Checks a decoded value, whichever codec decoded it. */
  check(value: unknown): RequestReading {
    if (!Array.isArray(value)) return bad(0, 'BAD_REQUEST', 'A message is an array.');
    const shape = SHAPES.get(value[0]);
    const id = Number.isSafeInteger(value[1]) && value[1] >= 0 ? (value[1] as number) : 0;
    if (shape === undefined) {
      const types = [...SHAPES.keys()].join(', ');
      return bad(id, 'UNKNOWN_TYPE', `Element 0 must be one of ${types}.`);
    }
    const problem = shapeProblem(shape, value);
    if (problem !== undefined) return bad(id, 'BAD_REQUEST', problem);
    return { request: value as unknown as Request };
  }
}

function bad(id: number, error: ErrorName, detail: string): RequestReading {
  return { problem: { id, error, detail } };
}
