/** Subscribes to streams of single instruments at a relay: sockets and timers around a reader. */

import { RELAY_SILENT_MS } from '../limits.ts';
import type { MonotonicClock } from '../nanos.ts';
import type { InstrumentListener, StreamedInstrumentView } from '../streams/instrument-listener.ts';
import { InstrumentReader } from '../streams/instrument-reader.ts';
import type { Crc32 } from '../wire/packet.ts';
import type { TopicKind } from '../wire/topic.ts';
import { type AskPort, NODE_PLATFORM } from './platform.ts';
import type { ClientCurve } from './security/index.ts';
import { SubscriberSocket } from './subscriber-socket.ts';

const POLL_MS = 20;

/** One relay: where it publishes (`touchline relay --publish`) and where it serves (`--serve`). */
export interface RelayPlace {
  readonly streams: string;
  readonly repair: string;
}

export interface InstrumentSubscriberOptions {
  /** The first is read; when it has gone silent the next one is, and so on in turn. */
  readonly relays: readonly [RelayPlace, ...RelayPlace[]];
  readonly symbols: readonly string[];
  /** What to read of each: `TopicKind`s of instruments. */
  readonly kinds: readonly TopicKind[];
  readonly shard?: number;
  readonly nowMs: MonotonicClock;
  readonly crc32: Crc32;
  /** Keys for the relays; absent: in the clear. */
  readonly curve?: ClientCurve | undefined;
}

/** The sockets of the relay that is being read. */
interface Line {
  readonly socket: SubscriberSocket;
  readonly repair: AskPort;
  readonly sinceMs: number;
}

/** An error that the listener throws ends the following: `ended` and `close` reject with it. */
export class InstrumentSubscriber {
  readonly #options: InstrumentSubscriberOptions;
  readonly #reader: InstrumentReader;
  readonly #topics: Uint8Array[] = [];
  #relay = 0;
  #line: Line | undefined;
  #closing: Promise<unknown>[] = [];
  #isClosed = false;
  readonly #ended: Promise<void>;
  #end: (error?: unknown) => void = () => {};

  constructor(options: InstrumentSubscriberOptions, listener: InstrumentListener) {
    this.#options = options;
    this.#reader = new InstrumentReader({
      ...options,
      listener,
      subscribe: (topic) => {
        this.#topics.push(topic);
        this.#line?.socket.subscribe(topic);
      },
      random: NODE_PLATFORM.random,
      repairEndpoints: 1,
      sendRepair: (_, message) => this.#line?.repair.send(0, message) ?? false,
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.#ended.catch(() => {});
  }

  /** The instruments found so far, by id. */
  get instruments(): ReadonlyMap<number, StreamedInstrumentView> {
    return this.#reader.instruments;
  }

  find(symbol: string): StreamedInstrumentView | undefined {
    return this.#reader.find(symbol);
  }

  get stats(): Readonly<InstrumentReader['stats']> {
    return this.#reader.stats;
  }

  /** Which of the relays is being read. */
  get relay(): number {
    return this.#relay;
  }

  /** Settles when the receiving has ended; rejects with what the listener threw. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  start(): void {
    this.#line ??= this.#open();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#line !== undefined) this.#leave(this.#line);
    await Promise.all(this.#closing);
    this.#end();
    await this.#ended;
  }

  #open(): Line {
    const { relays, curve, nowMs } = this.#options;
    const place = relays[this.#relay % relays.length] ?? relays[0];
    const line: Line = {
      socket: new SubscriberSocket({
        endpoints: [place.streams],
        topic: this.#reader.relayTopic,
        pollMs: POLL_MS,
        packet: (packet) => {
          if (this.#line === line) this.#reader.receive(packet);
        },
        idle: () => {
          if (this.#line === line) this.#idle(line);
        },
        curve,
      }),
      repair: NODE_PLATFORM.ask({
        endpoints: [place.repair],
        received: (_, message) => {
          if (this.#line === line) this.#reader.receiveRepair(0, message);
        },
        curve,
      }),
      sinceMs: nowMs(),
    };
    line.repair.start();
    line.socket.start(() => {});
    for (const topic of this.#topics) line.socket.subscribe(topic);
    line.socket.ended.catch((error: unknown) => this.#end(error));
    return line;
  }

  #idle(line: Line): void {
    this.#reader.poll();
    const { relays, nowMs } = this.#options;
    const isOld = nowMs() - line.sinceMs > RELAY_SILENT_MS;
    if (relays.length === 1 || !isOld || !this.#reader.isSilentFor(RELAY_SILENT_MS)) return;
    this.#leave(line);
    this.#relay = (this.#relay + 1) % relays.length;
    if (!this.#isClosed) this.#line = this.#open();
  }

  #leave(line: Line): void {
    this.#line = undefined;
    this.#closing = [...this.#closing.slice(-1), line.repair.close(), line.socket.close()];
  }
}
