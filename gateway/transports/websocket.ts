/** The WebSocket transport: checks the door before the upgrade, and carries bytes after it. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { CLOSE_CODES, codecOf, MAX_REQUEST_BYTES } from '../protocol/index.ts';
import { refuseUpgrade } from './origin.ts';
import type { DoorOptions, SessionPort, TransportLink } from './transport.ts';
import { TurnWriter, type Waiting } from './turn-writer.ts';
import { FrameCache } from './web-socket-frame.ts';

// A request is at most 4 KiB and sent by our client in one piece. The library's defaults would let
// one peer pin 13.5 MB with fragments of a byte each.
const MAX_FRAGMENTS = 8;
const MAX_BUFFERED_CHUNKS = 64;
/** A peer that does not answer the closing handshake is cut off after this. */
const CLOSE_TIMEOUT_MS = 2000;
const PROBE_BYTES = 8;

export class WebSocketTransport {
  readonly #server: WebSocketServer;
  readonly #door: DoorOptions;
  readonly #writer: TurnWriter;
  readonly #frames = new FrameCache();

  constructor(door: DoorOptions) {
    this.#door = door;
    this.#writer = new TurnWriter(door.tally);
    this.#server = new WebSocketServer({
      noServer: true,
      // Sockets are known to their sessions; the library's own list of them is not needed.
      clientTracking: false,
      // Costs 68 us a message per client, and makes a 59-byte diff larger.
      perMessageDeflate: false,
      maxPayload: MAX_REQUEST_BYTES,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      handleProtocols: (offered) => chooseSubprotocol(offered),
    });
  }

  /** Takes over an HTTP upgrade, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { guard, origins, addressOf } = this.#door;
    const address = addressOf(request);
    if (guard.ask(address) !== undefined) {
      refuseUpgrade(socket, 429, 'TOO_MANY: wait a while before the next connection.');
      return;
    }
    const origin = request.headers.origin;
    if (!origins.allows(origin)) {
      refuseUpgrade(socket, 403, `FORBIDDEN_ORIGIN: "${origin}" is not on the allow-list.`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      guard.entered(address);
      webSocket.once('close', () => guard.left(address));
      this.#connected(webSocket, address, socket);
    });
  }

  close(): void {
    this.#server.close();
  }

  #connected(webSocket: WebSocket, address: string, socket: Duplex): void {
    // Errors of a connection end that connection; its `close` follows.
    webSocket.on('error', () => {});
    const codec = codecOf(webSocket.protocol);
    if (codec === undefined) {
      closeSocket(webSocket, CLOSE_CODES.BAD_SUBPROTOCOL);
      return;
    }
    const wire = { webSocket, socket, writer: this.#writer, frames: this.#frames };
    const link = new WebSocketLink(wire, codec === 'json');
    const session = this.#door.accept(link, address, codec);
    if (session === undefined) {
      closeSocket(webSocket, CLOSE_CODES.OVERLOADED);
      return;
    }
    webSocket.on('message', (data) => session.receive(bytesOf(data)));
    webSocket.on('pong', (data) => delivered(session, data));
    webSocket.on('close', () => session.closed());
  }
}

interface Wire {
  readonly webSocket: WebSocket;
  readonly socket: Duplex;
  readonly writer: TurnWriter;
  readonly frames: FrameCache;
}

class WebSocketLink implements TransportLink, Waiting {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #writer: TurnWriter;
  readonly #frames: FrameCache;
  readonly #isText: boolean;
  /** Frames of this turn; the first by itself, because it is seldom followed. */
  #first: Uint8Array | undefined;
  #others: Uint8Array[] = [];

  constructor({ webSocket, socket, writer, frames }: Wire, isText: boolean) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#writer = writer;
    this.#frames = frames;
    this.#isText = isText;
  }

  send(bytes: Uint8Array): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    // Past the library, which would make a header and an object for each client anew.
    const frame = this.#frames.frameOf(bytes, this.#isText);
    if (this.#first === undefined) {
      this.#first = frame;
      this.#writer.add(this);
    } else {
      this.#others.push(frame);
    }
  }

  flush(): void {
    const first = this.#first;
    if (first === undefined) return;
    this.#first = undefined;
    const others = this.#others;
    if (others.length > 0) this.#others = [];
    // Nothing may follow a closing frame, which the library sends by itself as an answer.
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    this.#socket.write(others.length === 0 ? first : Buffer.concat([first, ...others]));
  }

  probe(frames: number): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    const data = Buffer.alloc(PROBE_BYTES);
    data.writeDoubleLE(frames);
    // The answer confirms what was sent before, so that goes first.
    this.flush();
    this.#webSocket.ping(data);
  }

  close(code: number, reason: string): void {
    this.flush();
    closeSocket(this.#webSocket, [code, false, reason]);
  }
}

/**
 * A browser learns a close code only when the upgrade succeeded with a name that it offered; so
 * the first that is served, or else any, is echoed, and the connection is closed right after.
 */
function chooseSubprotocol(offered: Set<string>): string | false {
  const [first] = offered;
  for (const name of offered) if (codecOf(name) !== undefined) return name;
  return first ?? false;
}

function closeSocket(
  webSocket: WebSocket,
  [code, , reason]: readonly [number, boolean, string],
): void {
  // A control frame has room for 123 bytes of reason.
  webSocket.close(code, reason.slice(0, 120));
  const timer = setTimeout(() => webSocket.terminate(), CLOSE_TIMEOUT_MS);
  webSocket.once('close', () => clearTimeout(timer));
}

function delivered(session: SessionPort, data: Buffer): void {
  if (data.length === PROBE_BYTES) session.delivered(data.readDoubleLE());
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
