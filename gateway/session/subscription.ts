/** One subscription of one session: a member of a class's audience. */

import type { ServedClass } from '../channels/channel.ts';
import type { Member } from '../conflation/audience.ts';
import { NOTHING_SENT } from '../conflation/conflation-class.ts';

/** Where frames go: asked for every frame of every client, so a class has it at first hand. */
export interface FrameSink {
  /** Sends all or none. */
  offer(frames: readonly Uint8Array[]): boolean;
}

/** Who has it among others. */
export interface SubscriptionOwner {
  dismissed(subscription: Subscription): void;
}

export class Subscription implements Member {
  readonly served: ServedClass;
  version = NOTHING_SENT;
  readonly #sink: FrameSink;
  readonly #owner: SubscriptionOwner;

  constructor(served: ServedClass, sink: FrameSink, owner: SubscriptionOwner) {
    this.served = served;
    this.#sink = sink;
    this.#owner = owner;
  }

  get isBehind(): boolean {
    return this.version !== this.served.logic.version;
  }

  offer(frames: readonly Uint8Array[]): boolean {
    return this.#sink.offer(frames);
  }

  dismiss(): void {
    this.#owner.dismissed(this);
  }
}
