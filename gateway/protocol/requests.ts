/** Reads what a client sent: any bytes in, a checked request or a clear problem out. */

import { type Decoding, MessageError, msgpackDecoding } from './codec.ts';
import type { ErrorName } from './codes.ts';
import { MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH } from './limits.ts';
import { REQUEST_SHAPES, type Request } from './messages.ts';
import { parseShape, type Shape, shapeProblem } from './shape-check.ts';
import { isSoundMessagePack } from './structure-check.ts';

export interface RequestProblem {
  /** The request's own id where it could be read, else 0. */
  readonly id: number;
  readonly error: ErrorName;
  readonly detail: string;
}

export type RequestReading =
  | { readonly request: Request; readonly problem?: undefined }
  | { readonly problem: RequestProblem; readonly request?: undefined };

const SHAPES = new Map<unknown, Shape>(
  Object.entries(REQUEST_SHAPES).map(([type, text]) => [Number(type), parseShape(text)]),
);

/** Never throws, and never allocates more than a few times the bytes given. */
export class RequestReader {
  readonly #decoding: Decoding = msgpackDecoding(MAX_REQUEST_BYTES);

  read(bytes: Uint8Array): RequestReading {
    if (bytes.length > MAX_REQUEST_BYTES) {
      return bad(0, 'BAD_REQUEST', `A message has at most ${MAX_REQUEST_BYTES} bytes.`);
    }
    if (!isSoundMessagePack(bytes, MAX_REQUEST_DEPTH)) {
      return bad(0, 'BAD_REQUEST', 'The bytes are not one MessagePack value of modest depth.');
    }
    let value: unknown;
    try {
      value = this.#decoding.decode(bytes);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      return bad(0, 'BAD_REQUEST', 'The bytes are not valid MessagePack.');
    }
    return readRequest(value);
  }
}

/** Checks a decoded value, whichever codec decoded it. */
export function readRequest(value: unknown): RequestReading {
  if (!Array.isArray(value)) return bad(0, 'BAD_REQUEST', 'A message is an array.');
  const shape = SHAPES.get(value[0]);
  const id = Number.isSafeInteger(value[1]) && value[1] >= 0 ? (value[1] as number) : 0;
  if (shape === undefined) {
    return bad(id, 'UNKNOWN_TYPE', `Element 0 must be one of ${[...SHAPES.keys()].join(', ')}.`);
  }
  const problem = shapeProblem(shape, value);
  if (problem !== undefined) return bad(id, 'BAD_REQUEST', problem);
  return { request: value as unknown as Request };
}

function bad(id: number, error: ErrorName, detail: string): RequestReading {
  return { problem: { id, error, detail } };
}
