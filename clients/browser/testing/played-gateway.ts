/** A client with the gateway's end of its connections played by a test, in virtual time. */

import { expect } from 'vitest';
import { LevelBook, Side } from '../../../feed/index.ts';
import {
  type GatewayEvent,
  MessageType,
  MsgpackDecoder,
  msgpackEncoding,
  type Request,
} from '../../../gateway/protocol/index.ts';
import type { Transport } from '../api.ts';
import { Client } from '../client.ts';
import type { Platform, Socket } from '../platform.ts';

const encoding = msgpackEncoding();
const decoder = new MsgpackDecoder(4096, 4);

/** The gateway's end of a connection, played by a test. */
export class FakeSocket implements Socket {
  binaryType = '';
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly sent: Request[] = [];
  closedWith: number | undefined;
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  send(message: Uint8Array<ArrayBuffer> | string): void {
    const isText = typeof message === 'string';
    expect(isText).toBe(this.transport !== 'WebSocket');
    this.sent.push((isText ? JSON.parse(message) : decoder.decode(message)) as Request);
  }

  close(code?: number): void {
    this.closedWith = code;
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.(undefined as never);
  }

  tell(event: GatewayEvent): void {
    if (this.transport === 'WebSocket') this.tellBytes(encoding.encode(event));
    else this.onmessage?.({ data: JSON.stringify(event) } as never);
  }

  tellBytes(bytes: Uint8Array): void {
    this.onmessage?.({ data: bytes.slice().buffer } as never);
  }

  end(code: number, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason } as never);
  }

  /** What was sent of one type. */
  of<Type extends Request[0]>(type: Type): Extract<Request, readonly [Type, ...unknown[]]>[] {
    return this.sent.filter(([sent]) => sent === type) as never;
  }
}

export class FakePlatform implements Platform {
  readonly sockets: FakeSocket[] = [];
  chance = 0.5;
  #nowMs = 1000;
  readonly #timers = new Set<{ dueMs: number; callback: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.chance;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  openSocket(_url: string, transport: Transport): FakeSocket {
    const socket = new FakeSocket(transport);
    this.sockets.push(socket);
    return socket;
  }

  readonly frames: (() => void)[] = [];

  nextFrame(callback: () => void): void {
    this.frames.push(callback);
  }

  /** Paints a frame; returns how many had asked for it. */
  paint(): number {
    const due = this.frames.splice(0);
    for (const callback of due) callback();
    return due.length;
  }

  hide: (isHidden: boolean) => void = () => {};
  startsHidden = false;

  watchHidden(listener: (isHidden: boolean) => void): () => void {
    this.hide = listener;
    listener(this.startsHidden);
    return () => {
      this.hide = () => {};
    };
  }

  get timers(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ dueMs }) => dueMs <= endMs);
      const [next] = due.sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
    }
    this.#nowMs = endMs;
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1) as FakeSocket;
  }

  /** Opens the newest socket and welcomes the client. */
  welcome(): FakeSocket {
    this.socket.open();
    this.socket.tell([MessageType.Welcome, 1, 'c1', 1_700_000_000_000_000, 250, 65_536, 256]);
    return this.socket;
  }
}

export function connected() {
  const platform = new FakePlatform();
  const options = { token: 'secret', transports: ['WebSocket'] } as const;
  const client = new Client('ws://gateway/feed', options, platform);
  return { platform, client, socket: platform.welcome() };
}

export const CLASS = 7;
export const INSTRUMENT = 3;
export const ANCHOR = 1000;

/** Confirms the newest subscription to a book as class 7. */
export function confirm(socket: FakeSocket): void {
  const [, id, channel, symbol] = socket.of(MessageType.Subscribe).at(-1) ?? [];
  socket.tell([
    MessageType.Subscribed,
    id as number,
    CLASS,
    channel as string,
    symbol as string,
    INSTRUMENT,
    '0.01',
    '1',
    10,
    100,
    ANCHOR,
    1,
    2,
  ]);
}

export function lanes(bids: readonly (readonly [number, number])[]): [number, number] {
  const book = new LevelBook(INSTRUMENT);
  for (const [price, quantity] of bids) book.apply(Side.Bid, price, quantity, 1);
  return [book.hash.laneA, book.hash.laneB];
}

export function snapshot(
  sequence: number,
  bids: readonly (readonly [number, number])[],
): GatewayEvent {
  const flat = bids.flatMap(([price, quantity]) => [price - ANCHOR, quantity, 1]);
  return [MessageType.Snapshot, CLASS, sequence, 50, 1e15, 300, flat, [], ...lanes(bids), 0];
}

export function liveBook() {
  const all = connected();
  const book = all.client.book('ABC', { depth: 10 });
  confirm(all.socket);
  all.socket.tell([MessageType.Status, CLASS, INSTRUMENT, 2, 'LIVE', 'NONE']);
  all.socket.tell(snapshot(10, [[999, 5]]));
  expect([book.state, book.reason]).toEqual(['LIVE', 'NONE']);
  return { ...all, book };
}

export function diff(sequence: number, advance: number, bids: number[], hash: number[] = []) {
  const base = [MessageType.Diff, CLASS, sequence, advance, 51, 1e15, 300, 1, bids, []] as const;
  return [...base, ...hash] as unknown as GatewayEvent;
}
