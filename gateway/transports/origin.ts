/** Which pages may open a connection, decided before the upgrade. */

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** The page itself and its development server: anything served by this machine to this machine. */
const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

export class OriginRule {
  #allowed: ReadonlySet<string> = new Set();

  /** Exact origins such as "https://desk.example"; "*" allows any; none means loopback only. */
  constructor(allowed: readonly string[]) {
    this.set(allowed);
  }

  /** From now on these, for new connections. */
  set(allowed: readonly string[]): void {
    this.#allowed = new Set(allowed);
  }

  /** A program sends no origin; only browsers do, and they cannot leave it out. */
  allows(origin: string | undefined): boolean {
    if (origin === undefined || this.#allowed.has('*')) return true;
    return LOOPBACK.test(origin) || this.#allowed.has(origin);
  }
}

/** Answers an upgrade with an HTTP error and its words. */
export function refuseUpgrade(socket: Duplex, status: number, words: string): void {
  const body = `${words}\n`;
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      'Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
