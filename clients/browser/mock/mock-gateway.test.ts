import { describe, expect, it } from 'vitest';
import { type Book, FeedState, Side } from '../index.ts';
import type { Fault } from './faults.ts';
import { MockGateway, type MockGatewayOptions } from './index.ts';

function start(options: MockGatewayOptions = {}) {
  const gateway = new MockGateway(options);
  const acme = gateway.list('ACME', { tickSize: '0.05', lotSize: '0.1' });
  acme.change({ bids: [[2000, 30]], asks: [[2001, 15]] });
  const client = gateway.connect();
  const book = client.book('ACME', { depth: 5 });
  gateway.pass(10);
  return { gateway, acme, client, book };
}

function told(book: Book): string[] {
  const states: string[] = [];
  book.on('change', ({ kind }) => states.push(`${kind} ${book.state} ${book.reason}`));
  return states;
}

describe('a mock gateway that is well', () => {
  it('shows its book, by decimals, at both ends of a change', () => {
    const { acme, book, gateway } = start();
    expect([book.state, book.formatPrice(book.best.bid ?? 0)]).toEqual(['LIVE', '100.00']);
    acme.change({ bids: [[1999, 7, 2]] });
    expect(book.bids.length).toBe(1);
    gateway.pass(1);
    expect([book.bids.quantity(1), book.bids.orderCount(1)]).toEqual([7, 2]);
    acme.change({ asks: [[2001, 0]] });
    gateway.pass(1);
    expect(book.best.ask).toBeUndefined();
    expect(book.hashesChecked).toBeGreaterThan(1);
  });

  it('keeps a book live through quiet minutes', () => {
    const { gateway, book } = start();
    const states = told(book);
    gateway.pass(120_000);
    expect(states).toEqual([]);
    expect(book.hashesChecked).toBeGreaterThan(400);
    expect(gateway.nowMs).toBe(120_010);
  });

  it('gives trades, the top, the status and the list', () => {
    const { acme, client, gateway } = start();
    const trades = client.trades('ACME');
    const seen: unknown[] = [];
    trades.on('trades', (all) =>
      seen.push(...all.map(({ price, aggressor }) => [price, aggressor])),
    );
    const top = client.top('ACME');
    const status = client.status('ACME');
    gateway.pass(10);
    acme.change({
      trades: [
        [2001, 3, Side.Bid],
        [2000, 1],
      ],
      asks: [[2001, 12]],
    });
    acme.setStatus(4, 1);
    gateway.list('OTHER');
    gateway.pass(10);
    expect(seen).toEqual([
      [2001, Side.Bid],
      [2000, undefined],
    ]);
    expect([top.best.bid, top.asks.quantity(0)]).toEqual([2000, 12]);
    expect([status.status, status.statusReason]).toEqual([4, 1]);
    expect(client.instruments.map(({ symbol, status }) => [symbol, status])).toEqual([
      ['ACME', 4],
      ['OTHER', 2],
    ]);
  });

  it('cuts the window to its depth, lets levels in from behind it, and groups prices', () => {
    const { acme, book, gateway } = start();
    acme.change({ bids: [1, 2, 3, 4, 5, 6].map((i) => [2000 - i, i]) });
    gateway.pass(1);
    expect([book.bids.length, book.bids.price(4)]).toEqual([5, 1996]);
    acme.change({ bids: [[1998, 0]] });
    gateway.pass(1);
    expect(book.bids.price(4)).toBe(1995);
    book.modify({ grouping: 5 });
    gateway.pass(10);
    expect([book.bids.price(0), book.bids.price(1), book.bids.quantity(1)]).toEqual([
      2000,
      1995,
      1 + 3 + 4 + 5,
    ]);
    expect(book.state).toBe(FeedState.Live);
  });

  it('holds two wishes apart and counts one subscription that is wished twice', () => {
    const { client, gateway, book } = start();
    const same = client.book('ACME', { depth: 5 });
    const other = client.book('ACME', { depth: 1 });
    gateway.pass(10);
    expect([same.bids.length, other.depth, book.depth]).toEqual([1, 1, 5]);
    same.close();
    gateway.pass(10);
    expect(book.state).toBe('LIVE');
  });
});

