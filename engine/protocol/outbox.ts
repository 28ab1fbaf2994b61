/** Gathers messages into frames until the socket takes them. */

import { TARGET_ENTRY_FRAME_BYTES } from './limits.ts';
import { MessageWriter } from './message-writer.ts';

/** A frame on its way out and the number of the last command in or before it. */
export interface OutgoingFrame {
  readonly bytes: Uint8Array;
  readonly last: number;
}

export class Outbox {
  readonly #writer = new MessageWriter();
  readonly #frames: OutgoingFrame[] = [];
  #last = 0;

  get isEmpty(): boolean {
    return this.#frames.length === 0 && this.#writer.length === 0;
  }

  /** Where a message of at most `bytes` goes. */
  writer(bytes: number): MessageWriter {
    if (!this.#writer.fits(bytes)) this.#closeFrame();
    return this.#writer;
  }

  /** The message just written is this command. */
  wrote(number: number): void {
    this.#last = number;
    if (this.#writer.length >= TARGET_ENTRY_FRAME_BYTES) this.#closeFrame();
  }

  /** Takes the oldest frame; undefined when nothing waits. */
  take(): OutgoingFrame | undefined {
    if (this.#frames.length === 0) this.#closeFrame();
    return this.#frames.shift();
  }

  #closeFrame(): void {
    if (this.#writer.length === 0) return;
    this.#frames.push({ bytes: this.#writer.take(), last: this.#last });
  }
}
