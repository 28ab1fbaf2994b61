/** The ROUTER socket in front of a repair service: relays serve consumers by it, engines relays. */

import { Router } from 'zeromq';
import { MAX_REPAIR_REQUEST_BYTES } from '../limits.ts';
import { RepairService, type RepairServiceOptions } from '../sync/repair-service.ts';
import type { SecureEndpoint } from '../zmq/security/index.ts';

export interface RepairServerOptions extends Omit<RepairServiceOptions, 'send'> {
  /** Absent: in the clear. */
  readonly security?: SecureEndpoint | undefined;
}

/** Answers that may wait in the socket per peer; credit keeps them far below. */
const SEND_HIGH_WATER_MARK = 1000;
const POLL_MS = 1000;

export class RepairServer {
  readonly service: RepairService;
  readonly #socket: Router;
  #timer: NodeJS.Timeout | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: RepairServerOptions) {
    // `mandatory` makes a gone or full peer an error instead of silence; a send time-out of 0
    // completes every send in the call.
    this.#socket = new Router({
      mandatory: true,
      sendTimeout: 0,
      sendHighWaterMark: SEND_HIGH_WATER_MARK,
      maxMessageSize: MAX_REPAIR_REQUEST_BYTES,
      linger: 0,
      ...options.security?.curve,
    });
    options.security?.watch(this.#socket);
    this.service = new RepairService({ ...options, send: this.#send });
  }

  /** Binds and serves from now on; answers with the endpoint, its port filled in. */
  async bind(endpoint: string): Promise<string> {
    await this.#socket.bind(endpoint);
    this.#loop ??= this.#receive();
    this.#timer ??= setInterval(() => this.service.poll(), POLL_MS);
    return this.#socket.lastEndpoint ?? endpoint;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#socket.close();
    await this.#loop;
  }

  async #receive(): Promise<void> {
    for await (const frames of this.#socket) {
      const [identity, message] = frames;
      if (identity === undefined || message === undefined || frames.length !== 2) continue;
      this.service.receive(identity.toString('latin1'), message);
    }
  }

  readonly #send = (peer: string, message: Uint8Array): boolean => {
    try {
      this.#socket.send([Buffer.from(peer, 'latin1'), message]).catch(() => {});
      return true;
    } catch {
      return false;
    }
  };
}
