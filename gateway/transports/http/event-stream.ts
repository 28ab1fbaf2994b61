/** Server-Sent Events: one response that never ends, an event per turn of what was said. */

import type { ServerResponse } from 'node:http';
import type { HttpSession, OutboxReader } from './http-session.ts';

/**
 * ```
 * id: <cursor>            whoever comes back with it goes on behind this event
 * data: [23,...]          one message a line
 * data: [19,...]
 * ```
 */
export class EventStream implements OutboxReader {
  readonly #session: HttpSession;
  readonly #response: ServerResponse;
  #read: number;

  /** Goes on behind the first `read` messages. */
  constructor(session: HttpSession, response: ServerResponse, read: number) {
    this.#session = session;
    this.#response = response;
    this.#read = read;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // A proxy that gathers bytes would make a live book old.
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    response.once('close', () => session.detach(this));
    session.attach(this);
    this.wake();
  }

  wake(): void {
    const messages = this.#session.outbox.after(this.#read);
    if (messages === undefined) {
      this.leave();
      return;
    }
    if (messages.length > 0) {
      this.#read += messages.length;
      const parts: Uint8Array[] = [bytes(`id: ${this.#session.cursor(this.#read)}\n`)];
      for (const message of messages) parts.push(DATA, message, LINE_END);
      parts.push(LINE_END);
      this.#response.write(Buffer.concat(parts));
      this.#session.passedOn(this.#read);
    }
    if (this.#session.isOver) this.leave();
  }

  leave(): void {
    this.#response.end();
  }

  flushed(done: () => void): void {
    // A comment: it carries nothing, and its callback comes behind everything before it.
    this.#response.write(':\n\n', (error) => {
      if (error === null || error === undefined) done();
    });
  }
}

const DATA = bytes('data: ');
const LINE_END = bytes('\n');

function bytes(text: string): Buffer {
  return Buffer.from(text);
}
