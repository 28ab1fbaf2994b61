import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeedState, Side, TradingStatus } from '../../feed/index.ts';
import {
  bestLevels,
  FakeFeed,
  fanOut,
  forEachSeed,
  groupedLevels,
  startTestGateway,
  type TestGateway,
} from '../../gateway/testing/index.ts';
import { type Book, connect, type TouchlineClient } from './index.ts';

let gateway: TestGateway;
let client: TouchlineClient;

beforeEach(async () => {
  gateway = await startTestGateway();
  client = connect(gateway.ws);
});

afterEach(async () => {
  client.close();
  await gateway.close();
});

/** Waits for a condition, looking at every change. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2000; i += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`waited in vain until ${what}`);
}

function levels(book: Book, side: Side): [number, number, number][] {
  const view = side === Side.Bid ? book.bids : book.asks;
  return Array.from({ length: view.length }, (_, i) => [
    view.price(i),
    view.quantity(i),
    view.orderCount(i),
  ]);
}

describe('the browser client with a real gateway', () => {
  it('shows the book that the gateway has, level by level, at every sequence', async () => {
    const instrument = gateway.feed.list('ABC', { tickSize: '0.05', lotSize: '0.001' });
    const book = client.book('ABC', { depth: 10, interval: 0 });
    await until('the book is live', () => book.state === FeedState.Live);
    const transactions: number[] = [];
    book.on('change', ({ kind, merged }) => {
      if (kind !== 'state') transactions.push(...Array(merged).fill(book.transaction));
    });
    let last = 0;
    const seeds: number[] = [];
    forEachSeed(1, (random) => {
      seeds.push(random.seed);
      for (let i = 0; i < 500; i += 1) {
        last = gateway.feed.transaction((steps) => {
          const side = random.integer(0, 1) as Side;
          const price = 1000 + (side === Side.Bid ? -1 : 1) * random.integer(1, 30);
          steps.level(instrument, side, price, random.integer(0, 3), random.integer(1, 5));
        });
      }
    });
    await until('the last transaction has come', () => book.transaction === last);
    expect(levels(book, Side.Bid)).toEqual(bestLevels(instrument.book, Side.Bid, 10));
    expect(levels(book, Side.Ask)).toEqual(bestLevels(instrument.book, Side.Ask, 10));
    expect(book.best.bid).toBe(instrument.book.priceAt(Side.Bid, 0));
    expect(book.formatPrice(1001)).toBe('50.05');
    expect(book.formatQuantity(2)).toBe('0.002');
    expect(transactions).toHaveLength(500);
    await until('the view hash was compared', () => book.hashesChecked > 1);
    expect(book.state).toBe(FeedState.Live);
  });

  it('says GAPPED when the hash differs, and heals with a snapshot', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 5));
    const book = client.book('ABC', { depth: 10, interval: 0 });
    await until('the book is live', () => book.state === FeedState.Live);
    const states: string[] = [];
    book.on('change', ({ kind }) => {
      if (kind === 'state' || kind === 'snapshot') states.push(`${book.state} ${book.reason}`);
    });
    // A change that the gateway's replica has and that no diff ever told.
    instrument.book.apply(Side.Bid, 99, 7, 1);
    await until('it healed', () => states.at(-1) === 'LIVE NONE');
    expect(states[0]).toBe('GAPPED HASH_MISMATCH');
    expect(levels(book, Side.Bid)).toEqual(bestLevels(instrument.book, Side.Bid, 10));
    // And for good: the hashes that follow are compared with the replica again.
    const checked = book.hashesChecked;
    await until('more hashes were compared', () => book.hashesChecked > checked + 2);
    expect(states.filter((state) => state.startsWith('GAPPED'))).toHaveLength(1);
  });

  it('comes back by itself when the gateway does, and shows the book as STALE meanwhile', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 5));
    const book = client.book('ABC');
    await until('the book is live', () => book.state === FeedState.Live);
    const port = Number(new URL(gateway.ws).port);
    await gateway.close();
    await until('the link is down', () => book.state === FeedState.Stale);
    expect(book.reason).toBe('DISCONNECTED');
    expect(book.bids.quantity(0)).toBe(5);
    expect(client.link).toMatchObject({ status: 'waiting', code: 1012 });

    gateway = await startTestGateway({ port });
    const again = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(again, Side.Bid, 101, 6));
    const shown: string[] = [];
    book.on('change', () => shown.push(`${book.state} ${book.best.bid}`));
    await until('the book is live again', () => book.state === FeedState.Live);
    expect(book.best.bid).toBe(101);
    // The old price was never called LIVE again.
    expect(shown).not.toContain('LIVE 100');
  });

  it('goes on at another gateway where it was, with a diff, and gets the trades between', async () => {
    const other = await startTestGateway();
    const ways = [gateway.ws, other.ws];
    let way = 0;
    const opened: WebSocket[] = [];
    class Switched extends WebSocket {
      constructor(_url: string | URL, protocols?: string | string[]) {
        super(ways[way] as string, protocols);
        opened.push(this);
      }
    }
    // Both gateways follow the same feed.
    const feed = new FakeFeed(fanOut(gateway.server.gateway.market, other.server.gateway.market));
    const instrument = feed.list('ABC');
    feed.transaction((steps) => {
      for (let i = 1; i <= 40; i += 1) steps.level(instrument, Side.Bid, 1000 - i, i);
    });
    const switching = connect(gateway.ws, { WebSocket: Switched });
    const book = switching.book('ABC', { depth: 25, interval: 16 });
    const trades = switching.trades('ABC');
    const [ids, kinds, missed]: [number[], string[], number[]] = [[], [], []];
    trades.on('trades', (all) => ids.push(...all.map(({ id }) => id)));
    trades.on('missed', (from, to) => missed.push(from, to));
    book.on('change', ({ kind }) => kinds.push(`${kind} ${book.state}`));
    await until('the book is live', () => book.state === FeedState.Live);
    feed.transaction((steps) => steps.trade(instrument, 999, 1));
    await until('a trade came', () => ids.length === 1);
    kinds.length = 0;
    for (let round = 0; round < 2; round += 1) {
      way = 1 - way;
      opened.at(-1)?.close();
      await until('the link is down', () => book.state === FeedState.Stale);
      feed.transaction((steps) => {
        // One level leaves and lets another in from behind the edge of the window.
        steps.level(instrument, Side.Bid, 999 - round, 0);
        steps.level(instrument, Side.Bid, 990, 500 + round);
        steps.trade(instrument, 999, 1);
      });
      await until('the book is live again', () => book.state === FeedState.Live);
      expect(levels(book, Side.Bid)).toEqual(bestLevels(instrument.book, Side.Bid, 25));
      expect(book.sequence).toBe(instrument.sequence);
    }
    await until('the trades came', () => ids.length === 3);
    expect([ids, missed]).toEqual([[1, 2, 3], []]);
    expect(kinds.filter((kind) => kind === 'diff LIVE')).toHaveLength(2);
    expect(kinds.filter((kind) => kind.startsWith('snapshot'))).toEqual([]);
    switching.close();
    await other.close();
  });

  it('gets a snapshot, and its trades named, from a gateway that has just started', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 5));
    const book = client.book('ABC');
    const trades = client.trades('ABC');
    const missed: number[][] = [];
    trades.on('missed', (from, to) => missed.push([from, to]));
    await until('the book is live', () => book.state === FeedState.Live);
    const before = book.sequence;
    const port = Number(new URL(gateway.ws).port);
    await gateway.close();
    gateway = await startTestGateway({ port });
    // The same history goes on: the new gateway joins it later, and has nothing from before.
    const again = gateway.feed.list('ABC', { isLive: false });
    gateway.feed.replaceBook(again, before + 50, (level) => level.apply(Side.Bid, 101, 6, 1));
    await until('the book is live again', () => book.state === FeedState.Live);
    expect([book.best.bid, book.sequence]).toEqual([101, before + 50]);
    await until('the trades were named', () => missed.length > 0);
    expect(missed).toEqual([[before + 1, before + 50]]);
  });

  it('changes the grouping of a book in place', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => {
      for (let i = 1; i <= 40; i += 1) steps.level(instrument, Side.Bid, 1000 - i, i, 2);
    });
    const book = client.book('ABC', { depth: 5, interval: 0 });
    await until('the book is live', () => book.state === FeedState.Live);
    const states = new Set<string>();
    book.on('change', () => states.add(book.state));
    for (const grouping of [5, 10, 1]) {
      book.modify({ grouping });
      await until('it is shown', () => {
        const expected = groupedLevels(instrument.book, Side.Bid, 5, grouping);
        return JSON.stringify(levels(book, Side.Bid)) === JSON.stringify(expected);
      });
      expect(book.grouping).toBe(grouping);
    }
    expect([...states]).toEqual(['LIVE']);
    expect(gateway.server.gateway.classCount).toBe(2);
  });

  it('shows the top of the book alone, at its own interval, and changes that in place', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 5, 2));
    const top = client.top('ABC', { interval: 0 });
    await until('the top is live', () => top.state === FeedState.Live);
    const bests: unknown[] = [];
    top.on('change', () => bests.push([top.best.bid, top.best.ask]));
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 99, 5));
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Ask, 102, 5));
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 0));
    await until('the newest best came', () => bests.length === 2);
    // What lies behind the best is nobody's business here.
    expect(bests).toEqual([
      [100, 102],
      [99, 102],
    ]);
    top.modify({ interval: 16 });
    await until('it is served', () => top.interval === 16);
    expect([top.state, top.best.bid]).toEqual([FeedState.Live, 99]);
  });

  it('follows the status of an instrument without its book', async () => {
    const instrument = gateway.feed.list('ABC');
    const status = client.status('ABC');
    await until('the status is there', () => status.state === FeedState.Live);
    expect(status.status).toBe(TradingStatus.Continuous);
    gateway.feed.transaction((steps) => steps.status(instrument, TradingStatus.Halted));
    await until('it is halted', () => status.status === TradingStatus.Halted);
    gateway.feed.state(instrument, FeedState.Gapped, 'MISSED_RECORDS');
    await until('it is gapped', () => status.state === FeedState.Gapped);
    expect(status.reason).toBe('MISSED_RECORDS');
  });

  it('lists the instruments and follows their states', async () => {
    const abc = gateway.feed.list('ABC');
    await until('the list is there', () => client.instruments.length === 1);
    gateway.feed.list('XYZ', { tickSize: '0.5' });
    gateway.feed.state(abc, FeedState.Gapped, 'MISSED_RECORDS');
    await until('the change is there', () => client.instruments[0]?.state === FeedState.Gapped);
    expect(client.instruments.map(({ symbol, tickSize }) => [symbol, tickSize])).toEqual([
      ['ABC', '0.01'],
      ['XYZ', '0.5'],
    ]);
  });

  it('gives each trade once, with its price, quantity and aggressor', async () => {
    const instrument = gateway.feed.list('ABC');
    const trades = client.trades('ABC');
    const seen: [number, number, number, Side | undefined][] = [];
    trades.on('trades', (all) => {
      for (const { id, price, quantity, aggressor } of all)
        seen.push([id, price, quantity, aggressor]);
    });
    await until('subscribed', () => gateway.server.gateway.classCount === 2);
    gateway.feed.transaction((steps) => {
      steps.trade(instrument, 100, 5);
      steps.trade(instrument, 101, 6, 1);
      steps.trade(instrument, 102, 7, 2);
    });
    await until('the trades have come', () => seen.length === 3);
    expect(seen).toEqual([
      [1, 100, 5, Side.Bid],
      [2, 101, 6, Side.Ask],
      [3, 102, 7, undefined],
    ]);
  });

  it('waits for an instrument that is listed later', async () => {
    const errors: number[] = [];
    client.on('error', ({ code }) => errors.push(code));
    const book = client.book('LATER');
    await until('the gateway said no', () => errors.length > 0);
    const later = gateway.feed.list('LATER');
    gateway.feed.transaction((steps) => steps.level(later, Side.Ask, 7, 1));
    await until('the book is live', () => book.state === FeedState.Live);
    expect(book.best.ask).toBe(7);
  });

  it('shares one channel between equal wishes and ends it with the last', async () => {
    gateway.feed.list('ABC');
    const books = [client.book('ABC', { depth: 7 }), client.book('ABC', { depth: 10 })];
    await until('both are live', () => books.every(({ state }) => state === FeedState.Live));
    expect(gateway.server.gateway.classCount).toBe(2);
    books[0]?.close();
    books[0]?.close();
    books[1]?.on('change', () => {});
    expect(gateway.server.gateway.classCount).toBe(2);
    books[1]?.close();
    await until('the class is gone', () => gateway.server.gateway.classCount === 1);
  });
});
