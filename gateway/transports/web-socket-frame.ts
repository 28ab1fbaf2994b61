/**
 * Writes a message as the one WebSocket frame that it is, header and payload in one buffer, once
 * for all who get it. What a server sends has no mask, and with compression off and messages never
 * split there is nothing in it that differs by connection (RFC 6455, section 5.2):
 *
 * ```
 *   0x81 text or 0x82 binary, final | length to 125, or 126 and 16 bits, or 127 and 64 | payload
 * ```
 */

const TEXT = 0x81;
const BINARY = 0x82;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const TWO_32 = 4_294_967_296;

/** Keeps the newest frame: a class sends the same bytes to one member after the other. */
export class FrameCache {
  #bytes: Uint8Array | undefined;
  #isText = false;
  #frame: Buffer = Buffer.alloc(0);

  /** The frame is shared and must not be changed, as its message must not. */
  frameOf(bytes: Uint8Array, isText: boolean): Buffer {
    if (bytes !== this.#bytes || isText !== this.#isText) {
      this.#bytes = bytes;
      this.#isText = isText;
      this.#frame = frameOf(bytes, isText);
    }
    return this.#frame;
  }
}

/** A `Buffer`, because a socket makes one of anything else, for each connection anew. */
export function frameOf(payload: Uint8Array, isText: boolean): Buffer {
  const { length } = payload;
  const headBytes = length < LENGTH_16 ? 2 : length < 0x1_0000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = isText ? TEXT : BINARY;
  if (headBytes === 2) {
    frame[1] = length;
  } else {
    frame[1] = headBytes === 4 ? LENGTH_16 : LENGTH_64;
    if (headBytes === 4) {
      frame.writeUInt16BE(length, 2);
    } else {
      frame.writeUInt32BE(Math.floor(length / TWO_32), 2);
      frame.writeUInt32BE(length >>> 0, 6);
    }
  }
  frame.set(payload, headBytes);
  return frame;
}
