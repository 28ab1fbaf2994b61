/** The fake feed: every state and event that a service has to live with, at the test's command. */

import { expect, test } from 'vitest';
import {
  Aggressor,
  FeedState,
  MAX_QUEUED_EVENTS,
  Side,
  type SubscriptionEvent,
  TradingStatus,
} from '../index.ts';
import { fakeFeed } from './index.ts';

function market() {
  return fakeFeed({ instruments: [{ symbol: 'ACME' }, { symbol: 'OTHER', tickSize: '0.5' }] });
}

async function read(
  from: AsyncIterable<SubscriptionEvent>,
  into: SubscriptionEvent[],
): Promise<void> {
  for await (const event of from) into.push(event);
}

test('a subscription is LIVE at once, and has each transaction when it returns', async () => {
  const feed = market();
  await using subscription = feed.subscribe();
  const acme = await subscription.live('ACME');
  const number = feed.transaction((books) => {
    books.level('ACME', Side.Bid, 9_999, 5);
    books.level('ACME', Side.Ask, 10_001, 7, 2);
  });
  expect(acme.transaction).toBe(number);
  expect([acme.book.priceAt(Side.Bid, 0), acme.book.quantityAt(Side.Ask, 0)]).toEqual([9_999, 7]);
  expect(acme.book.orderCountAt(Side.Ask, 0)).toBe(2);
  expect(subscription.find('OTHER')?.tickSize).toBe('0.5');
  expect(subscription.stats.hashMismatches).toBe(0);
});

test('a late joiner has the books of the relay', async () => {
  const feed = market();
  feed.transaction((books) => books.level('ACME', Side.Bid, 9_999, 5));
  await using subscription = feed.subscribe({ instruments: ['ACME'] });
  expect(subscription.state).toBe(FeedState.Live);
  expect(subscription.find('ACME')?.book.quantityAt(Side.Bid, 0)).toBe(5);
  expect(subscription.find('OTHER')).toBeUndefined();
});

test('what is lost makes it GAPPED, and time heals it: every trade once', async () => {
  const feed = market();
  const trades: number[] = [];
  await using subscription = feed.subscribe({
    listener: { traded: (...[, , , , tradeId]) => trades.push(tradeId) },
  });
  const buy = () => feed.transaction((books) => books.trade('ACME', Aggressor.Bid, 100, 1));
  buy();
  feed.lose(() => {
    buy();
    buy();
  });
  expect(subscription.state).toBe(FeedState.Live);
  buy();
  expect(subscription.find('ACME')?.state).toBe(FeedState.Gapped);
  expect(trades).toEqual([1]);
  feed.advance(10);
  expect(subscription.find('ACME')?.state).toBe(FeedState.Live);
  expect(trades).toEqual([1, 2, 3, 4]);
});

test('a lost tail is revealed by the heartbeat', async () => {
  const feed = market();
  await using subscription = feed.subscribe();
  feed.lose(() => feed.transaction((books) => books.level('ACME', Side.Bid, 1, 1)));
  feed.advance(240);
  expect(subscription.find('ACME')?.book.levelCount(Side.Bid)).toBe(0);
  feed.advance(20);
  expect(subscription.find('ACME')?.book.levelCount(Side.Bid)).toBe(1);
  expect(subscription.stats.gaps).toBe(1);
});

test('what the relay has forgotten is named, and the books are of the present', async () => {
  const feed = market();
  await using subscription = feed.subscribe();
  const events: SubscriptionEvent[] = [];
  const reading = read(subscription.events(), events);
  feed.lose(() => feed.transaction((books) => books.level('ACME', Side.Bid, 1, 1)));
  feed.forget();
  feed.transaction((books) => books.level('ACME', Side.Ask, 2, 1));
  feed.advance(1000);
  expect(subscription.state).toBe(FeedState.Live);
  expect(subscription.find('ACME')?.book.levelCount(Side.Bid)).toBe(1);
  await subscription.close();
  await reading;
  expect(events.map(({ type }) => type)).toContain('trades-missed');
});

test('without a relay a gap is skipped and said, and each book has to prove itself', async () => {
  const feed = market();
  await using subscription = feed.subscribe();
  feed.isRelayUp = false;
  feed.lose(() => feed.transaction((books) => books.level('ACME', Side.Bid, 1, 1)));
  feed.transaction((books) => books.level('OTHER', Side.Ask, 2, 1));
  const states = () => ['ACME', 'OTHER'].map((symbol) => subscription.find(symbol)?.state);
  expect(states()).toEqual([FeedState.Gapped, FeedState.Live]);
  expect(subscription.stats.skippedRecords).toBe(3);
  feed.isRelayUp = true;
  feed.advance(1000);
  expect(states()).toEqual([FeedState.Live, FeedState.Live]);
});

test('silence is STALE, and the end of the session is said', async () => {
  const feed = market();
  await using subscription = feed.subscribe();
  feed.silence();
  feed.advance(1000);
  expect([subscription.state, subscription.reason]).toEqual(['STALE', 'HEARTBEAT_LOST']);
  feed.resume();
  feed.advance(250);
  expect(subscription.state).toBe(FeedState.Live);
  feed.end();
  expect([subscription.state, subscription.reason]).toEqual(['STALE', 'CLOSED']);
});

