/** A poll: answered with all that was said behind its cursor, at once or when something is said. */

import type { ServerResponse } from 'node:http';
import { CURSOR_HEADER } from '../../protocol/index.ts';
import type { HttpSession, OutboxReader } from './http-session.ts';

const LINE_END = Buffer.from('\n');

export class Poll implements OutboxReader {
  readonly #session: HttpSession;
  readonly #response: ServerResponse;
  readonly #read: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #isAnswered = false;

  /** Waits up to `waitMs` for something behind the first `read` messages; 0 does not wait. */
  constructor(session: HttpSession, response: ServerResponse, read: number, waitMs: number) {
    this.#session = session;
    this.#response = response;
    this.#read = read;
    response.once('close', () => this.#gone());
    session.attach(this);
    this.wake();
    if (this.#isAnswered) return;
    if (waitMs === 0) this.leave();
    else this.#timer = setTimeout(() => this.leave(), waitMs);
  }

  wake(): void {
    if (this.#isAnswered) return;
    const messages = this.#session.outbox.after(this.#read) ?? [];
    if (messages.length === 0) return;
    const lines = messages.flatMap((message) => [message, LINE_END]);
    this.#answer(Buffer.concat(lines), this.#read + messages.length);
  }

  /** Nothing was said: an empty answer. */
  leave(): void {
    if (!this.#isAnswered) this.#answer(Buffer.alloc(0), this.#read);
  }

  #answer(body: Buffer, read: number): void {
    this.#isAnswered = true;
    clearTimeout(this.#timer);
    this.#response.writeHead(200, {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      [CURSOR_HEADER]: this.#session.cursor(read),
    });
    this.#response.end(body);
    this.#session.passedOn(read);
    this.#session.detach(this);
  }

  #gone(): void {
    this.#isAnswered = true;
    clearTimeout(this.#timer);
    this.#session.detach(this);
  }
}
