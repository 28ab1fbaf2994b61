/** Publishes packets on a PUB socket and keeps the heartbeat going. */

import { Publisher } from 'zeromq';
import { HEARTBEAT_INTERVAL_MS, PUBLISH_HIGH_WATER_MARK } from '../limits.ts';
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
}

/**
 * Sends never block and never wait: a subscriber that cannot keep up loses packets, sees the gap
 * and repairs. What was sent must not be changed, for it may still be on its way.
 */
export class FeedPublisher {
  readonly #socket: Publisher;
  readonly #heartbeat: () => void;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Packets that could not be handed to the socket; consumers see them as gaps. */
  failedSends = 0;
  sentPackets = 0;
  sentBytes = 0;

  constructor(options: FeedPublisherOptions) {
    this.#heartbeat = options.heartbeat;
    // With a send time-out of 0 every send completes in the call, so EBUSY cannot happen; linger
    // lets the end of session leave before the socket goes.
    this.#socket = new Publisher({
      sendHighWaterMark: options.highWaterMark ?? PUBLISH_HIGH_WATER_MARK,
      sendTimeout: 0,
      linger: 200,
      ...options.security?.curve,
    });
    options.security?.watch(this.#socket);
  }

  /** Binds and starts the heartbeat; answers with the endpoint, its port filled in. */
  async bind(endpoint: string): Promise<string> {
    await this.#socket.bind(endpoint);
    this.#timer ??= setInterval(this.#heartbeat, HEARTBEAT_INTERVAL_MS);
    return this.#socket.lastEndpoint ?? endpoint;
  }

  /** `packet` is the socket's from now on. */
  send(packet: Uint8Array): void {
    if (this.#closed) return;
    this.sentPackets += 1;
    this.sentBytes += packet.byteLength;
    try {
      this.#socket.send(packet).catch(this.#onFailedSend);
    } catch {
      this.#onFailedSend();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#socket.close();
  }

  readonly #onFailedSend = (): void => {
    this.failedSends += 1;
  };
}
