/** How much one connection may ask, and how much of it may be wrong. */

import { TokenBucket } from '../guard/token-bucket.ts';
import {
  MAX_BAD_REQUESTS,
  MAX_REFUSED_REQUESTS,
  REQUEST_BURST,
  REQUESTS_PER_SECOND,
} from '../protocol/index.ts';

const SIZE = { burst: REQUEST_BURST, perSecond: REQUESTS_PER_SECOND };

export class RequestAllowance {
  readonly #bucket: TokenBucket;
  #refused = 0;
  #bad = 0;

  constructor(nowMs: number) {
    this.#bucket = new TokenBucket(SIZE, nowMs);
  }

  take(nowMs: number): boolean {
    return this.#bucket.take(nowMs);
  }

  /** One more was too much; true when it is time to end this. */
  refused(): boolean {
    this.#refused += 1;
    return this.#refused >= MAX_REFUSED_REQUESTS;
  }

  /** One more was wrong; true when it is time to end this. */
  wrong(): boolean {
    this.#bad += 1;
    return this.#bad >= MAX_BAD_REQUESTS;
  }
}