describe('a mock gateway with faults', () => {
  const live = 'snapshot LIVE NONE';

  it.each<[string, readonly Fault[], readonly string[]]>([
    ['cut', [{ fault: 'cut' }], ['state STALE DISCONNECTED', 'state SYNCING JOINING', live]],
    [
      'closed as a slow consumer',
      [{ fault: 'close', name: 'SLOW_CONSUMER' }],
      ['state STALE DISCONNECTED', 'state SYNCING JOINING', live],
    ],
    ['forged', [{ fault: 'forge-diff' }], ['state GAPPED HASH_MISMATCH', live]],
    ['lost', [{ fault: 'lose-diffs', count: 1 }], ['state GAPPED MISSED_RECORDS', live]],
    ['in another epoch', [{ fault: 'new-epoch' }], ['state SYNCING JOINING', live]],
  ])('is %s, and its client heals', (_what, faults, expected) => {
    const { gateway, acme, book } = start();
    const states = told(book);
    for (const fault of faults) gateway.inject(fault);
    acme.change({ bids: [[2000, 31]] });
    gateway.pass(5000);
    acme.change({ bids: [[1998, 5]] });
    gateway.pass(5000);
    expect(states.filter((state) => state !== 'diff LIVE NONE')).toEqual(expected);
    expect([book.bids.quantity(0), book.bids.price(1)]).toEqual([31, 1998]);
  });

  it('says nothing while the network is cut, and the book is STALE before the socket is lost', () => {
    const { gateway, book, client, acme } = start();
    gateway.inject({ fault: 'stall' });
    acme.change({ bids: [[2000, 99]] });
    gateway.pass(1100);
    expect([book.state, book.reason, client.link.status]).toEqual([
      'STALE',
      'HEARTBEAT_LOST',
      'open',
    ]);
    expect(book.bids.quantity(0)).toBe(30);
    gateway.inject({ fault: 'flow' });
    gateway.pass(300);
    expect([book.state, book.bids.quantity(0)]).toEqual(['LIVE', 99]);
  });

  it('gives a cut network up after a while, and is back when it flows again', () => {
    const { gateway, book, client } = start();
    gateway.inject({ fault: 'stall' });
    gateway.pass(11_000);
    expect([book.reason, client.link.status]).toEqual(['DISCONNECTED', 'connecting']);
    gateway.inject({ fault: 'flow' });
    gateway.pass(60_000);
    expect(book.state).toBe('LIVE');
    expect(gateway.connections).toBe(1);
  });

  it('plays a script, each fault at its time', () => {
    const { gateway, client, book } = start();
    const links: string[] = [];
    client.on('link', ({ status }) => links.at(-1) === status || links.push(status));
    gateway.script([
      { atMs: 100, fault: 'down' },
      { atMs: 8000, fault: 'up' },
    ]);
    gateway.pass(99);
    expect(links).toEqual([]);
    gateway.pass(7000);
    expect([gateway.connections, book.state]).toEqual([0, 'STALE']);
    gateway.pass(20_000);
    expect(links.at(-1)).toBe('open');
    expect(book.state).toBe('LIVE');
  });

  it('lets its clients move before it goes, without a moment of doubt', () => {
    const { gateway, book } = start();
    const states = told(book);
    gateway.inject({ fault: 'restart', afterMs: 700 });
    gateway.pass(650);
    expect(gateway.connections).toBe(1);
    gateway.pass(200);
    expect(gateway.connections).toBe(1);
    expect(new Set(states)).toEqual(new Set([live]));
  });

  it('refuses a symbol until it does not, and names why', () => {
    const { gateway, client } = start();
    gateway.inject({ fault: 'refuse', symbol: 'ACME', name: 'RATE_LIMITED' });
    const errors: string[] = [];
    client.on('error', ({ message }) => errors.push(message));
    const top = client.top('ACME');
    gateway.pass(10);
    expect(errors[0]).toContain('RATE_LIMITED');
    gateway.inject({ fault: 'refuse', symbol: 'ACME' });
    gateway.pass(5000);
    expect(top.state).toBe('LIVE');
  });

  it('takes no token that is wrong, for good', () => {
    const gateway = new MockGateway({
      checkToken: (token) => (token === 'good' ? 60_000 : undefined),
    });
    const bad = gateway.connect({ token: 'bad' });
    const good = gateway.connect({ token: 'good' });
    gateway.pass(100);
    expect([bad.link.status, bad.link.code, good.link.status]).toEqual(['closed', 4001, 'open']);
  });

  it('lets no WebSocket through where it is told so', () => {
    const { client, book } = start({ transports: ['long polling'] });
    expect([client.link.status, book.state]).toEqual(['waiting', 'SYNCING']);
    const behind = start({ transports: ['SSE'] });
    expect([behind.client.link.transport, behind.book.state]).toEqual(['SSE', 'LIVE']);
    expect(behind.client.link.fallbackReason).toContain('WebSocket');
  });

  it('shows what the market says of itself', () => {
    const { gateway, acme, book } = start();
    acme.enter('GAPPED', 'MISSED_RECORDS');
    gateway.pass(1);
    expect([book.state, book.reason]).toEqual(['GAPPED', 'MISSED_RECORDS']);
  });

  it('slows the clients of hidden pages down', () => {
    const { gateway, book } = start();
    gateway.hide(true);
    gateway.pass(10);
    expect(book.interval).toBe(1000);
    gateway.hide(false);
    gateway.pass(10);
    expect([book.interval, book.state]).toEqual([100, 'LIVE']);
  });
});
