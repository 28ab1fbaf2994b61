/** The part of a WebSocket that a link uses, over plain HTTP requests, where no WebSocket comes through. */

import { CURSOR_HEADER, FEED_PATH, SESSION_PATH } from '../../gateway/protocol/index.ts';
import type { Socket } from './platform.ts';

/** Below what proxies cut off. */
const POLL_WAIT_MS = 20_000;
/** A line that is no message but the end of the session: its close code has four digits. */
const END = /^\[(\d{4}),"?([^"]*)/;

type Handler = ((event: never) => void) | null;

/** Reads an event stream, or polls; says what is to be said in requests of its own, in order. */
export class HttpSocket implements Socket {
  binaryType = '';
  readyState = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  readonly #base: string;
  readonly #abort = new AbortController();
  #cursor = '';
  #source: EventSource | undefined;
  #unsent = '';
  #isSending = false;

  /** `url` is that of the WebSocket. */
  constructor(url: string, isStream: boolean) {
    this.#base = url.replace(/^ws/, 'http').replace(FEED_PATH, SESSION_PATH);
    this.#run(isStream).catch((error: unknown) => this.#end(1006, String(error)));
  }

  send(text: string): void {
    this.#unsent += `${text}\n`;
    if (!this.#isSending) void this.#flush();
  }

  close(): void {
    if (this.readyState > 1) return;
    if (this.readyState === 1) this.#ask('DELETE', '').catch(() => {});
    this.readyState = 3;
    this.#source?.close();
    this.#abort.abort();
  }

  async #run(isStream: boolean): Promise<void> {
    const answer = await this.#ask('POST', '');
    if (!answer.ok) throw new Error(await answer.text());
    const { cursor, ticket } = await answer.json();
    this.#cursor = cursor;
    this.readyState = 1;
    this.#tell(this.onopen, {});
    if (isStream) this.#listen(ticket);
    while (!isStream && this.readyState === 1) await this.#poll();
  }

  #listen(ticket: string): void {
    const source = new EventSource(`${this.#base}/events?ticket=${ticket}`);
    this.#source = source;
    source.onmessage = ({ data, lastEventId }) => {
      this.#cursor = lastEventId;
      this.#read(data);
    };
    // A stream that breaks is opened again by the browser; one that is refused is not.
    source.onerror = () => {
      if (source.readyState === 2) this.#end(1006, 'The event stream was refused.');
    };
  }

  async #poll(): Promise<void> {
    const { signal } = this.#abort;
    const answer = await this.#ask('GET', `/poll?wait=${POLL_WAIT_MS}`, { signal });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    this.#cursor = answer.headers.get(CURSOR_HEADER) ?? '';
    this.#read(text);
  }

  /** One request at a time keeps the order; what is said meanwhile goes with the next. */
  async #flush(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#unsent !== '') {
        const body = this.#unsent;
        this.#unsent = '';
        const answer = await this.#ask('POST', '/send', { body });
        if (!answer.ok) throw new Error(await answer.text());
      }
    } catch (error) {
      this.#end(1006, String(error));
    }
    this.#isSending = false;
  }

  #ask(method: string, path: string, more?: RequestInit): Promise<Response> {
    const headers = { [CURSOR_HEADER]: this.#cursor };
    return fetch(this.#base + path, { method, headers, ...more });
  }

  #read(lines: string): void {
    for (const data of lines.split('\n')) {
      const end = END.exec(data);
      if (end !== null) this.#end(Number(end[1]), end[2] as string);
      else if (data !== '' && this.readyState === 1) this.#tell(this.onmessage, { data });
    }
  }

  #end(code: number, reason: string): void {
    if (this.readyState > 1) return;
    this.readyState = 3;
    this.close();
    this.#source?.close();
    this.#tell(this.onclose, { code, reason });
  }

  #tell(handler: Handler, event: object): void {
    handler?.(event as never);
  }
}
