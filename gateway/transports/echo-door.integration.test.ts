import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK } from '../protocol/index.ts';
import { type EchoDoor, openEchoDoor } from '../testing/echo-door.ts';

const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const FIN = 0x80;
const MASK = [0x37, 0xfa, 0x21, 0x3d];

let door: EchoDoor;
const sockets: Socket[] = [];

beforeEach(async () => {
  door = await openEchoDoor();
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  door.close();
});

/** Reads frames of a server (never masked) out of raw bytes. */
class RawPeer {
  readonly frames: { readonly opcode: number; readonly payload: Buffer }[] = [];
  isClosed = false;
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data: Buffer) => this.#read(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  send(firstByte: number, payload: Uint8Array, mask: readonly number[] | undefined = MASK): void {
    this.socket.write(frame(firstByte, payload, mask));
  }

  async until(holds: () => boolean): Promise<void> {
    for (let i = 0; i < 2000 && !holds(); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(holds()).toBe(true);
  }

  /** The code of the close frame that the server sends. */
  async closeCode(): Promise<number> {
    await this.until(() => this.frames.some(({ opcode }) => opcode === CLOSE));
    return this.frames.find(({ opcode }) => opcode === CLOSE)?.payload.readUInt16BE() ?? 0;
  }

  #read(data: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    for (;;) {
      if (this.#bytes.length < 2) return;
      const short = this.#bytes.readUInt8(1);
      const header = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#bytes.length < header) return;
      const length =
        short === 126
          ? this.#bytes.readUInt16BE(2)
          : short === 127
            ? Number(this.#bytes.readBigUInt64BE(2))
            : short;
      if (this.#bytes.length < header + length) return;
      const opcode = this.#bytes.readUInt8(0) & 0x0f;
      this.frames.push({ opcode, payload: this.#bytes.subarray(header, header + length) });
      this.#bytes = this.#bytes.subarray(header + length);
    }
  }
}

function frame(
  firstByte: number,
  payload: Uint8Array,
  mask: readonly number[] | undefined,
): Buffer {
  const length = payload.length;
  const masked = mask === undefined ? 0 : 0x80;
  const header =
    length < 126
      ? Buffer.from([firstByte, masked | length])
      : Buffer.from([firstByte, masked | 126, length >> 8, length & 0xff]);
  const body = payload.map((byte, i) => byte ^ (mask?.[i % 4] ?? 0));
  return Buffer.concat([header, Buffer.from(mask ?? []), body]);
}

async function open(subprotocol: string = SUBPROTOCOL_MSGPACK): Promise<RawPeer> {
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  sockets.push(socket);
  socket.write(
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      `Sec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  return new RawPeer(socket);
}

describe('the WebSocket door, by frames', () => {
  it.each([0, 1, 125, 126, 127, 4096])('gives a message of %i bytes back', async (length) => {
    const peer = await open();
    const payload = Buffer.from(Array.from({ length }, (_, i) => i & 0xff));
    peer.send(FIN | BINARY, payload);
    await peer.until(() => peer.frames.length === 1);
    expect(peer.frames[0]).toEqual({ opcode: BINARY, payload });
  });

  it('takes a message in two pieces, with a ping between them', async () => {
    const peer = await open(SUBPROTOCOL_JSON);
    peer.send(TEXT, Buffer.from('[6,'));
    peer.send(FIN | PING, Buffer.from('between'));
    peer.send(FIN | 0, Buffer.from('7]'));
    await peer.until(() => peer.frames.length === 2);
    expect(peer.frames).toEqual([
      { opcode: PONG, payload: Buffer.from('between') },
      { opcode: TEXT, payload: Buffer.from('[6,7]') },
    ]);
  });

  it('takes frames that come a byte at a time, and many in one write', async () => {
    const peer = await open();
    for (const byte of frame(FIN | BINARY, Buffer.from('slow'), MASK)) {
      peer.socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const many = Array.from({ length: 50 }, (_, i) => frame(FIN | BINARY, Buffer.of(i), MASK));
    peer.socket.write(Buffer.concat(many));
    await peer.until(() => peer.frames.length === 51);
    expect(peer.frames.map(({ payload }) => payload.toString('latin1')).slice(0, 2)).toEqual([
      'slow',
      '\0',
    ]);
    expect(peer.frames.at(-1)?.payload).toEqual(Buffer.of(49));
  });

  it('answers a close with the same code and ends', async () => {
    const peer = await open();
    peer.send(FIN | CLOSE, Buffer.from([0x0f, 0xa0]));
    expect(await peer.closeCode()).toBe(4000);
    await peer.until(() => peer.isClosed);
  });

  it.each([
    ['a frame without a mask', FIN | BINARY, Buffer.of(1), undefined, 1002],
    ['reserved bits', FIN | 0x40 | BINARY, Buffer.of(1), MASK, 1002],
    ['a reserved opcode', FIN | 0x3, Buffer.of(1), MASK, 1002],
    ['a continuation of nothing', FIN | 0, Buffer.of(1), MASK, 1002],
    ['a ping in pieces', PING, Buffer.of(1), MASK, 1002],
    ['a ping of 126 bytes', FIN | PING, Buffer.alloc(126), MASK, 1002],
    ['text that is not UTF-8', FIN | TEXT, Buffer.from([0xc3, 0x28]), MASK, 1007],
    ['a close of one byte', FIN | CLOSE, Buffer.of(3), MASK, 1002],
    ['a close with a code that nobody may send', FIN | CLOSE, Buffer.from([3, 237]), MASK, 1002],
    ['more than 4 KiB', FIN | BINARY, Buffer.alloc(4097), MASK, 1009],
  ] as const)('closes for %s', async (_what, firstByte, payload, mask, code) => {
    const peer = await open();
    peer.socket.write(frame(firstByte, payload, mask));
    expect(await peer.closeCode()).toBe(code);
    await peer.until(() => peer.isClosed);
  });

  it('closes for pieces that are too large together', async () => {
    const peer = await open();
    peer.send(BINARY, Buffer.alloc(3000));
    peer.send(FIN | 0, Buffer.alloc(3000));
    expect(await peer.closeCode()).toBe(1009);
  });
});
