/** A WebSocket client for the conformance suite. */

import { WebSocket } from 'ws';
import {
  type CodecName,
  createCodecs,
  FEED_PATH,
  type Request,
  SUBPROTOCOL_JSON,
  SUBPROTOCOL_MSGPACK,
} from '../../protocol/index.ts';
import { TestPeer, type TransportUnderTest } from './peer.ts';

const SUBPROTOCOLS = { msgpack: SUBPROTOCOL_MSGPACK, json: SUBPROTOCOL_JSON };
const codecs = createCodecs();

class WebSocketPeer extends TestPeer {
  readonly #socket: WebSocket;
  readonly #codec: CodecName;
  readonly opened: Promise<void>;

  constructor(url: string, codec: CodecName, origin: string | undefined) {
    super(codec);
    this.#codec = codec;
    const options = origin === undefined ? {} : { origin };
    this.#socket = new WebSocket(url, [SUBPROTOCOLS[codec]], options);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.opened = promise;
    this.#socket.on('open', () => resolve());
    this.#socket.on('message', (data: Buffer) => this.received(data));
    this.#socket.on('close', (code, reason) => this.ended({ code, reason: reason.toString() }));
    this.#socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      this.ended({ code: statusCode, reason: '' });
      resolve();
    });
    this.#socket.on('error', () => resolve());
  }

  sendRaw(messages: readonly Uint8Array[]): void {
    const binary = this.#codec === 'msgpack';
    for (const message of messages) this.#socket.send(message, { binary });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  drop(): void {
    this.#socket.terminate();
  }

  protected encode(request: Request): Uint8Array {
    return codecs[this.#codec].encode(request);
  }
}

export function webSocketUnderTest(codec: CodecName): TransportUnderTest {
  return {
    name: `WebSocket with ${codec}`,
    async connect(http, origin) {
      const url = `${http.replace('http', 'ws')}${FEED_PATH}`;
      const peer = new WebSocketPeer(url, codec, origin);
      await peer.opened;
      return peer;
    },
  };
}
