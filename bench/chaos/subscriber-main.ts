/** A subscriber of a chaos run: says what its books are when it has come as far as it is asked. */

import { z } from 'zod';
import { subscribe } from '../../clients/subscriber/index.ts';
import { FeedState, Side } from '../../feed/index.ts';
import { type ProcessContext, runProcess } from '../../feed/process/index.ts';
import { flatSide } from '../sim/compare-books.ts';
import { MARK, markedRound } from './round-mark.ts';

const QUESTION = z.object({ type: z.literal('books'), round: z.number(), count: z.number() });
const LOOK_EVERY_MS = 10;
const [feed = '', ...repair] = process.argv.slice(2);

runProcess('chaos-subscriber', async (context: ProcessContext) => {
  const subscription = subscribe({ feed, repair });
  context.onShutdown(() => subscription.close(), 'the subscription');
  /** All books at the end of a round, so many; undefined: it has not come so far. */
  const books = (round: number, count: number) => {
    const all = [...subscription.instruments.values()];
    const mark = subscription.find(MARK);
    if (mark === undefined || markedRound(mark.book) !== round) return undefined;
    if (all.length !== count) return undefined;
    if (!all.every(({ state }) => state === FeedState.Live)) return undefined;
    return all.map(({ symbol, book }) => ({
      symbol,
      levels: [flatSide(book, Side.Bid), flatSide(book, Side.Ask)],
    }));
  };
  process.on('message', (message) => {
    const parsed = QUESTION.safeParse(message);
    if (!parsed.success) return;
    const { round, count } = parsed.data;
    const timer = setInterval(() => {
      const found = books(round, count);
      if (found === undefined) return;
      clearInterval(timer);
      const { gaps, snapshots } = subscription.stats;
      process.send?.({ type: 'books', round, books: found, gaps, snapshots });
    }, LOOK_EVERY_MS);
  });
  context.ready({});
});
