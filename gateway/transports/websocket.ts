/** The WebSocket transport: checks the door before the upgrade, and opens a link after it. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Server, WebSocketServer } from 'ws';
import { CLOSE_CODES, codecOf, MAX_REQUEST_BYTES } from '../protocol/index.ts';
import { refuseUpgrade } from './origin.ts';
import type { DoorOptions } from './transport.ts';
import { TurnWriter } from './turn-writer.ts';
import { FrameCache } from './web-socket-frame.ts';
import { GatewaySocket, WebSocketLink, type Wiring } from './web-socket-link.ts';

// A request is at most 4 KiB and sent by our client in one piece. The library's defaults would let
// one peer pin 13.5 MB with fragments of a byte each.
const MAX_FRAGMENTS = 8;
const MAX_BUFFERED_CHUNKS = 64;

export class WebSocketTransport {
  readonly #server: Server<typeof GatewaySocket>;
  readonly #door: DoorOptions;
  readonly #wiring: Wiring;

  constructor(door: DoorOptions) {
    this.#door = door;
    this.#wiring = { writer: new TurnWriter(door.tally), frames: new FrameCache() };
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: GatewaySocket,
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
      webSocket.enter(guard, address);
      this.#connected(webSocket, address, socket);
    });
  }

  close(): void {
    this.#server.close();
  }

  #connected(webSocket: GatewaySocket, address: string, socket: Duplex): void {
    const codec = codecOf(webSocket.protocol);
    if (codec === undefined) {
      webSocket.end(CLOSE_CODES.BAD_SUBPROTOCOL);
      return;
    }
    const link = new WebSocketLink(webSocket, socket, codec === 'json', this.#wiring);
    const session = this.#door.accept(link, address, codec);
    if (session === undefined) webSocket.end(CLOSE_CODES.OVERLOADED);
    else webSocket.serve(session);
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
