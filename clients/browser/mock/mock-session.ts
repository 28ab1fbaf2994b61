/** One connection of a mock gateway: answers what a client asks. */

import {
  CLIENT_HEARTBEAT_MS,
  ERROR_CODES,
  type ErrorName,
  type GatewayEvent,
  MAX_SUBSCRIPTIONS,
  MAX_UNACKED_BYTES,
  type Message,
  MessageType,
  type Request,
} from '../../../gateway/protocol/index.ts';
import type { SubscribeOptions } from '../subscription.ts';
import { served } from '../wish.ts';
import { type ClassMarket, MockClass } from './mock-class.ts';
import { MockHistory } from './mock-history.ts';
import type { MockInstrument, MockTrade } from './mock-instrument.ts';
import type { MockSocket, SocketOwner } from './mock-socket.ts';

/** What a session needs of its gateway. */
export interface SessionMarket extends ClassMarket {
  /** Milliseconds until the token ends; `undefined` for one that is not taken, Infinity for ever. */
  validFor(token: string | null): number | undefined;
  /** Why a subscription is refused, if it is. */
  refusal(channel: string, symbol: string): ErrorName | undefined;
  ended(session: MockSession): void;
}

const RETRY_AFTER_MS = 1000;

export class MockSession implements SocketOwner {
  readonly socket: MockSocket;
  readonly #market: SessionMarket;
  readonly #classes = new Map<number, MockClass>();
  readonly #histories = new Map<number, MockHistory>();
  #isWelcome = false;
  #nextClass = 1;

  constructor(socket: MockSocket, market: SessionMarket) {
    this.socket = socket;
    this.#market = market;
    socket.owner = this;
  }

  closed(): void {
    this.#market.ended(this);
  }

