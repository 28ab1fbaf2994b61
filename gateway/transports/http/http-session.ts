/** A connection that is many HTTP requests: what is said waits in an outbox for whoever reads now. */

import type { SessionPort, TransportLink } from '../transport.ts';
import { Outbox } from './outbox.ts';

/** The request that reads at the moment: an event stream, or a poll that waits. */
export interface OutboxReader {
  /** There is something to read. */
  wake(): void;
  /** Another request reads from now on, or the session is gone. */
  leave(): void;
  /** Calls back when all that it was given so far has left this process. */
  flushed?(done: () => void): void;
}

export interface HttpSessionOptions {
  /** Secret; whoever has it is the client. */
  readonly token: string;
  /** How long a session stays that nobody reads. */
  readonly lingerMs: number;
  /** Called once, when the session can no longer be found. */
  readonly onEnd: () => void;
}

export class HttpSession implements TransportLink {
  readonly token: string;
  readonly outbox = new Outbox();
  /** Nothing follows what is in the outbox; its last line is the end, as a WebSocket's close. */
  isOver = false;
  readonly #options: HttpSessionOptions;
  #port: SessionPort | undefined;
  #reader: OutboxReader | undefined;
  #isWaking = false;
  #told = 0;
  #linger: NodeJS.Timeout;

  constructor(options: HttpSessionOptions) {
    this.token = options.token;
    this.#options = options;
    this.#linger = this.#startLinger();
  }

  /** Names the session, and how far its holder has read: the first `count` messages. */
  cursor(count: number): string {
    return `${this.token}.${count.toString(36)}`;
  }

  serve(port: SessionPort): void {
    this.#port = port;
  }

  send(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.outbox.push(bytes);
    this.#wakeReader();
  }

  /** Without a reader there is nobody to measure by; a poll confirms with its next cursor. */
  probe(frames: number): void {
    this.#reader?.flushed?.(() => this.#port?.delivered(frames));
  }

  /** The last line says why. It is kept for a while, for a client that does not read just now. */
  close(code: number, reason: string): void {
    if (this.isOver) return;
    this.send(Buffer.from(JSON.stringify([code, reason])));
    this.isOver = true;
    if (this.#reader === undefined) this.#restartLinger();
  }

  /** The client has been told all of it. */
  get isTold(): boolean {
    return this.isOver && this.#told === this.outbox.sent;
  }

  /** A reader has passed on the first `count` messages. */
  passedOn(count: number): void {
    this.#told = count;
  }

  /** The client has read the first `count` messages; false for a count that was never sent. */
  confirm(count: number): boolean {
    if (!this.outbox.confirm(count)) return false;
    this.#port?.delivered(count);
    return true;
  }

  receive(bytes: Uint8Array): void {
    this.#port?.receive(bytes);
  }

  /** The newest reader reads; the one before it is let go. */
  attach(reader: OutboxReader): void {
    this.#reader?.leave();
    this.#reader = reader;
    clearTimeout(this.#linger);
  }

  detach(reader: OutboxReader): void {
    if (this.#reader !== reader) return;
    this.#reader = undefined;
    this.#restartLinger();
  }

  /** The client has gone, or said so. */
  finish(): void {
    clearTimeout(this.#linger);
    this.isOver = true;
    this.#port?.closed();
    this.#reader?.leave();
    this.#reader = undefined;
    this.#options.onEnd();
  }

  /** All that is said within one turn of the event loop leaves at once. */
  #wakeReader(): void {
    if (this.#isWaking || this.#reader === undefined) return;
    this.#isWaking = true;
    process.nextTick(() => {
      this.#isWaking = false;
      this.#reader?.wake();
    });
  }

  #restartLinger(): void {
    clearTimeout(this.#linger);
    this.#linger = this.#startLinger();
  }

  #startLinger(): NodeJS.Timeout {
    return setTimeout(() => this.finish(), this.#options.lingerMs);
  }
}
