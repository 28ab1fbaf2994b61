/** The ROUTER socket by which requests come in, each with the name of its peer, and answers go out. */

import { Router } from 'zeromq';
import { MAX_REPAIR_REQUEST_BYTES } from '../limits.ts';
import { frameBytes, type SecureEndpoint } from './security/index.ts';

export interface RouterSocketOptions {
  /** The bytes are the receiver's to keep. */
  readonly received: (peer: string, message: Uint8Array) => void;
  /** Absent: in the clear. */
  readonly security?: SecureEndpoint | undefined;
}

/** Answers that may wait in the socket per peer; credit keeps them far below. */
const SEND_HIGH_WATER_MARK = 1000;

export class RouterSocket {
  readonly #socket: Router;
  readonly #received: RouterSocketOptions['received'];
  #loop: Promise<void> | undefined;

  constructor({ received, security }: RouterSocketOptions) {
    // `mandatory` makes a gone or full peer an error instead of silence; a send time-out of 0
    // completes every send in the call.
    this.#socket = new Router({
      mandatory: true,
      sendTimeout: 0,
      sendHighWaterMark: SEND_HIGH_WATER_MARK,
      maxMessageSize: frameBytes(MAX_REPAIR_REQUEST_BYTES, security?.curve),
      linger: 0,
      ...security?.curve,
    });
    this.#received = received;
    security?.watch(this.#socket);
  }

  /** Binds and receives from now on; answers with the endpoint, its port filled in. */
  async bind(endpoint: string): Promise<string> {
    await this.#socket.bind(endpoint);
    this.#loop ??= this.#receive();
    return this.#socket.lastEndpoint ?? endpoint;
  }

  /** False when the peer is gone or does not take what it is sent. */
  send(peer: string, message: Uint8Array): boolean {
    try {
      this.#socket.send([Buffer.from(peer, 'latin1'), message]).catch(() => {});
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.#loop;
  }

  async #receive(): Promise<void> {
    for await (const frames of this.#socket) {
      const [identity, message] = frames;
      if (identity === undefined || message === undefined || frames.length !== 2) continue;
      this.#received(identity.toString('latin1'), message);
    }
  }
}
