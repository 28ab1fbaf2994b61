/** One client's session: who it is, when it was heard, and what waits to be sent to it. */

import {
  MAX_QUEUED_REPORT_BYTES,
  MessageWriter,
  TARGET_ENTRY_FRAME_BYTES,
} from '../protocol/index.ts';

/**
 * Its queue holds whole frames and one that is being built. The owner of the socket sends `next`
 * and then calls `sent`; a frame that is refused for now stays where it is.
 */
export class EntrySession {
  /** The socket's name of the peer. */
  readonly peer: string;
  readonly name: string;
  readonly owner: number;
  /** Of the last command taken. */
  lastNumber = 0;
  /** When something was last heard from and sent to the client. */
  heardMs: number;
  spokeMs: number;
  /** In the list of sessions that have something to send. */
  isDirty = false;
  /** Its frames are being sent, or will be tried again soon. */
  isDelivering = false;
  hasEnded = false;
  readonly #writer = new MessageWriter();
  readonly #frames: Uint8Array[] = [];
  #frameBytes = 0;

  constructor(peer: string, name: string, owner: number, nowMs: number) {
    this.peer = peer;
    this.name = name;
    this.owner = owner;
    this.heardMs = nowMs;
    this.spokeMs = nowMs;
  }

  /** Where the next message goes. */
  writer(): MessageWriter {
    if (this.#writer.length >= TARGET_ENTRY_FRAME_BYTES) this.#closeFrame();
    return this.#writer;
  }

  get isTooFarBehind(): boolean {
    return this.#frameBytes + this.#writer.length > MAX_QUEUED_REPORT_BYTES;
  }

  get hasOutput(): boolean {
    return this.#frames.length > 0 || this.#writer.length > 0;
  }

  /** The next frame to send; undefined when nothing waits. */
  next(): Uint8Array | undefined {
    if (this.#frames.length === 0) this.#closeFrame();
    return this.#frames[0];
  }

  /** The frame that `next` gave is on its way. */
  sent(nowMs: number): void {
    this.#frameBytes -= this.#frames.shift()?.length ?? 0;
    this.spokeMs = nowMs;
  }

  #closeFrame(): void {
    if (this.#writer.length === 0) return;
    this.#frameBytes += this.#writer.length;
    this.#frames.push(this.#writer.take());
  }
}
