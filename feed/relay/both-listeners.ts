/** Two listeners of one stream as one. */

import type { FeedListener } from '../listener.ts';

type Method = (...args: never[]) => void;

/** Each call goes to `first`, then to `second`; what neither hears is not called at all. */
export function bothListeners(first: FeedListener, second: FeedListener): FeedListener {
  const both: Record<string, Method> = {};
  for (const name of METHODS) {
    const calls = [first, second].flatMap(
      (one) => (one[name] as Method | undefined)?.bind(one) ?? [],
    );
    const [one, other] = calls;
    if (one === undefined) continue;
    both[name] =
      other === undefined
        ? one
        : (...args) => {
            one(...args);
            other(...args);
          };
  }
  return both;
}

const METHODS = Object.keys({
  levelChanged: true,
  traded: true,
  orderAdded: true,
  orderExecuted: true,
  orderReduced: true,
  bookReset: true,
  instrumentChanged: true,
  indicativeChanged: true,
  tradeBusted: true,
  tradeCorrected: true,
  transactionApplied: true,
  stateChanged: true,
  event: true,
} satisfies Record<keyof FeedListener, true>) as (keyof FeedListener)[];
