/** A gateway ends while its clients look on: they are at the next one before, and never without a live book. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { FeedState, Side } from '../../feed/index.ts';
import { startTestGateway, type TestGateway } from '../../gateway/testing/index.ts';
import { connect } from './index.ts';

const CLIENTS = 60;
const WAIT_MS = 30_000;

/** Both gateways follow the same feed. */
function follow(gateways: readonly TestGateway[]) {
  const instruments = gateways.map(({ feed }) => feed.list('ABC'));
  return (price: number, quantity: number): number => {
    const numbers = gateways.map(({ feed }, i) =>
      feed.transaction((steps) => {
        const instrument = instruments[i];
        if (instrument !== undefined) steps.level(instrument, Side.Bid, price, quantity);
      }),
    );
    expect(new Set(numbers).size).toBe(1);
    return numbers[0] ?? 0;
  };
}

test('clients of a gateway that drains move on, with a live book all the time', async () => {
  const going = await startTestGateway({ isPortShared: true });
  const port = Number(new URL(going.http).port);
  const coming = await startTestGateway({ isPortShared: true, port });
  onTestFinished(() => Promise.all([going.close(), coming.close()]).then(() => {}));
  const change = follow([going, coming]);
  change(100, 1);

  const clients = Array.from({ length: CLIENTS }, () => connect(going.ws));
  onTestFinished(() => {
    for (const client of clients) client.close();
  });
  const books = clients.map((client) => client.book('ABC', { depth: 5, interval: 0 }));
  const allAt = (transaction: number) =>
    vi.waitFor(
      () => expect(books.map((book) => book.transaction)).toEqual(books.map(() => transaction)),
      WAIT_MS,
    );
  await allAt(change(101, 2));
  const here = going.server.gateway.sessionCount;
  expect(here).toBeGreaterThan(0);
  expect(here + coming.server.gateway.sessionCount).toBe(CLIENTS);

  const troubles: string[] = [];
  for (const book of books) {
    book.on('change', () => {
      if (book.state !== FeedState.Live) troubles.push(`${book.state} ${book.reason}`);
    });
  }
  const snapshots = coming.server.gateway.tally.resumedByResult;
  const drained = going.server.drain(1000);
  let last = 0;
  while (going.server.gateway.sessionCount > 0) {
    last = change(100 + (last % 7), 1 + (last % 11));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await drained;
  expect(coming.server.gateway.sessionCount).toBe(CLIENTS);
  await allAt(change(99, 3));
  expect(books.map((book) => book.state)).toEqual(books.map(() => FeedState.Live));
  expect(troubles).toEqual([]);
  // They came with what they had, and got what was missing of it.
  expect(snapshots.get('snapshot') ?? 0).toBe(0);
});
