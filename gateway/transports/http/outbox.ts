/** What an HTTP session has said and its client may not have read: numbered, so that a cursor finds its place. */

/** More than one session may have unacknowledged, so that only a cursor from long ago finds nothing. */
export const MAX_OUTBOX_BYTES = 256 * 1024;

/**
 * ```
 *   confirmed      kept            next
 *  . . . . . . [ m4 m5 m6 m7 ] . . .
 *              ^ first         ^ first + messages.length = sent
 * ```
 */
export class Outbox {
  #messages: Uint8Array[] = [];
  #first = 0;
  #bytes = 0;

  /** How many messages the session has said in all. */
  get sent(): number {
    return this.#first + this.#messages.length;
  }

  push(message: Uint8Array): void {
    this.#messages.push(message);
    this.#bytes += message.length;
    // One message larger than the bound is kept, or nobody could ever read it.
    while (this.#bytes > MAX_OUTBOX_BYTES && this.#messages.length > 1) this.#drop();
  }

  /** The first `count` messages have been read; false for a count that was never sent. */
  confirm(count: number): boolean {
    if (count > this.sent) return false;
    while (this.#first < count) this.#drop();
    return true;
  }

  /** The messages behind the first `count`, or `undefined` when some of them are gone. */
  after(count: number): readonly Uint8Array[] | undefined {
    if (count < this.#first || count > this.sent) return undefined;
    return this.#messages.slice(count - this.#first);
  }

  #drop(): void {
    this.#bytes -= this.#messages.shift()?.length ?? 0;
    this.#first += 1;
  }
}
