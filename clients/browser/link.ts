/** The connection: says hello, acknowledges, pings, notices silence, and comes back by itself. */

import {
  CLIENT_HEARTBEAT_MS,
  CLIENT_STALE_AFTER_MS,
  encodeRequest,
  type GatewayEvent,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_DEPTH,
  MessageType,
  MsgpackDecoder,
  mayReconnect,
  type Request,
} from '../../gateway/protocol/index.ts';
import { Acknowledger } from './acknowledger.ts';
import type { LinkStatus, Transport } from './api.ts';
import { retryDelay, STABLE_AFTER_MS } from './backoff.ts';
import { eventOf } from './event-check.ts';
import type { Platform, Socket } from './platform.ts';
import { readToken, renewAfterMs, type Token } from './token-source.ts';

const PING_EVERY_MS = 5000;
/** A connection that stays silent for this long is given up: the network may be cut without a word. */
const GIVE_UP_AFTER_MS = 10_000;
/** As the gateway closes when a token ends; a client comes back with another. */
const TOKEN_EXPIRED = 4002;
/** What a WebSocket says when there was no closing word; the others say it too. */
const NO_CLOSE_CODE = 1006;

/** What the link tells its owner. */
export interface LinkListener {
  /** Welcomed: subscriptions may be sent. */
  opened(): void;
  received(event: GatewayEvent): unknown;
  /** The status, or whether anything is heard, has changed. */
  changed(): unknown;
}

export class Link {
  status: LinkStatus;
  /** False when nothing, not even a heartbeat, has arrived for three heartbeats. */
  isHeard = false;
  readonly #url: string;
  readonly #token: Token | null;
  readonly #transports: readonly Transport[];
  readonly #platform: Platform;
  readonly #listener: LinkListener;
  readonly #decoder = new MsgpackDecoder(MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH);
  #socket: Socket | undefined;
  #stopTimer: () => void = () => {};
  #stopRenewal: () => void = () => {};
  /** Index of the transport that is used or tried. */
  #transport = 0;
  #fallbackReason = '';
  #attempt = 0;
  /** What a gateway that goes away asked for. */
  #comeBackInMs: number | undefined;
  #hasOpened = false;
  #openedAt = 0;
  #heardAt = 0;
  #pingAt = 0;
  #acknowledger = new Acknowledger();

  constructor(
    url: string,
    token: Token | null,
    transports: readonly Transport[],
    platform: Platform,
    listener: LinkListener,
  ) {
    this.#url = url;
    this.#token = token;
    this.#transports = transports;
    this.status = { status: 'connecting', transport: this.transport };
    this.#platform = platform;
    this.#listener = listener;
  }

  get transport(): Transport {
    return this.#transports[this.#transport] ?? 'WebSocket';
  }

  get isOpen(): boolean {
    return this.status.status === 'open';
  }

  connect(): void {
    this.#set({ status: 'connecting' });
    this.#heardAt = this.#platform.now();
    this.#acknowledger = new Acknowledger();
    let socket: Socket;
    try {
      socket = this.#platform.openSocket(this.#url, this.transport);
    } catch (error) {
      // A malformed address does not get better by trying again.
      this.#set({ status: 'closed', message: String(error) });
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.#hasOpened = false;
    socket.onopen = () => {
      this.#hasOpened = true;
      this.#withToken(socket, (token) =>
        this.send([MessageType.Hello, 1, token, 'touchline-browser']),
      );
    };
    socket.onmessage = (event: { data: unknown }) => this.#receive(socket, event.data);
    socket.onclose = (event: { code: number; reason: string }) =>
      this.#lost(socket, event.code, event.reason);
    socket.onerror = null;
    this.#watch();
  }

