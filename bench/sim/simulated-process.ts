/**
 * A process of a simulation: it lives until it is killed, may stand still, and has clocks, timers and
 * sockets of its own. What it started dies with it, for nothing is done for a dead process.
 */

import { type Nanos, setNanos } from '../../feed/index.ts';
import type { FeedPlatform } from '../../feed/node.ts';
import type { Network } from './network.ts';
import { Seeded } from './seeded.ts';

/** When virtual time begins: nanoseconds since 1970. */
export const START_NS = 1_767_600_000_000_000_000n;
const NANOS_PER_MS = 1e6;
/** Frames that wait for a process that stands still; more are dropped. */
const INBOX_FRAMES = 300;

export class SimulatedProcess implements FeedPlatform {
  readonly name: string;
  readonly network: Network;
  isAlive = true;
  /** It stood still, and has not yet done all that waited for it. */
  isCatchingUp = false;
  /** How far its date is off. */
  clockOffsetMs = 0;
  readonly #random: Seeded;
  #stalls = 0;
  /** What came while it stood still: frames first, then timers, each once. */
  #inbox: (() => unknown)[] = [];
  #overdue = new Set<() => unknown>();
  /** Told after everything that it has done. */
  done: () => void = () => {};

  constructor(name: string, network: Network, seed: number) {
    this.name = name;
    this.network = network;
    this.#random = Seeded.of(seed, `${name} at ${network.time.nowMs}`);
  }

  kill(): void {
    this.isAlive = false;
  }

  get isStalled(): boolean {
    return this.#stalls > 0;
  }

  stall(): void {
    this.#stalls += 1;
  }

  goOn(): void {
    this.#stalls -= 1;
    if (this.#stalls > 0 || !this.isAlive) return;
    const [inbox, overdue] = [this.#inbox, this.#overdue];
    this.#inbox = [];
    this.#overdue = new Set();
    this.isCatchingUp = true;
    for (const work of [...inbox, ...overdue]) this.perform(work);
    this.isCatchingUp = false;
    this.done();
  }

  /** Does what has come, unless it is dead; later, if it stands still. */
  perform(work: () => unknown, isFrame = false): unknown {
    if (!this.isAlive) return undefined;
    if (this.#stalls > 0) {
      if (!isFrame) this.#overdue.add(work);
      else if (this.#inbox.length < INBOX_FRAMES) this.#inbox.push(work);
      return undefined;
    }
    const promised = work();
    this.done();
    return promised;
  }

  readonly nowMs = (): number => this.network.time.nowMs;

  readonly wallClock = (out: Nanos): void => {
    const sinceMs = this.network.time.nowMs + this.clockOffsetMs;
    setNanos(out, START_NS + BigInt(Math.round(sinceMs * NANOS_PER_MS)));
  };

  readonly setTimer = (work: () => unknown, delayMs: number): (() => void) =>
    this.network.time.after(delayMs, () => this.perform(work));

  // The feed's platform

  readonly random = (): number => this.#random.float();

  every(intervalMs: number, work: () => void): () => void {
    let stop = (): void => {};
    const again = (): void => {
      stop = this.network.time.after(intervalMs, () => {
        if (!this.isAlive) return;
        again();
        this.perform(work);
      });
    };
    again();
    return () => stop();
  }

  publish(): ReturnType<FeedPlatform['publish']> {
    let bound = '';
    return {
      bind: async (endpoint) => {
        bound = endpoint;
        return endpoint;
      },
      send: (packet) => {
        if (this.isAlive) this.network.publish(this, bound, packet);
      },
      close: () => {},
    };
  }

  follow(options: Parameters<FeedPlatform['follow']>[0]): ReturnType<FeedPlatform['follow']> {
    return {
      ended: new Promise(() => {}),
      start: (connected) => {
        this.network.follow(this, options, connected);
        this.every(options.pollMs, options.idle);
      },
      close: async () => {},
    };
  }

  serve({ received }: Parameters<FeedPlatform['serve']>[0]): ReturnType<FeedPlatform['serve']> {
    return {
      bind: async (endpoint) => {
        this.network.serve(this, endpoint, received);
        return endpoint;
      },
      send: (peer, message) => this.isAlive && this.network.answer(this, peer, message),
      close: async () => {},
    };
  }

  ask(options: Parameters<FeedPlatform['ask']>[0]): ReturnType<FeedPlatform['ask']> {
    const ways = options.endpoints.map((endpoint, index) =>
      this.network.ask(this, endpoint, (message) => options.received(index, message)),
    );
    return {
      start: () => {},
      send: (index, message) => this.isAlive && ways[index]?.(message) === true,
      close: async () => {},
    };
  }
}
