/** The joining process of late-join runs: subscribes anew each time it is asked to, and says how long that took. */

import { FeedState } from '../../feed/index.ts';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { type JoinerPlan, type JoinMessage, tellJoin } from './join-messages.ts';
import { planOf } from './messages.ts';

const { feed, repair, instruments } = planOf<JoinerPlan>();

function join(): void {
  const start = performance.now();
  /** A book that leaves LIVE again is not there yet. */
  const live = new Set<number>();
  let isDone = false;
  const subscriber = new FeedSubscriber(
    { feed: [feed], repair: [repair], wallClock, nowMs: monotonicMs, crc32 },
    {
      stateChanged: ({ id, state }) => {
        if (state === FeedState.Live) live.add(id);
        else live.delete(id);
        if (isDone || live.size < instruments) return;
        isDone = true;
        const { snapshots } = subscriber.stats;
        tellJoin({ type: 'is-live', ms: performance.now() - start, snapshots });
        setImmediate(() => void subscriber.close());
      },
    },
  );
  void subscriber.start();
}

process.on('message', ({ type }: JoinMessage) => {
  if (type === 'join') join();
});
process.on('disconnect', () => process.exit());
