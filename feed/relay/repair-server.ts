/** The ROUTER socket in front of repair services: relays serve consumers by it, engines relays. */

import { RepairService, type RepairServiceOptions } from '../sync/repair-service.ts';
import { RepairOffset } from '../wire/repair-messages.ts';
import { StreamLevel } from '../wire/topic.ts';
import { type FeedPlatform, NODE_PLATFORM, type ServePort } from '../zmq/platform.ts';
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
  readonly platform?: FeedPlatform | undefined;
  /** Sees every message first; true: it was for the past, and is nobody else's. */
  readonly past?: PastPort | undefined;
}

/** Answers questions about the past. */
export interface PastPort {
  receive(peer: string, message: Uint8Array): boolean;
  poll(): void;
}

const POLL_MS = 1000;

export class RepairServer {
  /** Of the first stream. */
  readonly service: RepairService;
  readonly #byLevel = new Map<number, RepairService>();
  readonly #socket: ServePort;
  readonly #platform: FeedPlatform;
  readonly #past: PastPort | undefined;
  #stopPolling: (() => void) | undefined;

  constructor(options: RepairServerOptions) {
    const { security, platform = NODE_PLATFORM } = options;
    this.#platform = platform;
    this.#past = options.past;
    this.#socket = platform.serve({ received: this.#received, security });
    const { crc32, wallClock, nowMs } = options;
    const serve = (stream: ServedStream): RepairService => {
      const { ring, snapshots, archive, level = StreamLevel.L2, shard = 0 } = stream;
      const { acknowledged } = stream;
      const send = this.#socket.send.bind(this.#socket);
      const ports = { crc32, wallClock, nowMs, send, acknowledged };
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
    const bound = await this.#socket.bind(endpoint);
    this.#stopPolling ??= this.#platform.every(POLL_MS, () => this.#poll());
    return bound;
  }

  async close(): Promise<void> {
    this.#stopPolling?.();
    await this.#socket.close();
  }

  /** To a peer that has asked something; false when it is gone. */
  send(peer: string, message: Uint8Array): boolean {
    return this.#socket.send(peer, message);
  }

  readonly #received = (peer: string, message: Uint8Array): void => {
    if (this.#past?.receive(peer, message)) return;
    // Whatever names no stream that is served goes to the first, which refuses it.
    const service = this.#byLevel.get(message[RepairOffset.Level] ?? 0) ?? this.service;
    service.receive(peer, message);
  };

  #poll(): void {
    this.#past?.poll();
    for (const service of this.#byLevel.values()) service.poll();
  }
}
