/** The sockets of a fake feed: calls within the process, in an order that the test decides. */

import type { AskPort, FeedPlatform, FollowPort } from '../../../feed/node.ts';

type FollowOptions = Parameters<FeedPlatform['follow']>[0];
type AskOptions = Parameters<FeedPlatform['ask']>[0];

/** One subscriber's line. An error that its listener throws ends it, as it ends a real one. */
class FakeLine implements FollowPort {
  readonly #options: FollowOptions;
  readonly #closed: (line: FakeLine) => void;
  readonly #ended: Promise<void>;
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #isOpen = false;

  constructor(options: FollowOptions, closed: (line: FakeLine) => void) {
    this.#options = options;
    this.#closed = closed;
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    // Whoever closes it is told.
    this.#ended.catch(() => {});
  }

  get ended(): Promise<void> {
    return this.#ended;
  }

  start(connected: (endpoint: string) => void): void {
    this.#isOpen = true;
    this.#run(() => connected('fake'));
  }

  receive(packet: Uint8Array): void {
    this.#run(() => this.#options.packet(packet));
  }

  /** Nothing waits. */
  idle(): void {
    this.#run(() => this.#options.idle(true));
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#closed(this);
    this.#end();
    await this.#ended;
  }

  #run(call: () => void): void {
    if (!this.#isOpen) return;
    try {
      call();
    } catch (error) {
      this.#isOpen = false;
      this.#fail(error);
    }
  }
}

export interface FakePlatformOptions {
  /** A request to the relay; false: none is there. */
  readonly asked: (peer: string, request: Uint8Array) => boolean;
}

/** Publishers and servers have no use here: the fake feed itself is both. */
export class FakePlatform implements FeedPlatform {
  readonly #options: FakePlatformOptions;
  readonly #lines = new Set<FakeLine>();
  readonly #peers = new Map<string, AskOptions>();
  #lastPeer = 0;

  constructor(options: FakePlatformOptions) {
    this.#options = options;
  }

  follow(options: FollowOptions): FollowPort {
    const line = new FakeLine(options, (closed) => this.#lines.delete(closed));
    this.#lines.add(line);
    return line;
  }

  ask(options: AskOptions): AskPort {
    this.#lastPeer += 1;
    const peer = `subscriber-${this.#lastPeer}`;
    return {
      start: () => {
        this.#peers.set(peer, options);
      },
      send: (_, request) => this.#peers.has(peer) && this.#options.asked(peer, request),
      close: async () => {
        this.#peers.delete(peer);
      },
    };
  }

  /** To every line; each keeps what it is given. */
  deliver(packet: Uint8Array): void {
    for (const line of this.#lines) line.receive(Uint8Array.from(packet));
  }

  publish(): never {
    throw new Error('A fake feed has no publisher sockets.');
  }

  serve(): never {
    throw new Error('A fake feed has no server sockets.');
  }

  /** Nothing waits in any line. */
  idle(): void {
    for (const line of this.#lines) line.idle();
  }

  /** An answer of the relay. */
  answer(peer: string, message: Uint8Array): void {
    this.#peers.get(peer)?.received(0, message);
  }

  every(): () => void {
    return () => {};
  }

  /** Nobody has to be spread. */
  random(): number {
    return 0.5;
  }
}
