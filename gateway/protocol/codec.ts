/** What a gateway encodes with: the codec as a port, and its MessagePack implementation. */

import { Encoder } from '@msgpack/msgpack';
import type { GatewayEvent, Request } from './messages.ts';

/** Turns messages into bytes; one implementation per subprotocol. */
export interface Encoding {
  /** The bytes are the caller's: never touched again. */
  encode(message: GatewayEvent | Request): Uint8Array;
}

const FIRST_BUFFER_BYTES = 4096;

/** A MessagePack encoder that keeps its buffer between messages and copies each result out. */
export function msgpackEncoding(): Encoding {
  const encoder = new Encoder({ initialBufferSize: FIRST_BUFFER_BYTES });
  return { encode: (message) => encoder.encodeSharedRef(message).slice() };
}
