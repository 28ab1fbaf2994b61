/** Calls, at the end of a turn of the event loop, those who have something to write. */

export interface Waiting {
  /** Writes what waits, in one piece. */
  flush(): void;
}

/**
 * Writing costs a system call each time, by far the largest part of sending a small frame; so all
 * that a connection is sent within one turn leaves at once. The usual case is one frame, which is
 * written as it is: to cork and uncork the socket around it made the frame 8 % dearer.
 */
export class TurnWriter {
  readonly #tally: { socketWrites: number };
  #waiting: Waiting[] = [];

  constructor(tally = { socketWrites: 0 }) {
    this.#tally = tally;
  }

  /** Call when a connection gets the first frame of this turn. */
  add(connection: Waiting): void {
    if (this.#waiting.length === 0) process.nextTick(() => this.#flush());
    this.#waiting.push(connection);
  }

  #flush(): void {
    const connections = this.#waiting;
    this.#waiting = [];
    this.#tally.socketWrites += connections.length;
    for (const connection of connections) connection.flush();
  }
}
