/** A gateway in the test's own process: no socket, no clock but the test's, and faults on demand. */

import { CLIENT_HEARTBEAT_MS } from '../../../gateway/protocol/index.ts';
import type { ConnectOptions, TouchlineClient, Transport } from '../api.ts';
import { Client } from '../client.ts';
import type { Platform } from '../platform.ts';
import type { Fault, FaultAt } from './faults.ts';
import type { InstrumentOptions, MockInstrument } from './mock-instrument.ts';
import { MockMarket } from './mock-market.ts';
import { MockSocket } from './mock-socket.ts';
import { MockTime } from './mock-time.ts';

export interface MockGatewayOptions {
  /** What a message takes from one end to the other, and an opening. Default 1. */
  readonly latencyMs?: number;
  /** Where between its bounds each random wait lies, 0 to below 1. Default 0.5. */
  readonly chance?: number;
  /** Milliseconds that a token is good for, or `undefined` to refuse it. By default all are, for ever. */
  readonly checkToken?: (token: string | null) => number | undefined;
  /** False: its relay keeps nothing to look back at. Default true: all that the test has done. */
  readonly hasArchive?: boolean;
  /** What comes through; the others cannot be opened. Default: all. */
  readonly transports?: readonly Transport[];
}

export class MockGateway {
  readonly #time = new MockTime();
  readonly #options: MockGatewayOptions;
  readonly #market: MockMarket;

  constructor(options: MockGatewayOptions = {}) {
    this.#options = options;
    const { checkToken = () => Number.POSITIVE_INFINITY, hasArchive = true } = options;
    this.#market = new MockMarket(() => this.#time.nowMs, checkToken, hasArchive);
    this.#beat();
  }

  /** A client of this gateway, as `connect` makes one of a real gateway; it opens as time passes. */
  connect(options: Omit<ConnectOptions, 'WebSocket'> = {}): TouchlineClient {
    return new Client('mock:', options, this.platform());
  }

  /** Lists an instrument, LIVE and with an empty book. */
  list(symbol: string, options: InstrumentOptions = {}): MockInstrument {
    return this.#market.list(symbol, options);
  }

  /** Lets time pass: messages arrive, heartbeats are sent, clients wait and come back. */
  pass(ms: number): void {
    this.#time.pass(ms);
  }

  /** Milliseconds that have passed in all. */
  get nowMs(): number {
    return this.#time.nowMs;
  }

  /** Whether anybody can see the pages of all clients. */
  hide(isHidden: boolean): void {
    this.#market.isHidden = isHidden;
    for (const listener of this.#market.hiddenListeners) listener(isHidden);
  }

  inject(fault: Fault): void {
    this.#market.inject(fault);
  }

  /** Faults to come, each `atMs` from now. */
  script(faults: readonly FaultAt[]): void {
    for (const { atMs, ...fault } of faults) {
      this.#time.setTimer(() => this.inject(fault), atMs);
    }
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#market.sessions.size;
  }

  /** What a client of this gateway runs on. */
  platform(): Platform {
    const time = this.#time;
    const market = this.#market;
    const { latencyMs = 1, chance = 0.5, transports } = this.#options;
    return {
      now: () => time.nowMs,
      random: () => chance,
      setTimer: (callback, delayMs) => time.setTimer(callback, delayMs),
      nextFrame: (callback) => time.nextFrame(callback),
      openSocket(_url, transport) {
        const socket = new MockSocket((deliver) => time.setTimer(deliver, latencyMs));
        const isServed = transports?.includes(transport) ?? true;
        time.setTimer(() => market.knock(socket, isServed), latencyMs);
        return socket;
      },
      watchHidden(listener) {
        market.hiddenListeners.add(listener);
        listener(market.isHidden);
        return () => market.hiddenListeners.delete(listener);
      },
    };
  }

  #beat(): void {
    this.#time.setTimer(() => {
      for (const session of this.#market.sessions) session.beat();
      this.#beat();
    }, CLIENT_HEARTBEAT_MS);
  }
}
