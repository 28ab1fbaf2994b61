/** One WebSocket: what its session sends it, and what it tells its session. */

import type { Duplex } from 'node:stream';
import { type RawData, WebSocket } from 'ws';
import type { DoorGuard, SessionPort, TransportLink } from './transport.ts';
import type { TurnWriter, Waiting } from './turn-writer.ts';
import type { FrameCache } from './web-socket-frame.ts';

/** A peer that does not answer the closing handshake is cut off after this. */
const CLOSE_TIMEOUT_MS = 2000;
const PROBE_BYTES = 8;
const { OPEN } = WebSocket;

/**
 * The library's socket with the connection's own fields, so that its listeners are the same
 * functions for everybody: closures of each connection's own were half a kilobyte.
 */
export class GatewaySocket extends WebSocket {
  #session: SessionPort | undefined;
  #guard: DoorGuard | undefined;
  #address = '';

  /** The guard is told when the connection ends. */
  enter(guard: DoorGuard, address: string): void {
    this.#guard = guard;
    this.#address = address;
    guard.entered(address);
    // Errors of a connection end that connection; its `close` follows.
    this.on('error', ignore);
    this.on('close', onClose);
  }

  /** From now on the session hears what the peer says, and of the end. */
  serve(session: SessionPort): void {
    this.#session = session;
    this.on('message', onMessage);
    this.on('pong', onPong);
  }

  /** Closes it in order, and cuts it off if the peer does not join in. */
  end([code, , reason]: readonly [number, boolean, string]): void {
    // A control frame has room for 123 bytes of reason.
    this.close(code, reason.slice(0, 120));
    const timer = setTimeout(() => this.terminate(), CLOSE_TIMEOUT_MS);
    this.once('close', () => clearTimeout(timer));
  }

  heard(data: RawData): void {
    this.#session?.receive(bytesOf(data));
  }

  confirmed(data: Buffer): void {
    if (data.length === PROBE_BYTES) this.#session?.delivered(data.readDoubleLE());
  }

  left(): void {
    this.#guard?.left(this.#address);
    this.#session?.closed();
  }
}

/** What all connections of a transport have in common. */
export interface Wiring {
  readonly writer: TurnWriter;
  readonly frames: FrameCache;
}

export class WebSocketLink implements TransportLink, Waiting {
  readonly #webSocket: GatewaySocket;
  readonly #socket: Duplex;
  readonly #writer: TurnWriter;
  readonly #frames: FrameCache;
  readonly #isText: boolean;
  /** Frames of this turn; the first by itself, because it is seldom followed. */
  #first: Buffer | undefined;
  #others: Buffer[] | undefined;

  constructor(
    webSocket: GatewaySocket,
    socket: Duplex,
    isText: boolean,
    { writer, frames }: Wiring,
  ) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#writer = writer;
    this.#frames = frames;
    this.#isText = isText;
  }

  send(bytes: Uint8Array): void {
    // Past the library, which would make a header and an object for each client anew.
    const frame = this.#frames.frameOf(bytes, this.#isText);
    if (this.#first === undefined) {
      this.#first = frame;
      this.#writer.add(this);
    } else if (this.#others === undefined) {
      this.#others = [frame];
    } else {
      this.#others.push(frame);
    }
  }

  flush(): void {
    const first = this.#first;
    if (first === undefined) return;
    const others = this.#others;
    this.#first = undefined;
    this.#others = undefined;
    // Nothing may follow a closing frame, which the library sends by itself as an answer.
    if (this.#webSocket.readyState !== OPEN) return;
    this.#socket.write(others === undefined ? first : Buffer.concat([first, ...others]));
  }

  probe(frames: number): void {
    if (this.#webSocket.readyState !== OPEN) return;
    const data = Buffer.alloc(PROBE_BYTES);
    data.writeDoubleLE(frames);
    // The answer confirms what was sent before, so that goes first.
    this.flush();
    this.#webSocket.ping(data);
  }

  pause(isPaused: boolean): void {
    if (isPaused) this.#webSocket.pause();
    else this.#webSocket.resume();
  }

  close(code: number, reason: string): void {
    this.flush();
    // The peer's part of the closing handshake must be heard.
    this.#webSocket.resume();
    this.#webSocket.end([code, false, reason]);
  }
}

function ignore(): void {}

// The library calls listeners on the socket itself.
function onMessage(this: WebSocket, data: RawData): void {
  (this as GatewaySocket).heard(data);
}
function onPong(this: WebSocket, data: Buffer): void {
  (this as GatewaySocket).confirmed(data);
}
function onClose(this: WebSocket): void {
  (this as GatewaySocket).left();
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