  send(message: Request): void {
    if (this.#socket?.readyState !== 1) return;
    const isText = this.transport !== 'WebSocket';
    this.#socket.send(isText ? JSON.stringify(message) : encodeRequest(message));
  }

  close(): void {
    this.#stopTimer();
    this.#stopRenewal();
    const socket = this.#socket;
    this.#socket = undefined;
    this.isHeard = false;
    socket?.close(1000);
    this.#set({ status: 'closed', code: 1000, message: 'Closed here.' });
  }

  #receive(socket: Socket, data: unknown): void {
    if (socket !== this.#socket) return;
    this.#heardAt = this.#platform.now();
    let event: GatewayEvent | undefined;
    let length: number;
    try {
      if (typeof data === 'string') {
        length = data.length;
        event = eventOf(JSON.parse(data));
      } else {
        const bytes = new Uint8Array(data as ArrayBuffer);
        length = bytes.length;
        event = eventOf(this.#decoder.decode(bytes));
      }
    } catch (error) {
      this.#lost(socket, 4400, error instanceof Error ? error.message : String(error));
      return;
    }
    if (!this.isHeard && this.isOpen) {
      this.isHeard = true;
      this.#listener.changed();
    }
    if (event !== undefined) this.#handle(event);
    // From here and not from a timer, because the timers of a hidden tab sleep.
    const frames = this.#acknowledger.received(length, this.#heardAt);
    if (frames > 0) this.send([MessageType.Ack, frames]);
  }

  #handle(event: GatewayEvent): void {
    if (event[0] === MessageType.Welcome) {
      this.#openedAt = this.#platform.now();
      this.#pingAt = this.#openedAt;
      this.isHeard = true;
      this.#set({ status: 'open' });
      this.#ping();
      this.#renewIn(event[7]);
      this.#listener.opened();
    } else if (event[0] === MessageType.Refreshed) {
      this.#renewIn(event[2]);
    } else if (event[0] === MessageType.Pong) {
      const roundTripMs = this.#platform.now() - event[1] / 1000;
      this.#set({ ...this.status, roundTripMs });
    } else {
      // One for the whole connection, with a time: the gateway spreads those who come back.
      if (event[0] === MessageType.Error && event[1] === 0 && event[4]) {
        this.#comeBackInMs = event[5];
      }
      this.#listener.received(event);
    }
  }

  /** A token that cannot be had is as one that has ended: the client tries again later. */
  #withToken(socket: Socket, use: (token: string | null) => void): void {
    readToken(
      this.#token,
      (token) => socket === this.#socket && use(token),
      (error) => this.#lost(socket, TOKEN_EXPIRED, String(error)),
    );
  }

  #renewIn(validForMs: number | undefined): void {
    this.#stopRenewal();
    const afterMs = renewAfterMs(this.#token, validForMs);
    const socket = this.#socket;
    if (afterMs === undefined || socket === undefined) return;
    this.#stopRenewal = this.#platform.setTimer(() => {
      if (socket !== this.#socket) return;
      // Should it fail, the present one holds to its end, and the next connection asks anew.
      readToken(
        this.#token,
        (token) => socket === this.#socket && this.send([MessageType.Refresh, 1, token ?? '']),
        () => {},
      );
    }, afterMs);
  }

  #ping(): void {
    this.send([MessageType.Ping, Math.round(this.#platform.now() * 1000)]);
  }

  /** Looks every heartbeat whether anything was heard. */
  #watch(): void {
    this.#stopTimer = this.#platform.setTimer(() => {
      const now = this.#platform.now();
      const silentMs = now - this.#heardAt;
      if (this.isHeard && silentMs > CLIENT_STALE_AFTER_MS) {
        this.isHeard = false;
        this.#listener.changed();
      }
      if (silentMs > GIVE_UP_AFTER_MS) {
        this.#lost(this.#socket, 1006, 'Nothing was heard; the network may be down.');
        return;
      }
      if (this.isOpen && now - this.#pingAt >= PING_EVERY_MS) {
        this.#pingAt = now;
        this.#ping();
      }
      this.#watch();
    }, CLIENT_HEARTBEAT_MS);
  }

  #lost(socket: Socket | undefined, code: number, reason: string): void {
    if (socket === undefined || socket !== this.#socket) return;
    this.#socket = undefined;
    this.#stopTimer();
    if (socket.readyState < 2) socket.close(code >= 3000 ? code : 1000);
    if (this.#fallBack(code, reason)) return;
    const now = this.#platform.now();
    if (this.isOpen && now - this.#openedAt >= STABLE_AFTER_MS) this.#attempt = 0;
    this.isHeard = false;
    this.#transport = 0;
    const message = reason || 'The connection was lost.';
    if (!mayReconnect(code)) {
      this.#set({ status: 'closed', code, message });
      return;
    }
    const retryInMs = this.#comeBackInMs ?? retryDelay(this.#attempt, this.#platform.random());
    this.#comeBackInMs = undefined;
    this.#attempt += 1;
    this.#stopTimer = this.#platform.setTimer(() => this.connect(), retryInMs);
    this.#set({ status: 'waiting', code, message, retryInMs });
  }

  /** Tries the next transport at once when this one never came to a welcome. */
  #fallBack(code: number, reason: string): boolean {
    // Without a WebSocket, a door that does not open is a gateway that is not there.
    const isThere = this.transport === 'WebSocket' || this.#hasOpened;
    const isLast = this.#transport + 1 >= this.#transports.length;
    if (this.isOpen || code !== NO_CLOSE_CODE || isLast || !isThere) return false;
    this.#fallbackReason = `${this.transport}: ${reason || 'it could not be opened.'}`;
    this.#transport += 1;
    this.connect();
    return true;
  }

  #set(status: Omit<LinkStatus, 'transport'>): void {
    const why = this.#transport === 0 ? {} : { fallbackReason: this.#fallbackReason };
    this.status = { transport: this.transport, ...why, ...status };
    this.#listener.changed();
  }
}
