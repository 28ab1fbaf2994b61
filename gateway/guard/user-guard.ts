/** How many connections one user may have, and how fast all of them together may ask. */

import {
  MAX_CONNECTIONS_PER_USER,
  USER_REQUEST_BURST,
  USER_REQUESTS_PER_SECOND,
} from '../protocol/index.ts';
import { type BucketSize, TokenBucket } from './token-bucket.ts';

export interface UserLimits extends BucketSize {
  readonly maxConnections: number;
}

export const USER_LIMITS: UserLimits = {
  burst: USER_REQUEST_BURST,
  perSecond: USER_REQUESTS_PER_SECOND,
  maxConnections: MAX_CONNECTIONS_PER_USER,
};

interface Known {
  readonly bucket: TokenBucket;
  connections: number;
}

/** Remembers a user while it is connected: who reconnects over and over is the address's matter. */
export class UserGuard {
  /** May be changed: for users that are not connected, and for new connections of all. */
  limits: UserLimits;
  readonly #known = new Map<string, Known>();

  constructor(limits: UserLimits = USER_LIMITS) {
    this.limits = limits;
  }

  /** One more connection; false when the user has as many as it may. Nobody's (`''`) are not counted. */
  enter(user: string, nowMs: number): boolean {
    if (user === '') return true;
    const known = this.#known.get(user);
    if (known === undefined) {
      this.#known.set(user, { bucket: new TokenBucket(this.limits, nowMs), connections: 1 });
      return true;
    }
    if (known.connections >= this.limits.maxConnections) return false;
    known.connections += 1;
    return true;
  }

  leave(user: string): void {
    const known = this.#known.get(user);
    if (known === undefined) return;
    known.connections -= 1;
    if (known.connections === 0) this.#known.delete(user);
  }

  /** Takes a request of the user's share, or says that there is none left. */
  take(user: string, nowMs: number): boolean {
    return this.#known.get(user)?.bucket.take(nowMs) ?? true;
  }
}
