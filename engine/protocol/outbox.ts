/** Gathers messages into frames until the socket takes them. */

import { TARGET_ENTRY_FRAME_BYTES } from './limits.ts';
import { MessageWriter } from './message-writer.ts';

/** A frame on its way out and the number of the last command in or before it. */
export interface OutgoingFrame {
  readonly bytes: Uint8Array;
  readonly last: number;
}

/**
 * Frames that the socket has taken are kept until their last command is answered: after a lost
 * session they go out again, in their order, before everything else.
 */
export class Outbox {
  readonly #writer = new MessageWriter();
  readonly #frames: OutgoingFrame[] = [];
  #unanswered: OutgoingFrame[] = [];
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
    const frame = this.#frames.shift();
    if (frame !== undefined) this.#unanswered.push(frame);
    return frame;
  }

  /** Everything up to this command has been answered. */
  answered(number: number): void {
    let count = 0;
    while ((this.#unanswered[count]?.last ?? Number.POSITIVE_INFINITY) <= number) count += 1;
    if (count > 0) this.#unanswered.splice(0, count);
  }

  /** What was handed over and not answered is to be sent again, first. */
  sendAgain(): void {
    this.#frames.unshift(...this.#unanswered);
    this.#unanswered = [];
  }

  /** What was handed over is not sent again. */
  forget(): void {
    this.#unanswered = [];
  }

  #closeFrame(): void {
    if (this.#writer.length === 0) return;
    this.#frames.push({ bytes: this.#writer.take(), last: this.#last });
  }
}
