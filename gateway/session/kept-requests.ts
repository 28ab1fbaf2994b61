/** What a client has asked while others had their turn: kept in order, and no more of it read. */

import { MAX_KEPT_REQUESTS } from '../protocol/index.ts';
import type { TransportLink } from '../transports/transport.ts';

export class KeptRequests {
  readonly #link: Pick<TransportLink, 'pause'>;
  /** Made for the first one: most connections never have any. */
  #requests: Uint8Array[] | undefined;

  constructor(link: Pick<TransportLink, 'pause'>) {
    this.#link = link;
  }

  get isEmpty(): boolean {
    return this.#requests === undefined;
  }

  /** False when there are too many. */
  add(bytes: Uint8Array): boolean {
    if (this.#requests === undefined) {
      this.#requests = [];
      this.#link.pause?.(true);
    }
    // A copy, because the bytes are the transport's.
    this.#requests.push(new Uint8Array(bytes));
    return this.#requests.length <= MAX_KEPT_REQUESTS;
  }

  /** The oldest one; with the last one, reading goes on. */
  take(): Uint8Array | undefined {
    const oldest = this.#requests?.shift();
    if (this.#requests?.length === 0) {
      this.#requests = undefined;
      this.#link.pause?.(false);
    }
    return oldest;
  }

  /** The connection is over. */
  clear(): void {
    this.#requests = undefined;
  }
}
