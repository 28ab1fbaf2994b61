/** Gathers what is sent within one turn of the event loop into one write per connection. */

import type { Duplex } from 'node:stream';

/** Writing costs a system call each time, by far the largest part of sending a small frame. */
export class CorkedSockets {
  readonly #corked = new Set<Duplex>();

  /** Call before writing: the socket stays corked until the present turn's work is done. */
  cork(socket: Duplex): void {
    if (this.#corked.size === 0) process.nextTick(() => this.#uncork());
    if (this.#corked.has(socket)) return;
    this.#corked.add(socket);
    socket.cork();
  }

  #uncork(): void {
    const sockets = [...this.#corked];
    this.#corked.clear();
    for (const socket of sockets) socket.uncork();
  }
}
