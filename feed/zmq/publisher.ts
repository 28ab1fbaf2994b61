/** Publishes packets on a PUB socket and keeps the heartbeat going. */

import { HEARTBEAT_INTERVAL_MS, PUBLISH_HIGH_WATER_MARK } from '../limits.ts';
import { type FeedPlatform, NODE_PLATFORM, type PublishPort } from './platform.ts';
import type { SecureEndpoint } from './security/index.ts';

export interface FeedPublisherOptions {
  /**
   * Called every `HEARTBEAT_INTERVAL_MS`, busy or idle: the table of positions must go round also
   * when the stream is busy with other instruments. It is expected to call `StreamWriter.heartbeat`.
   */
  readonly heartbeat: () => void;
  /** Packets that may wait per subscriber before further ones are dropped for it. */
  readonly highWaterMark?: number;
  /** Absent: in the clear. */
  readonly security?: SecureEndpoint | undefined;
  readonly platform?: FeedPlatform | undefined;
}

/**
 * Sends never block and never wait: a subscriber that cannot keep up loses packets, sees the gap
 * and repairs. What was sent must not be changed, for it may still be on its way.
 */
export class FeedPublisher {
  readonly #socket: PublishPort;
  readonly #platform: FeedPlatform;
  readonly #heartbeat: () => void;
  #stopHeartbeat: (() => void) | undefined;
  #closed = false;
  /** Packets that could not be handed to the socket; consumers see them as gaps. */
  failedSends = 0;
  sentPackets = 0;
  sentBytes = 0;

  constructor(options: FeedPublisherOptions) {
    const { heartbeat, security, platform = NODE_PLATFORM } = options;
    this.#heartbeat = heartbeat;
    this.#platform = platform;
    const failed = (): void => {
      this.failedSends += 1;
    };
    const highWaterMark = options.highWaterMark ?? PUBLISH_HIGH_WATER_MARK;
    this.#socket = platform.publish({ highWaterMark, failed, security });
  }

  /** Binds and starts the heartbeat; answers with the endpoint, its port filled in. */
  async bind(endpoint: string): Promise<string> {
    const bound = await this.#socket.bind(endpoint);
    this.#stopHeartbeat ??= this.#platform.every(HEARTBEAT_INTERVAL_MS, this.#heartbeat);
    return bound;
  }

  /** `packet` is the socket's from now on. */
  send(packet: Uint8Array): void {
    if (this.#closed) return;
    this.sentPackets += 1;
    this.sentBytes += packet.byteLength;
    this.#socket.send(packet);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopHeartbeat?.();
    this.#socket.close();
  }
}
