/** The ROUTER socket in front of repair services: relays serve consumers by it, engines relays. */

import { Router } from 'zeromq';
import { MAX_REPAIR_REQUEST_BYTES } from '../limits.ts';
import { RepairService, type RepairServiceOptions } from '../sync/repair-service.ts';
import { RepairOffset } from '../wire/repair-messages.ts';
import { StreamLevel } from '../wire/topic.ts';
import type { SecureEndpoint } from '../zmq/security/index.ts';

/** What is served of one stream; L2 unless it says otherwise. */
export type ServedStream = Pick<
  RepairServiceOptions,
  'ring' | 'snapshots' | 'archive' | 'level' | 'shard' | 'acknowledged'
>;

export interface RepairServerOptions
  extends Pick<RepairServiceOptions, 'crc32' | 'wallClock' | 'nowMs'> {
  /** One or more; a request for any other is refused. */
  readonly streams: readonly [ServedStream, ...ServedStream[]];
  /** Absent: in the clear. */
  readonly security?: SecureEndpoint | undefined;
}

/** Answers that may wait in the socket per peer; credit keeps them far below. */
const SEND_HIGH_WATER_MARK = 1000;
const POLL_MS = 1000;

export class RepairServer {
  /** Of the first stream. */
  readonly service: RepairService;
  readonly #byLevel = new Map<number, RepairService>();
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
    const { crc32, wallClock, nowMs } = options;
    const serve = (stream: ServedStream): RepairService => {
      const { ring, snapshots, archive, level = StreamLevel.L2, shard = 0 } = stream;
      const { acknowledged } = stream;
      const ports = { crc32, wallClock, nowMs, send: this.#send, acknowledged };
      const service = new RepairService({ ring, snapshots, archive, level, shard, ...ports });
      this.#byLevel.set(level, service);
      return service;
    };
    const [first, ...others] = options.streams;
    this.service = serve(first);
    for (const stream of others) serve(stream);
  }

  /** Binds and serves from now on; answers with the endpoint, its port filled in. */
  async bind(endpoint: string): Promise<string> {
    await this.#socket.bind(endpoint);
    this.#loop ??= this.#receive();
    this.#timer ??= setInterval(() => this.#poll(), POLL_MS);
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
      // Whatever names no stream that is served goes to the first, which refuses it.
      const service = this.#byLevel.get(message[RepairOffset.Level] ?? 0) ?? this.service;
      service.receive(identity.toString('latin1'), message);
    }
  }

  #poll(): void {
    for (const service of this.#byLevel.values()) service.poll();
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
