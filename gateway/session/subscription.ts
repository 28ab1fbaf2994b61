/** One subscription of one session: a member of a class's audience. */

import type { ServedClass } from '../channels/channel.ts';
import type { Member } from '../conflation/audience.ts';
import { NOTHING_SENT } from '../conflation/conflation-class.ts';

/** The session's side of it. */
export interface FrameSink {
  /** Sends all or none. */
  offer(frames: readonly Uint8Array[]): boolean;
  dismissed(subscription: Subscription): void;
}

export class Subscription implements Member {
  readonly served: ServedClass;
  version = NOTHING_SENT;
  readonly #sink: FrameSink;

  constructor(served: ServedClass, sink: FrameSink) {
    this.served = served;
    this.#sink = sink;
  }

  get isBehind(): boolean {
    return this.version !== this.served.logic.version;
  }

  offer(frames: readonly Uint8Array[]): boolean {
    return this.#sink.offer(frames);
  }

  dismiss(): void {
    this.#sink.dismissed(this);
  }
}