test('a wrong hash makes one book GAPPED, and no other', async () => {
  const feed = market();
  await using subscription = feed.subscribe();
  feed.transaction((books) => {
    books.level('ACME', Side.Bid, 1, 1);
    books.corrupt('ACME');
  });
  const acme = subscription.find('ACME');
  expect([acme?.state, acme?.reason]).toEqual(['GAPPED', 'HASH_MISMATCH']);
  expect(subscription.find('OTHER')?.state).toBe(FeedState.Live);
});

test('a restart is another epoch, with instruments that are new objects', async () => {
  const feed = market();
  await using subscription = feed.subscribe();
  feed.transaction((books) => books.level('ACME', Side.Bid, 1, 1));
  const before = subscription.find('ACME');
  feed.restart();
  feed.advance(250);
  const after = await subscription.live('ACME');
  expect(after).not.toBe(before);
  expect(after.book.levelCount(Side.Bid)).toBe(0);
});

test('from a position: what came meanwhile is told, each once', async () => {
  const feed = market();
  const buy = () => feed.transaction((books) => books.trade('ACME', Aggressor.Bid, 100, 1));
  const first = feed.subscribe();
  buy();
  const from = first.position;
  await first.close();
  buy();
  buy();
  const trades: number[] = [];
  await using subscription = feed.subscribe({
    from,
    listener: { traded: (...[, , , , tradeId]) => trades.push(tradeId) },
  });
  buy();
  expect(subscription.state).toBe(FeedState.Live);
  expect(trades).toEqual([2, 3, 4]);
});

test('order by order: queues, executions, and who is ahead', async () => {
  const feed = fakeFeed({ level: 'L3', instruments: [{ symbol: 'ACME' }] });
  await using subscription = feed.subscribe();
  const acme = await subscription.live('ACME');
  feed.transaction((books) => {
    books.add('ACME', Side.Bid, 100, 1, 5);
    books.add('ACME', Side.Bid, 100, 2, 7);
    books.execute('ACME', 1, 3);
  });
  expect(acme.book.queue(Side.Bid, 100).map(({ quantity }) => quantity)).toEqual([2, 7]);
  expect(acme.book.order(2)?.lotsAhead).toBe(2);
  feed.transaction((books) => {
    books.reduce('ACME', 2, 6);
    books.remove('ACME', 1);
  });
  expect(acme.book.quantityAt(Side.Bid, 0)).toBe(6);
  expect(() => feed.transaction((books) => books.execute('ACME', 2, 9))).toThrow(/6 lots only/);
  expect(subscription.stats.hashMismatches).toBe(0);
});

test('a status is told with its reason; a listener that throws ends the subscription', async () => {
  const feed = market();
  const subscription = feed.subscribe({
    listener: {
      instrumentChanged: ({ status, statusReason }) => {
        if (status === TradingStatus.Halted) throw new Error(`halted: ${statusReason}`);
      },
    },
  });
  feed.transaction((books) => books.status('ACME', TradingStatus.Halted, 8));
  await expect(subscription.close()).rejects.toThrow('halted: 8');
});

test('a reader that was too slow reads again what it missed', async () => {
  const feed = market();
  const slow = feed.subscribe();
  const events = slow.events();
  const wanted = MAX_QUEUED_EVENTS + 500;
  feed.transaction((books) => {
    for (let i = 0; i < wanted; i++) books.trade('ACME', Aggressor.Bid, 100, 1);
  });
  const { value: dropped } = await events.next();
  expect(dropped).toMatchObject({ type: 'dropped', trades: 500 });
  if (dropped.type !== 'dropped') throw new Error('nothing was dropped');
  expect(dropped.to.sequence).toBeGreaterThan(dropped.from.sequence);
  const again: number[] = [];
  await using subscription = feed.subscribe({
    from: dropped.from,
    listener: { traded: (...[, , , , tradeId]) => again.push(tradeId) },
  });
  expect(subscription.state).toBe(FeedState.Live);
  expect(again.slice(-500)).toEqual(Array.from({ length: 500 }, (_, i) => wanted - 499 + i));
  await slow.close();
});

test('closing ends everything at any moment, and may be asked for twice', async () => {
  const feed = market();
  const subscription = feed.subscribe({ instruments: ['NOT-LISTED'] });
  const events: SubscriptionEvent[] = [];
  const reading = read(subscription.events(), events);
  const waiting = expect(subscription.live('NOT-LISTED')).rejects.toThrow(/closed before/);
  feed.lose(() => feed.transaction((books) => books.level('ACME', Side.Bid, 1, 1)));
  feed.advance(250);
  await subscription.close();
  await subscription.close();
  await reading;
  await waiting;
  const heard = events.length;
  feed.transaction((books) => books.level('ACME', Side.Bid, 1, 2));
  feed.advance(1000);
  expect(events.length).toBe(heard);
});
