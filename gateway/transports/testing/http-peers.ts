/** Clients of sessions over HTTP for the conformance suite: event stream, long polling, polling. */

import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { CURSOR_HEADER, jsonEncoding, type Request, SESSION_PATH } from '../../protocol/index.ts';
import { TestPeer, type TransportUnderTest } from './peer.ts';

const LINE_END = Buffer.from('\n');
const encoding = jsonEncoding();

export type Reading = 'events' | 'long polling' | 'polling';

interface Opened {
  readonly ticket: string;
  readonly cursor: string;
}

export class HttpPeer extends TestPeer {
  /** Of the newest message read. */
  cursor: string;
  readonly #http: string;
  readonly #reading: Reading;
  /** Requests leave one behind the other, so that messages keep their order. */
  #sending: Promise<void> = Promise.resolve();
  #asked: ClientRequest | undefined;
  #stream: IncomingMessage | undefined;
  #isPaused = false;
  #isOver = false;

  constructor(http: string, reading: Reading, opened: Opened) {
    super('json');
    this.#http = http;
    this.#reading = reading;
    this.cursor = opened.cursor;
    if (reading === 'events') this.openStream({ ticket: opened.ticket });
    else void this.#poll();
  }

  sendRaw(messages: readonly Uint8Array[]): void {
    const body = Buffer.concat(messages.flatMap((message) => [message, LINE_END]));
    this.#sending = this.#sending.then(async () => {
      const response = await fetch(`${this.#http}${SESSION_PATH}/send`, {
        method: 'POST',
        headers: { [CURSOR_HEADER]: this.cursor },
        body,
      });
      if (response.status === 413) this.#finish(1009, await response.text());
    });
    this.#sending.catch(() => {});
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#stream?.resume();
    if (this.#reading !== 'events') void this.#poll();
  }

  drop(): void {
    this.#isOver = true;
    this.#asked?.destroy();
  }

  protected encode(request: Request): Uint8Array {
    return encoding.encode(request);
  }

  /** With a ticket the first time, with the last event's id from then on. */
  openStream(by: { readonly ticket?: string; readonly lastEventId?: string }): void {
    const headers = by.lastEventId === undefined ? {} : { 'Last-Event-ID': by.lastEventId };
    const url = `${this.#http}${SESSION_PATH}/events?ticket=${by.ticket ?? ''}`;
    const asked = httpRequest(url, { headers }, (response) => {
      if (this.#asked !== asked) return;
      this.#stream = response;
      if (response.statusCode !== 200) this.#finish(response.statusCode ?? 0, '');
      let text = '';
      response.on('data', (chunk: Buffer) => {
        if (this.#asked !== asked) return;
        text += chunk.toString('latin1');
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) this.#event(event);
      });
      response.on('error', () => {});
    });
    this.#asked = asked;
    asked.on('error', () => {});
    asked.end();
  }

  /** The stream breaks, and the client comes back as a browser does by itself. */
  reconnectStream(): void {
    this.#asked?.destroy();
    this.openStream({ lastEventId: this.cursor });
  }

  #event(text: string): void {
    const lines = text.split('\n');
    const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
    for (const line of data) this.#line(Buffer.from(line, 'latin1'));
    const id = lines.find((line) => line.startsWith('id: '));
    if (id !== undefined) this.cursor = id.slice(4);
  }

  async #poll(): Promise<void> {
    const wait = this.#reading === 'polling' ? 0 : 5000;
    while (!this.#isOver && !this.#isPaused) {
      const url = `${this.#http}${SESSION_PATH}/poll?wait=${wait}`;
      const headers = { [CURSOR_HEADER]: this.cursor };
      const response = await fetch(url, { headers }).catch(() => undefined);
      if (response === undefined || this.#isOver) return;
      const body = await response.text();
      if (response.status !== 200) {
        this.#finish(response.status, body);
        return;
      }
      for (const line of body.split('\n')) if (line !== '') this.#line(Buffer.from(line));
      this.cursor = response.headers.get(CURSOR_HEADER) ?? this.cursor;
      if (this.#reading === 'polling') await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** A message; or the end of the session, whose code is above all message types. */
  #line(bytes: Buffer): void {
    const [type, reason] = JSON.parse(bytes.toString()) as [number, string];
    if (type >= 1000) this.#finish(type, reason);
    else this.received(bytes);
  }

  #finish(code: number, reason: string): void {
    this.#isOver = true;
    this.ended({ code, reason });
  }
}

/** A peer whose door stayed shut. */
class RefusedPeer extends TestPeer {
  constructor(code: number, reason: string) {
    super('json');
    this.ended({ code, reason });
  }
  sendRaw(): void {}
  pause(): void {}
  resume(): void {}
  drop(): void {}
  protected encode(): Uint8Array {
    return Buffer.alloc(0);
  }
}

export async function openHttp(
  http: string,
  reading: Reading,
  origin?: string,
): Promise<HttpPeer | RefusedPeer> {
  const headers = origin === undefined ? {} : { origin };
  const response = await fetch(`${http}${SESSION_PATH}`, { method: 'POST', headers });
  if (response.status !== 201) return new RefusedPeer(response.status, await response.text());
  return new HttpPeer(http, reading, (await response.json()) as Opened);
}

export function httpUnderTest(reading: Reading): TransportUnderTest {
  return {
    name: `HTTP by ${reading}`,
    connect: (http, origin) => openHttp(http, reading, origin),
  };
}
