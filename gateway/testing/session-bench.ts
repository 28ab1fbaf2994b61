/** A gateway, a feed and sessions over fake links, all in virtual time. */

import { Gateway, type GatewayOptions } from '../gateway.ts';
import {
  type Codec,
  type CodecName,
  createCodecs,
  type GatewayEvent,
  MessageType,
  type Request,
} from '../protocol/index.ts';
import type { SessionPort } from '../transports/transport.ts';
import { FakeFeed } from './fake-feed.ts';
import { FakeLink } from './fake-link.ts';
import { ManualTimer } from './manual-timer.ts';

const SILENT = { info: () => {} };
const codecs = createCodecs();

export class SessionBench {
  readonly timer = new ManualTimer();
  readonly gateway: Gateway;
  readonly feed: FakeFeed;

  constructor(options: Partial<GatewayOptions> = {}) {
    this.gateway = new Gateway({
      timer: this.timer,
      nowUs: () => 1_700_000_000_000_000 + Math.round(this.timer.nowMs() * 1000),
      log: SILENT,
      maxConnections: 100,
      random: () => 0.5,
      ...options,
    });
    this.gateway.start();
    this.feed = new FakeFeed(this.gateway.market);
  }

  /** A connection that has said nothing. */
  connect(codec: CodecName = 'msgpack'): TestClient {
    const link = new FakeLink(codec);
    const session = this.gateway.accept(link, '127.0.0.1', codec);
    if (session === undefined) throw new Error('the gateway took no more connections');
    return new TestClient(link, session, codecs[codec]);
  }

  /** A connection that has been welcomed. */
  join(codec: CodecName = 'msgpack'): TestClient {
    const client = this.connect(codec);
    client.send([MessageType.Hello, 1, null, 'test']);
    client.take();
    return client;
  }
}

export class TestClient {
  readonly link: FakeLink;
  readonly session: SessionPort;
  readonly #codec: Codec;

  constructor(link: FakeLink, session: SessionPort, codec: Codec) {
    this.link = link;
    this.session = session;
    this.#codec = codec;
  }

  send(request: Request): void {
    this.session.receive(this.#codec.encode(request));
  }

  ack(): void {
    this.send([MessageType.Ack, this.link.frames.length]);
  }

  take(): GatewayEvent[] {
    return this.link.take();
  }

  /** Subscribes to a book and returns its class. */
  book(symbol: string, depth: number, interval: number): number {
    this.send([MessageType.Subscribe, 9, 'book', symbol, { depth, interval }]);
    const answer = this.link.frames.length;
    if (answer === 0) throw new Error('no answer');
    return this.classOf();
  }

  /** The class of the newest `subscribed`. */
  classOf(): number {
    for (const frame of [...this.link.frames].reverse()) {
      if (frame[1] === MessageType.Subscribed) return decodeClass(frame);
    }
    throw new Error('not subscribed');
  }
}

function decodeClass(frame: Uint8Array): number {
  const link = new FakeLink();
  link.send(frame);
  return link.take()[0]?.[2] as number;
}
