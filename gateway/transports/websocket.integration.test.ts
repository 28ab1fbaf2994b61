import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Side } from '../../feed/index.ts';
import {
  CLOSE_CODES,
  EventReader,
  type GatewayEvent,
  MessageType,
  msgpackEncoding,
  type Request,
  SUBPROTOCOL_JSON,
  SUBPROTOCOL_MSGPACK,
} from '../protocol/index.ts';
import { forEachSeed } from '../testing/seeded.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

const encoding = msgpackEncoding();
const reader = new EventReader();
let gateway: TestGateway;
const opened: (WebSocket | Socket)[] = [];

beforeEach(async () => {
  gateway = await startTestGateway({ maxConnections: 20 });
});

afterEach(async () => {
  for (const one of opened.splice(0)) 'terminate' in one ? one.terminate() : one.destroy();
  await gateway.close();
});

interface Peer {
  readonly socket: WebSocket;
  readonly events: GatewayEvent[];
  /** Code and reason, or an HTTP status. */
  readonly end: Promise<{ code: number; reason: string }>;
  send(request: Request): void;
}

function peer(subprotocols: string[] = [SUBPROTOCOL_MSGPACK], origin?: string): Peer {
  const socket = new WebSocket(gateway.ws, subprotocols, origin === undefined ? {} : { origin });
  opened.push(socket);
  const events: GatewayEvent[] = [];
  socket.on('message', (data: Buffer) => {
    const event = reader.read(data);
    if (event !== undefined) events.push(event);
  });
  const { promise: end, resolve } = Promise.withResolvers<{ code: number; reason: string }>();
  socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  socket.on('unexpected-response', (_request, response) => {
    resolve({ code: response.statusCode ?? 0, reason: '' });
  });
  socket.on('error', () => {});
  return { socket, events, end, send: (request) => socket.send(encoding.encode(request)) };
}

async function open(one: Peer): Promise<Peer> {
  if (one.socket.readyState === WebSocket.OPEN) return one;
  await new Promise((resolve) => one.socket.once('open', resolve));
  return one;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2000; i += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`waited in vain until ${what}`);
}

/** A client that gets the book of ABC, to see that it still does. */
async function healthy(): Promise<{ check: () => Promise<void> }> {
  const instrument = gateway.feed.list('ABC');
  gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 1));
  const one = await open(peer());
  one.send([MessageType.Hello, 1, null, 'healthy']);
  one.send([MessageType.Subscribe, 2, 'book', 'ABC', { depth: 5, interval: 0 }]);
  await until('the snapshot is there', () => one.events.some(([t]) => t === MessageType.Snapshot));
  return {
    async check() {
      const number = gateway.feed.transaction((steps) => {
        steps.level(instrument, Side.Bid, 100, gateway.feed.transactionNumber + 1);
      });
      await until('the diff is there', () => one.events.some((event) => event[4] === number));
    },
  };
}

