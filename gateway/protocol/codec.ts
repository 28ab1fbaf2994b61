/** The codecs: how a message becomes bytes and is read again, one per subprotocol. */

import { Encoder } from '@msgpack/msgpack';
import { JsonDecoder } from './json-decode.ts';
import {
  MAX_REQUEST_BYTES,
  MAX_REQUEST_DEPTH,
  SUBPROTOCOL_JSON,
  SUBPROTOCOL_MSGPACK,
} from './limits.ts';
import type { GatewayEvent, Request } from './messages.ts';
import { MsgpackDecoder } from './msgpack-decode.ts';

/** Turns messages into bytes; one implementation per subprotocol. */
export interface Encoding {
  /** The bytes are the caller's: never touched again. */
  encode(message: GatewayEvent | Request): Uint8Array;
}

/** Turns the bytes of one message into values; throws `MessageError` for anything else. */
export interface MessageDecoder {
  decode(bytes: Uint8Array): unknown;
}

export type CodecName = 'msgpack' | 'json';

/** All that a gateway needs of a subprotocol. */
export interface Codec extends Encoding {
  readonly name: CodecName;
  readonly subprotocol: string;
  /** Whether the bytes are UTF-8 text, which a WebSocket says of each message. */
  readonly isText: boolean;
  /** Reads what a client may say, within the limits of requests. */
  readonly requests: MessageDecoder;
}

const FIRST_BUFFER_BYTES = 4096;

/** A MessagePack encoder that keeps its buffer between messages and copies each result out. */
export function msgpackEncoding(): Encoding {
  const encoder = new Encoder({ initialBufferSize: FIRST_BUFFER_BYTES });
  return { encode: (message) => encoder.encodeSharedRef(message).slice() };
}

/** The same integers in the same tuples as JSON, without white space. */
export function jsonEncoding(): Encoding {
  const utf8 = new TextEncoder();
  return { encode: (message) => utf8.encode(JSON.stringify(message)) };
}

/** The codecs of one gateway; keep them, for each has a buffer of its own. */
export function createCodecs(): Readonly<Record<CodecName, Codec>> {
  return {
    msgpack: {
      ...msgpackEncoding(),
      name: 'msgpack',
      subprotocol: SUBPROTOCOL_MSGPACK,
      isText: false,
      requests: new MsgpackDecoder(MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH),
    },
    json: {
      ...jsonEncoding(),
      name: 'json',
      subprotocol: SUBPROTOCOL_JSON,
      isText: true,
      requests: new JsonDecoder(MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH),
    },
  };
}

/** Which codec a subprotocol names, or `undefined`. */
export function codecOf(subprotocol: string): CodecName | undefined {
  if (subprotocol === SUBPROTOCOL_MSGPACK) return 'msgpack';
  return subprotocol === SUBPROTOCOL_JSON ? 'json' : undefined;
}
