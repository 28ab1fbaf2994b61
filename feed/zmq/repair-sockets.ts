/** The DEALER sockets by which a consumer asks relays: one per endpoint, one frame a message. */

import { Dealer } from 'zeromq';
import { MAX_CHUNK_PAYLOAD_BYTES } from '../limits.ts';
import { CHUNK_HEADER_BYTES } from '../wire/repair-messages.ts';
import { type ClientCurve, frameBytes } from './security/index.ts';

export interface RepairSocketOptions {
  readonly endpoints: readonly string[];
  /** Gets every message with the index of its endpoint; the bytes are its to keep. */
  readonly received: (endpoint: number, message: Uint8Array) => void;
  /** Absent: in the clear. */
  readonly curve?: ClientCurve | undefined;
  /** By endpoint, where not all are asked with the same keys; goes before `curve`. */
  readonly curves?: readonly (ClientCurve | undefined)[] | undefined;
}

export class RepairSockets {
  readonly #options: RepairSocketOptions;
  readonly #sockets: Dealer[] = [];
  readonly #loops: Promise<void>[] = [];

  constructor(options: RepairSocketOptions) {
    this.#options = options;
  }

  start(): void {
    const { endpoints, curve, curves } = this.#options;
    for (const [index, endpoint] of endpoints.entries()) {
      const own = curves === undefined ? curve : curves[index];
      // `immediate` refuses to queue for a relay that is not there: the next one is asked at once.
      const socket = new Dealer({
        immediate: true,
        sendTimeout: 0,
        linger: 0,
        maxMessageSize: frameBytes(CHUNK_HEADER_BYTES + MAX_CHUNK_PAYLOAD_BYTES, own),
        reconnectInterval: 50,
        reconnectMaxInterval: 1000,
        ...own,
      });
      socket.connect(endpoint);
      this.#sockets.push(socket);
      this.#loops.push(this.#run(socket, index));
    }
  }

  /** False when it could not be sent at once. */
  send(endpoint: number, message: Uint8Array): boolean {
    const socket = this.#sockets[endpoint];
    if (socket === undefined || socket.closed || !socket.writable) return false;
    try {
      socket.send(message).catch(() => {});
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#loops);
  }

  async #run(socket: Dealer, index: number): Promise<void> {
    for await (const [message] of socket) {
      if (message !== undefined) this.#options.received(index, message);
    }
  }
}
