/** The codec as a port, and its MessagePack implementation. */

import { Decoder, Encoder } from '@msgpack/msgpack';
import { MAX_ARRAY_LENGTH, MAX_MESSAGE_BYTES } from './limits.ts';
import type { GatewayEvent, Request } from './messages.ts';

/** Turns messages into bytes and back; one implementation per subprotocol. */
export interface Encoding {
  /** The bytes are the caller's: never touched again. */
  encode(message: GatewayEvent | Request): Uint8Array;
}

export interface Decoding {
  /** Whatever the bytes say, unchecked but for sizes; throws `MessageError` if they say nothing. */
  decode(bytes: Uint8Array): unknown;
}

export class MessageError extends Error {
  readonly code = 'BAD_MESSAGE';
  constructor(detail: string) {
    super(`BAD_MESSAGE: ${detail}`);
    this.name = 'MessageError';
  }
}

/** A MessagePack encoder that keeps its buffer between messages and copies each result out. */
export function msgpackEncoding(): Encoding {
  const encoder = new Encoder({ initialBufferSize: 4096, ignoreUndefined: true });
  return { encode: (message) => encoder.encodeSharedRef(message).slice() };
}

/** A MessagePack decoder for a gateway's messages: bounded lengths, no extensions. */
export function msgpackDecoding(maxBytes = MAX_MESSAGE_BYTES): Decoding {
  const decoder = new Decoder({
    maxArrayLength: Math.min(MAX_ARRAY_LENGTH, maxBytes),
    maxStrLength: Math.min(4096, maxBytes),
    maxMapLength: 64,
    maxBinLength: 0,
    maxExtLength: 0,
  });
  return {
    decode(bytes) {
      if (bytes.length > maxBytes) {
        throw new MessageError(`${bytes.length} bytes are more than ${maxBytes}.`);
      }
      try {
        return decoder.decode(bytes);
      } catch (error) {
        throw new MessageError(error instanceof Error ? error.message : 'undecodable');
      }
    },
  };
}
