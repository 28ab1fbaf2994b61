/** A peer's process: sends the gateway's own diffs to whoever connects, the way its library does. */

import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Packr } from 'msgpackr';
import { Server as SocketIoServer } from 'socket.io';
import msgpackParser from 'socket.io-msgpack-parser';
import { WebSocketServer } from 'ws';
import { FeedSubscriber } from '../../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../../feed/process/index.ts';
import { createCodecs, type GatewayEvent } from '../../../gateway/protocol/index.ts';
import type { FromPeer, PeerPlan } from '../messages.ts';

/** Sends one diff to one client. */
type Send = (diff: readonly unknown[]) => void;

const plan = JSON.parse(process.argv[2] ?? '') as PeerPlan;
/** As the gateway does: connections are spread over the interval, each slice is written at once. */
const slices: Set<Send>[] = Array.from({ length: plan.phases }, () => new Set());
let joined = 0;
const startedAtMs = performance.now();

const server = startServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ type: 'listening', port } satisfies FromPeer);
});
process.on('disconnect', () => process.exit());
const { feed, repair } = plan;
const ports = { wallClock, nowMs: monotonicMs, crc32 };
await new FeedSubscriber({ feed: [feed], repair: [repair], ...ports }, {}).start();
beat(0);

function join(send: Send): () => void {
  const slice = slices[joined % plan.phases] as Set<Send>;
  joined += 1;
  slice.add(send);
  return () => slice.delete(send);
}

/** Each beat is due at its place of the grid, however late the one before came. */
function beat(count: number): void {
  const dueMs = (count * plan.interval) / plan.phases;
  setTimeout(
    () => {
      const round = Math.floor(count / plan.phases);
      const diffs = plan.diffs
        .slice(0, plan.books)
        .map((ofBook) => ofBook[round % ofBook.length] as readonly unknown[]);
      for (const send of slices[count % plan.phases] as Set<Send>) {
        for (const diff of diffs) send(diff);
      }
      beat(count + 1);
    },
    Math.max(0, dueMs - (performance.now() - startedAtMs)),
  );
}

function startServer() {
  switch (plan.kind) {
    case 'tcp':
      return rawServer();
    case 'ws':
      return plainWs();
    case 'socket.io':
      return socketIo({});
    case 'socket.io-msgpack':
      return socketIo({ parser: msgpackParser });
  }
}

/** The limit: bytes made once, each client's in one write per beat. */
function rawServer() {
  const { encode } = createCodecs().msgpack;
  const frames = new Map<readonly unknown[], Buffer>();
  const frameOf = (diff: readonly unknown[]) => {
    const known = frames.get(diff);
    if (known !== undefined) return known;
    const payload = encode(diff as unknown as GatewayEvent);
    const head = Buffer.from(
      payload.length < 126
        ? [0x82, payload.length]
        : [0x82, 126, payload.length >> 8, payload.length & 0xff],
    );
    const frame = Buffer.concat([head, payload]);
    frames.set(diff, frame);
    return frame;
  };
  return createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    const last = plan.books - 1;
    let waiting: Buffer[] = [];
    const leave = join((diff) => {
      waiting.push(frameOf(diff));
      if (waiting.length <= last) return;
      writeAll(socket, waiting);
      waiting = [];
    });
    socket.on('close', leave);
    socket.resume();
  });
}

function writeAll(socket: Socket, frames: readonly Buffer[]): void {
  const [first] = frames;
  if (first !== undefined) socket.write(frames.length === 1 ? first : Buffer.concat(frames));
}

/** What one writes first: encode and send, for each client. The encoder is the fastest of npm. */
function plainWs() {
  const http = createHttpServer();
  const packr = new Packr();
  new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (webSocket) => {
    const leave = join((diff) => webSocket.send(packr.pack(diff)));
    webSocket.on('close', leave);
    webSocket.on('error', () => {});
  });
  return http;
}

function socketIo(options: object) {
  const http = createHttpServer();
  const io = new SocketIoServer(http, { ...options, transports: ['websocket'] });
  io.on('connection', (socket) => {
    const leave = join((diff) => socket.emit('diff', diff));
    socket.on('disconnect', leave);
  });
  return http;
}
