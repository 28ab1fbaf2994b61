import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { FrameCache, frameOf } from './web-socket-frame.ts';

interface SenderClass {
  frame(data: Buffer, options: object): Buffer[];
}

/** The library's own way to write a frame. */
function libraryFrame(payload: Uint8Array, isText: boolean): Buffer {
  const { Sender } = ws as unknown as { Sender: SenderClass };
  const options = { fin: true, mask: false, opcode: isText ? 1 : 2, readOnly: true, rsv1: false };
  return Buffer.concat(Sender.frame(Buffer.from(payload), options));
}

describe('a WebSocket frame', () => {
  it.each([0, 1, 59, 125, 126, 127, 255, 256, 65_535, 65_536, 100_000])(
    'of %d bytes is what the library writes',
    (length) => {
      const payload = Uint8Array.from({ length }, (_, i) => i * 7);
      for (const isText of [true, false]) {
        const frame = frameOf(payload, isText);
        expect(frame.equals(libraryFrame(payload, isText))).toBe(true);
      }
    },
  );

  it('is made once for all who get the same bytes', () => {
    const cache = new FrameCache();
    const [one, other] = [Uint8Array.of(1), Uint8Array.of(1)];
    const first = cache.frameOf(one, false);
    expect(cache.frameOf(one, false)).toBe(first);
    // A socket wraps anything else anew for each connection.
    expect(first).toBeInstanceOf(Buffer);
    expect(cache.frameOf(other, false)).not.toBe(first);
    expect(cache.frameOf(one, true)[0]).toBe(0x81);
    expect(cache.frameOf(one, false)[0]).toBe(0x82);
  });
});
