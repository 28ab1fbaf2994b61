/** The SUB socket of a consumer: nothing lost silently on the way in, and drained before judging. */

import { Subscriber } from 'zeromq';
import { MAX_PACKET_BYTES, RECEIVE_HIGH_WATER_MARK } from '../limits.ts';
import { type ClientCurve, frameBytes } from './security/index.ts';

/** ZMQ_SNDHWM, which zeromq.js does not offer on SUB. */
const SEND_HIGH_WATER_MARK_OPTION = 23;
/** After this long without a pause, timers and other sockets get their turn. */
const YIELD_AFTER_MS = 8;

/**
 * Subscriptions travel through the socket's send queue, and those beyond its high-water mark (1,000)
 * vanish without a sign, also again after a reconnect: so it is lifted before connecting.
 */
class UnboundedSubscriber extends Subscriber {
  liftSendHighWaterMark(): void {
    this.setInt32Option(SEND_HIGH_WATER_MARK_OPTION, 0);
  }
}

export interface SubscriberSocketOptions {
  readonly endpoints: readonly string[];
  readonly topic: Uint8Array;
  /** At most this long apart, `idle` is called. */
  readonly pollMs: number;
  /** The bytes are the receiver's to keep. */
  readonly packet: (packet: Uint8Array) => void;
  /** Called when nothing waits in the socket, and while it is busy (false) every `pollMs`. */
  readonly idle: (isDrained?: boolean) => void;
  /** Absent: in the clear. */
  readonly curve?: ClientCurve | undefined;
  /** The thread never sleeps, so that nothing has to wake it: it keeps a processor busy. */
  readonly spins?: boolean | undefined;
}

export class SubscriberSocket {
  readonly #options: SubscriberSocketOptions;
  readonly #socket: UnboundedSubscriber;
  #loop: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: SubscriberSocketOptions) {
    this.#options = options;
    this.#socket = new UnboundedSubscriber({
      receiveHighWaterMark: RECEIVE_HIGH_WATER_MARK,
      maxMessageSize: frameBytes(MAX_PACKET_BYTES, options.curve),
      receiveTimeout: options.pollMs,
      reconnectInterval: 50,
      reconnectMaxInterval: 1000,
      linger: 0,
      ...options.curve,
    });
    this.#socket.liftSendHighWaterMark();
  }

  /** `connected` is told of each connection made, also of later ones. */
  start(connected: (endpoint: string) => void): void {
    if (this.#loop !== undefined) return;
    const { endpoints, topic } = this.#options;
    this.#socket.events.on('connect', (event) => connected(event.address));
    this.#socket.subscribe(Buffer.from(topic));
    for (const endpoint of endpoints) this.#socket.connect(endpoint);
    this.#loop = this.#run();
    if (this.#options.spins === true) this.#spin();
  }

  /** A further topic, from now on. */
  subscribe(topic: Uint8Array): void {
    if (!this.#isClosed) this.#socket.subscribe(Buffer.from(topic));
  }

  /** Rejects with what `packet` or `idle` threw, if they did. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#socket.close();
    }
    await this.#loop;
  }

  /** Settles when the loop has ended: rejects with what `packet` or `idle` threw. */
  get ended(): Promise<void> {
    return this.#loop ?? Promise.resolve();
  }

  async #run(): Promise<void> {
    const { pollMs, packet, idle } = this.#options;
    let yieldedAt = performance.now();
    let idledAt = yieldedAt;
    while (!this.#isClosed) {
      const message = await this.#next();
      const now = performance.now();
      if (message !== undefined) packet(message);
      if (message === undefined || now - idledAt >= pollMs) {
        if (this.#isClosed) return;
        idledAt = now;
        idle(message === undefined);
      }
      if (now - yieldedAt >= YIELD_AFTER_MS) {
        await new Promise(setImmediate);
        yieldedAt = performance.now();
      }
    }
  }

  /** While something is to be done at once, the event loop looks at its sockets without waiting. */
  readonly #spin = (): void => {
    if (!this.#isClosed) setImmediate(this.#spin);
  };

  /** The next message; `undefined` when none came for `pollMs`. */
  async #next(): Promise<Uint8Array | undefined> {
    try {
      const [message] = await this.#socket.receive();
      return message;
    } catch (error) {
      if (this.#isClosed) return undefined;
      if (!isTimeout(error)) throw error;
      return this.#askOnceMore();
    }
  }

  /**
   * A process that was paused sees its timer and its socket become ready together, so the socket is
   * asked once more before silence is believed.
   */
  async #askOnceMore(): Promise<Uint8Array | undefined> {
    this.#socket.receiveTimeout = 0;
    try {
      const [message] = await this.#socket.receive();
      return message;
    } catch (error) {
      if (this.#isClosed || isTimeout(error)) return undefined;
      throw error;
    } finally {
      if (!this.#isClosed) this.#socket.receiveTimeout = this.#options.pollMs;
    }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
