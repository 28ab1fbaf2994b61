/** The PUB socket of a publisher: every send completes in the call, or is told to have failed. */

import { Publisher } from 'zeromq';
import type { SecureEndpoint } from './security/index.ts';

export interface PublisherSocketOptions {
  /** Packets that may wait per subscriber before further ones are dropped for it. */
  readonly highWaterMark: number;
  /** A packet could not be handed to the socket. */
  readonly failed: () => void;
  /** Absent: in the clear. */
  readonly security?: SecureEndpoint | undefined;
}

export class PublisherSocket {
  readonly #socket: Publisher;
  readonly #failed: () => void;

  constructor({ highWaterMark, failed, security }: PublisherSocketOptions) {
    // With a send time-out of 0 every send completes in the call, so EBUSY cannot happen; linger
    // lets the end of session leave before the socket goes.
    this.#socket = new Publisher({
      sendHighWaterMark: highWaterMark,
      sendTimeout: 0,
      linger: 200,
      ...security?.curve,
    });
    this.#failed = failed;
    security?.watch(this.#socket);
  }

  /** Answers with the endpoint, its port filled in. */
  async bind(endpoint: string): Promise<string> {
    await this.#socket.bind(endpoint);
    return this.#socket.lastEndpoint ?? endpoint;
  }

  /** `packet` is the socket's from now on. */
  send(packet: Uint8Array): void {
    try {
      this.#socket.send(packet).catch(this.#failed);
    } catch {
      this.#failed();
    }
  }

  close(): void {
    this.#socket.close();
  }
}