  received(request: Request): void {
    switch (request[0]) {
      case MessageType.Hello:
        this.#hello(request[1], request[2]);
        break;
      case MessageType.Refresh:
        this.#refresh(request[1], request[2]);
        break;
      case MessageType.Ping:
        this.socket.tell([MessageType.Pong, request[1], this.#market.nowUs]);
        break;
      case MessageType.Subscribe:
        this.#subscribe(request);
        break;
      case MessageType.Unsubscribe:
        this.#unsubscribe(request[1], request[2]);
        break;
      case MessageType.Modify:
        this.#modify(request);
        break;
      case MessageType.Seek:
        this.#withHistory(request[1], request[2], (one) => one.seek(request[1], request[3]));
        break;
      case MessageType.Play:
        this.#withHistory(request[1], request[2], (one) => {
          one.play(request[1], request[3], request[4] ?? 0);
        });
        break;
      case MessageType.Resync:
        if (this.#histories.has(request[2])) this.#histories.get(request[2])?.begin();
        else this.#withClass(request[1], request[2], (one) => one.begin());
        break;
      default:
      // Acknowledgements: nobody is slow here.
    }
  }

  refuse(id: number, name: ErrorName, retryAfterMs = RETRY_AFTER_MS): void {
    const [code, isRetryable, words] = ERROR_CODES[name];
    const after = isRetryable ? retryAfterMs : 0;
    this.socket.tell([MessageType.Error, id, code, `${name}: ${words}`, isRetryable, after]);
  }

  /** One transaction of an instrument. */
  changed(instrument: MockInstrument, trades: readonly MockTrade[], firstTrade: number): void {
    for (const one of this.#of(instrument)) one.changed(instrument, trades, firstTrade);
  }

  statusChanged(instrument: MockInstrument): void {
    for (const one of this.#classes.values()) {
      if (one.instrument === undefined || one.instrument === instrument) {
        one.statusChanged(instrument);
      }
    }
  }

  /** What was known of the instrument leads nowhere any more. */
  restarted(instrument: MockInstrument): void {
    for (const one of this.#of(instrument)) one.announce(0);
  }

  listed(): void {
    for (const one of this.#classes.values()) if (one.instrument === undefined) one.begin();
  }

  beat(): void {
    if (!this.#isWelcome) return;
    this.socket.tell([MessageType.Heartbeat, 0]);
    for (const one of this.#classes.values()) one.beat();
    for (const one of this.#histories.values()) one.beat();
  }

  #hello(id: number, token: string | null): void {
    const validForMs = this.#market.validFor(token);
    if (validForMs === undefined) {
      this.refuse(id, 'UNAUTHENTICATED');
      this.socket.end(4001, 'NO_HELLO: The token is not taken.');
      return;
    }
    this.#isWelcome = true;
    const bounds = [CLIENT_HEARTBEAT_MS, MAX_UNACKED_BYTES, MAX_SUBSCRIPTIONS] as const;
    const welcome = [MessageType.Welcome, id, 'mock', this.#market.nowUs, ...bounds] as const;
    this.socket.tell(Number.isFinite(validForMs) ? [...welcome, validForMs] : welcome);
  }

  #refresh(id: number, token: string): void {
    const validForMs = this.#market.validFor(token);
    if (validForMs === undefined) {
      this.refuse(id, 'UNAUTHENTICATED');
      return;
    }
    const told = Number.isFinite(validForMs) ? validForMs : 0;
    this.socket.tell([MessageType.Refreshed, id, told]);
  }

  #subscribe([, id, channel, symbol, options = {}]: Message<typeof MessageType.Subscribe>): void {
    const refusal = this.#market.refusal(channel, symbol);
    if (refusal !== undefined) this.refuse(id, refusal);
    else if (channel === 'history') this.#openHistory(id, symbol, options);
    else this.#enter(id, channel, symbol, options);
  }

  #openHistory(id: number, symbol: string, options: Readonly<Record<string, unknown>>): void {
    const instrument = this.#market.instruments.find((known) => known.symbol === symbol);
    if (instrument === undefined) return;
    const tell = (event: GatewayEvent) => this.socket.tell(event);
    const one = new MockHistory(this.#nextClass, instrument, options, this.#market, tell);
    this.#nextClass += 1;
    this.#histories.set(one.id, one);
    one.announce(id);
    one.seek(0, options);
  }

  #modify([, id, classId, options]: Message<typeof MessageType.Modify>): void {
    const history = this.#histories.get(classId);
    if (history !== undefined) {
      history.modify(id, options);
      return;
    }
    this.#withClass(id, classId, (one) => {
      const symbol = one.instrument?.symbol ?? '';
      this.#enter(id, one.channel, symbol, { ...one.options, ...options }, one);
    });
  }

  /** Another class, unless there is one like it; `before` is the one that it takes the place of. */
  #enter(id: number, channel: string, symbol: string, options: object, before?: MockClass): void {
    const one = new MockClass(
      this.#nextClass,
      channel,
      served(channel, options as SubscribeOptions),
      this.#market.instruments.find((known) => known.symbol === symbol),
      this.#market,
      (event) => this.socket.tell(event),
    );
    const isThere = [...this.#classes.values()].some(
      (known) => known !== before && known.key === one.key,
    );
    if (isThere) {
      this.refuse(id, 'ALREADY_SUBSCRIBED');
      return;
    }
    this.#nextClass += 1;
    if (before !== undefined) this.#classes.delete(before.id);
    this.#classes.set(one.id, one);
    one.announce(id);
  }

  #unsubscribe(id: number, classId: number): void {
    if (this.#histories.delete(classId)) {
      this.socket.tell([MessageType.Unsubscribed, id, classId, 0, '']);
      return;
    }
    this.#withClass(id, classId, () => {
      this.#classes.delete(classId);
      this.socket.tell([MessageType.Unsubscribed, id, classId, 0, '']);
    });
  }

  #withHistory(id: number, classId: number, then: (one: MockHistory) => void): void {
    const one = this.#histories.get(classId);
    if (one === undefined) this.refuse(id, 'NOT_SUBSCRIBED');
    else then(one);
  }

  #withClass(id: number, classId: number, then: (one: MockClass) => void): void {
    const one = this.#classes.get(classId);
    if (one === undefined) this.refuse(id, 'NOT_SUBSCRIBED');
    else then(one);
  }

  #of(instrument: MockInstrument): MockClass[] {
    return [...this.#classes.values()].filter((one) => one.instrument === instrument);
  }
}
