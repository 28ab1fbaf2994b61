/** Cuts what a WebSocket server sends into messages, across the borders of what the socket gives. */

const LENGTH_MASK = 0x7f;
const OPCODE_MASK = 0x0f;

export const Opcode = { Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const;

export type OnMessage = (bytes: Uint8Array, from: number, to: number, opcode: number) => void;

export class FrameWalker {
  #rest: Buffer | undefined;
  readonly #onMessage: OnMessage;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  /** The bytes are the socket's: what is left over is copied. */
  take(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const end = this.#message(bytes, at);
      if (end < 0) break;
      at = end;
    }
    this.#rest = at === bytes.length ? undefined : Buffer.from(bytes.subarray(at));
  }

  /** The end of the frame at `at`, or -1 when it is not all there. */
  #message(bytes: Buffer, at: number): number {
    if (at + 2 > bytes.length) return -1;
    let length = (bytes[at + 1] as number) & LENGTH_MASK;
    let from = at + 2;
    if (length === 126) {
      if (at + 4 > bytes.length) return -1;
      length = bytes.readUInt16BE(from);
      from += 2;
    } else if (length === 127) {
      if (at + 10 > bytes.length) return -1;
      length = Number(bytes.readBigUInt64BE(from));
      from += 8;
    }
    if (from + length > bytes.length) return -1;
    this.#onMessage(bytes, from, from + length, (bytes[at] as number) & OPCODE_MASK);
    return from + length;
  }
}

/** A client's frame; its mask is zero, which a server cannot tell from any other. */
export function clientFrame(payload: Uint8Array, opcode: number): Buffer {
  const head = payload.length < 126 ? 2 : 4;
  const frame = Buffer.alloc(head + 4 + payload.length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (head === 2 ? payload.length : 126);
  if (head === 4) frame.writeUInt16BE(payload.length, 2);
  frame.set(payload, head + 4);
  return frame;
}