/** A WebSocket handshake by hand, so that frames can be wrong. */
async function rawSocket(): Promise<Socket> {
  const { port } = new URL(gateway.ws);
  const socket = connect(Number(port), '127.0.0.1');
  opened.push(socket);
  socket.on('error', () => {});
  socket.write(
    'GET /feed HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      `Sec-WebSocket-Protocol: ${SUBPROTOCOL_MSGPACK}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

/** A masked frame with a mask of zeros, so that its payload stays readable. */
function frame(firstByte: number, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([firstByte, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

describe('a client that speaks JSON', () => {
  it('gets text frames and is understood', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 1));
    const socket = new WebSocket(gateway.ws, ['other', SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK]);
    opened.push(socket);
    const told: unknown[][] = [];
    socket.on('message', (data, isBinary) => {
      if (!isBinary) told.push(JSON.parse(data.toString()));
    });
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe(SUBPROTOCOL_JSON);
    socket.send('[1,1,null,"json"]');
    socket.send('[2,2,"book","ABC",{"depth":5,"interval":0}]');
    socket.send('what is this');
    socket.send('[2,2,"book"');
    await until('all was answered', () => told.length >= 6);
    expect(told.map(([type]) => type)).toEqual([16, 17, 18, 23, 26, 26]);
    expect(told[2]?.slice(6, 8)).toEqual([[0, 1, 1], []]);
  });
});

describe('the door', () => {
  it('echoes a name and closes with 4406 when no subprotocol is served', async () => {
    const one = peer(['touchline.v9.msgpack', 'other']);
    expect(await one.end).toMatchObject({ code: CLOSE_CODES.BAD_SUBPROTOCOL[0] });
    expect(one.socket.protocol).toBe('touchline.v9.msgpack');
    // Without any offer a client library may refuse the answer, but it hears the code.
    expect((await peer([]).end).code).toBe(CLOSE_CODES.BAD_SUBPROTOCOL[0]);
  });

  it('refuses pages from elsewhere before the upgrade', async () => {
    expect((await peer(undefined, 'https://evil.example').end).code).toBe(403);
    expect((await peer(undefined, 'http://127.0.0.1.evil.example').end).code).toBe(403);
    await open(peer(undefined, 'http://localhost:5173'));
    await open(peer(undefined, gateway.http));
  });

  it('lets in the pages on the allow-list', async () => {
    await gateway.close();
    gateway = await startTestGateway({ origin: ['https://desk.example'] });
    await open(peer(undefined, 'https://desk.example'));
    expect((await peer(undefined, 'https://desk.example.evil.example').end).code).toBe(403);
  });

  it('has no WebSocket anywhere else', async () => {
    const socket = new WebSocket(`${gateway.ws}/else`, SUBPROTOCOL_MSGPACK);
    opened.push(socket);
    socket.on('error', () => {});
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(404);
  });

  it('closes with 1013 when the gateway is full', async () => {
    await Promise.all(Array.from({ length: 20 }, () => open(peer())));
    expect((await peer().end).code).toBe(CLOSE_CODES.OVERLOADED[0]);
  });

  it('closes everybody with 1012 when the gateway ends', async () => {
    const one = await open(peer());
    one.send([MessageType.Hello, 1, null, 'x']);
    await until('welcomed', () => one.events.length > 0);
    const ended = one.end;
    await gateway.close();
    expect((await ended).code).toBe(CLOSE_CODES.RESTART[0]);
    gateway = await startTestGateway();
  });
});

describe('an attacker', () => {
  it('who sends a message over 4 KiB is cut off with 1009', async () => {
    const { check } = await healthy();
    const one = await open(peer());
    one.socket.send(Buffer.alloc(4097));
    expect((await one.end).code).toBe(1009);
    await check();
  });

  it('who sends random bytes gets codes and then 4400', async () => {
    const { check } = await healthy();
    let closes = 0;
    const ends: Promise<unknown>[] = [];
    forEachSeed(5, (random) => {
      const one = peer();
      ends.push(
        one.end.then(({ code }) => {
          closes += code === CLOSE_CODES.BAD_PROTOCOL[0] ? 1 : 0;
        }),
      );
      one.socket.on('open', () => {
        one.send([MessageType.Hello, 1, null, 'x']);
        for (let i = 0; i < 40; i += 1) {
          const bytes = Buffer.alloc(random.integer(1, 200));
          for (let at = 0; at < bytes.length; at += 1) bytes[at] = random.integer(0, 255);
          one.socket.send(bytes, { binary: random.next() < 0.9 });
        }
      });
    });
    await Promise.all(ends);
    expect(closes).toBeGreaterThan(0);
    await check();
  });

  it('who splits a message into many fragments is cut off', async () => {
    const { check } = await healthy();
    const socket = await rawSocket();
    const end = closed(socket);
    socket.write(frame(0x02, Uint8Array.of(0x91)));
    for (let i = 0; i < 50; i += 1) socket.write(frame(0x00, Uint8Array.of(0x01)));
    await end;
    await check();
  });

  it('who claims a payload of 2^63 bytes is cut off', async () => {
    const { check } = await healthy();
    const socket = await rawSocket();
    const end = closed(socket);
    socket.write(Buffer.from([0x82, 0xff, 0x7f, ...Array(7).fill(0xff), 0, 0, 0, 0]));
    await end;
    await check();
  });

  it('who sends frames without a mask is cut off', async () => {
    const { check } = await healthy();
    const socket = await rawSocket();
    const end = closed(socket);
    socket.write(Buffer.from([0x82, 0x01, 0x00]));
    await end;
    await check();
  });

  it('who sends pongs that nobody asked for changes nothing', async () => {
    const { check } = await healthy();
    const one = await open(peer());
    one.send([MessageType.Hello, 1, null, 'x']);
    const forged = Buffer.alloc(8);
    for (const frames of [Number.NaN, Number.POSITIVE_INFINITY, -5, 1e15, 0.5]) {
      forged.writeDoubleLE(frames);
      one.socket.pong(forged);
    }
    one.socket.pong('hello');
    one.send([MessageType.Ping, 7]);
    await until('it is answered', () => one.events.some(([type]) => type === MessageType.Pong));
    await check();
  });

  it('who acknowledges what was never sent is told so', async () => {
    const one = await open(peer());
    one.send([MessageType.Hello, 1, null, 'x']);
    one.send([MessageType.Ack, 1_000_000]);
    await until('it is refused', () => one.events.some(([type]) => type === MessageType.Error));
  });
});

describe('a client that never acknowledges', () => {
  it('is carried by pings and pongs', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 1));
    const one = await open(peer());
    one.send([MessageType.Hello, 1, null, 'mute']);
    one.send([MessageType.Subscribe, 2, 'book', 'ABC', { depth: 500, interval: 0 }]);
    await until('the snapshot is there', () =>
      one.events.some(([t]) => t === MessageType.Snapshot),
    );
    let last = 0;
    for (let round = 0; round < 30; round += 1) {
      for (let i = 0; i < 20; i += 1) {
        last = gateway.feed.transaction((steps) => {
          for (let at = 0; at < 100; at += 1) {
            steps.level(instrument, Side.Bid, 1000 - at, 1 + ((last + at) % 77));
          }
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until('the last transaction has come', () => {
      return (
        one.events.some((event) => event[0] === MessageType.Diff && event[4] === last) ||
        one.events.some((event) => event[0] === MessageType.Snapshot && event[3] === last)
      );
    });
  });
});
