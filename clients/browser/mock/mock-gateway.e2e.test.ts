/** The mock and the real gateway, told the same: their clients must show the same. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { Side } from '../../../feed/index.ts';
import { seeded, startTestGateway } from '../../../gateway/testing/index.ts';
import { type Book, connect, copyLevels, type TouchlineClient } from '../index.ts';
import { MockGateway, type MockLevel, type MockTrade } from './index.ts';

const WAIT_MS = 30_000;
const BATCHES = 8;
const TRANSACTIONS = 40;
const OPTIONS = [
  { depth: 5, interval: 0 },
  { depth: 10, grouping: 5, interval: 16 },
  { depth: 50, interval: 0 },
] as const;

function watch(client: TouchlineClient) {
  const books = OPTIONS.map((options) => client.book('ABC', options));
  const top = client.top('ABC', { interval: 0 });
  const status = client.status('ABC');
  const trades: unknown[] = [];
  client.trades('ABC', { interval: 0 }).on('trades', (all) => {
    for (const { id, price, quantity, aggressor } of all)
      trades.push([id, price, quantity, aggressor]);
  });
  const shown = (book: Pick<Book, 'bids' | 'asks'>) => [
    copyLevels(book.bids),
    copyLevels(book.asks),
  ];
  return {
    books,
    read: () => ({
      books: books.map((book) => [book.state, book.sequence, book.transaction, shown(book)]),
      sizes: books.map(({ depth, grouping }) => [depth, grouping]),
      // The top says where it last changed, whatever else has happened since.
      top: [top.state, shown(top)],
      status: [status.state, status.status],
      trades,
    }),
  };
}

test('a client of the mock shows what a client of the real gateway shows', async () => {
  const seed = Number(process.env['TOUCHLINE_SEED'] ?? Date.now() % 1e9);
  const random = seeded(seed);
  const real = await startTestGateway();
  onTestFinished(() => real.close());
  const mock = new MockGateway();
  const instrument = real.feed.list('ABC');
  // The real market counts its birth as a transaction and a record.
  const twin = mock.list('ABC');
  twin.change({});
  twin.sequence = instrument.sequence;
  const client = connect(real.ws);
  onTestFinished(() => client.close());
  const [ofReal, ofMock] = [watch(client), watch(mock.connect())];
  mock.pass(10);
  const settled = () =>
    vi.waitFor(() => expect(ofReal.read(), `seed ${seed}`).toEqual(ofMock.read()), WAIT_MS);
  await settled();
  for (let batch = 0; batch < BATCHES; batch += 1) {
    for (let i = 0; i < TRANSACTIONS; i += 1) {
      const side = random.integer(0, 1) as Side;
      const away = random.integer(1, 80);
      const quantity = random.integer(0, 5);
      const level: MockLevel = [1000 + (side === Side.Bid ? -away : away), quantity, quantity];
      const trades: MockTrade[] = random.next() < 0.1 ? [[1000, 3, side]] : [];
      real.feed.transaction((steps) => {
        steps.level(instrument, side, level[0], quantity, quantity);
        for (const [price, lots] of trades) steps.trade(instrument, price, lots, side);
      });
      twin.change({ [side === Side.Bid ? 'bids' : 'asks']: [level], trades });
      mock.pass(1);
    }
    mock.pass(2000);
    await settled();
  }
  expect(ofMock.read().trades.length).toBeGreaterThan(5);
  expect(ofMock.books.every((book) => book.state === 'LIVE' && book.bids.length > 4)).toBe(true);
});
