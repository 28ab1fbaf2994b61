/** Pages behind one worker, each beside a client of its own: both must show the same. */

import { afterEach, describe, expect, it } from 'vitest';
import { openHistory } from '../channels/index.ts';
import { Client } from '../client.ts';
import { type Book, copyLevels, Side, type TouchlineClient } from '../index.ts';
import { MockGateway, type MockInstrument } from '../mock/index.ts';
import type { OpenMessage, Port, ToPage } from './port-messages.ts';
import { PortSocket, type WorkerDoor } from './port-socket.ts';
import { WorkerHost } from './worker-host.ts';

const opened: TouchlineClient[] = [];

afterEach(async () => {
  for (const client of opened.splice(0)) client.close();
  await turn();
});

/** Lets what was posted to ports arrive. */
async function turn(): Promise<void> {
  for (let i = 0; i < 4; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

function start() {
  const gateway = new MockGateway();
  const acme = gateway.list('ACME');
  acme.change({ bids: [[100, 1]], asks: [[101, 1]] });
  const platform = gateway.platform();
  const opens: string[] = [];
  const host = new WorkerHost({
    ...platform,
    openSocket(url, transport) {
      opens.push(transport);
      return platform.openSocket(url, transport);
    },
  });
  /** Ports of the worker's side, to be blocked by a test. */
  const ports: Port<ToPage>[] = [];
  const worker: WorkerDoor = {
    port: {
      postMessage(wish: OpenMessage, [port]: Transferable[]) {
        ports.push(port as unknown as Port<ToPage>);
        host.open(wish, port as unknown as Port<ToPage>);
      },
    },
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      gateway.pass(Math.min(10, ms - passed));
      await turn();
    }
  };
  const page = (user = ''): TouchlineClient => {
    const platform = gateway.platform();
    const client = new Client(
      'mock:',
      {},
      {
        ...platform,
        openSocket: (url, transport) => new PortSocket(worker, { url, transport, user }),
      },
    );
    opened.push(client);
    return client;
  };
  return { gateway, acme, host, page, pass, ports, opens };
}

const shown = (book: Book) => [book.state, copyLevels(book.bids), copyLevels(book.asks)];

function move(acme: MockInstrument, i: number): void {
  const side = i % 2 === 0 ? 'bids' : 'asks';
  const price = i % 2 === 0 ? 100 - ((i * 7) % 30) : 101 + ((i * 11) % 30);
  acme.change({ [side]: [[price, (i * 13) % 5]], trades: i % 5 === 0 ? [[100, 1, Side.Bid]] : [] });
}

describe('pages that share a worker', () => {
  it('have one connection, and each the book that it asked for', async () => {
    const { gateway, acme, host, page, pass } = start();
    const alone = gateway.connect();
    const pages = [page(), page(), page()];
    const wishes = [{ depth: 5 }, { depth: 5 }, { depth: 25, grouping: 2 }] as const;
    const books = pages.map((client, i) => client.book('ACME', wishes[i]));
    const twins = wishes.map((wish) => alone.book('ACME', wish));
    const ids: number[][] = [[], [], []];
    pages.forEach((client, i) => {
      client.trades('ACME').on('trades', (all) => ids[i]?.push(...all.map(({ id }) => id)));
    });
    await pass(50);
    expect([gateway.connections, host.connections]).toEqual([2, 1]);
    for (let i = 0; i < 200; i += 1) move(acme, i);
    await pass(50);
    expect(books.map(shown)).toEqual(twins.map(shown));
    expect(books.every(({ state, hashesChecked }) => state === 'LIVE' && hashesChecked > 0)).toBe(
      true,
    );
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    expect(ids[0]).toHaveLength(40);
    expect(pages.map(({ link }) => [link.status, link.transport])).toEqual([
      ['open', 'WebSocket'],
      ['open', 'WebSocket'],
      ['open', 'WebSocket'],
    ]);
  });

  it('get a whole book when they come later, and leave the others theirs when they go', async () => {
    const { gateway, acme, page, pass } = start();
    const first = page();
    const early = first.book('ACME');
    await pass(30);
    move(acme, 3);
    const second = page();
    const late = second.book('ACME');
    const list = second.instruments;
    await pass(30);
    expect(shown(late)).toEqual(shown(early));
    expect([late.state, list.length, second.instruments.length]).toEqual(['LIVE', 0, 1]);
    first.close();
    await pass(30);
    move(acme, 9);
    await pass(30);
    expect([late.state, late.sequence]).toEqual(['LIVE', acme.sequence]);
    second.close();
    await pass(30);
    expect(gateway.connections).toBe(0);
  });

  it('modify what they share without taking it from each other', async () => {
    const { gateway, acme, page, pass } = start();
    for (let i = 0; i < 60; i += 1) move(acme, i);
    const [one, other] = [page(), page()];
    const [mine, yours] = [one.book('ACME', { depth: 5 }), other.book('ACME', { depth: 5 })];
    const ids: number[] = [];
    other.trades('ACME').on('trades', (all) => ids.push(...all.map(({ id }) => id)));
    await pass(30);
    const states = new Set<string>();
    for (const book of [mine, yours]) book.on('change', () => states.add(book.state));
    mine.modify({ depth: 1, grouping: 5 });
    await pass(30);
    expect([mine.depth, mine.grouping, yours.depth]).toEqual([1, 5, 5]);
    mine.modify({ depth: 5, grouping: 1 });
    move(acme, 5);
    gateway.hide(true);
    move(acme, 10);
    await pass(30);
    gateway.hide(false);
    move(acme, 15);
    await pass(60);
    expect(shown(mine)).toEqual(shown(yours));
    expect([...states]).toEqual(['LIVE']);
    // Trades go on where they were, whatever the interval.
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  it('all see that the connection is lost, and come back over one', async () => {
    const { gateway, acme, page, pass } = start();
    const pages = [page(), page(), page()];
    const books = pages.map((client) => client.book('ACME'));
    await pass(30);
    gateway.inject({ fault: 'cut' });
    await pass(20);
    expect(books.map(({ state }) => state)).toEqual(['STALE', 'STALE', 'STALE']);
    move(acme, 1);
    await pass(4000);
    expect(books.map(({ state, sequence }) => [state, sequence])).toEqual(
      books.map(() => ['LIVE', acme.sequence]),
    );
    expect(gateway.connections).toBe(1);
  });

  it('do not come back to a connection that has fallen silent', async () => {
    const { gateway, page, pass } = start();
    const pages = [page(), page()];
    const books = pages.map((client) => client.book('ACME'));
    await pass(30);
    gateway.inject({ fault: 'stall' });
    await pass(1200);
    expect(books.map(({ reason }) => reason)).toEqual(['HEARTBEAT_LOST', 'HEARTBEAT_LOST']);
    gateway.inject({ fault: 'flow' });
    await pass(500);
    expect(books.map(({ state }) => state)).toEqual(['LIVE', 'LIVE']);
  });

  it('have no past: each book of it has its own clock', async () => {
    const { page, pass } = start();
    const history = openHistory(page(), 'ACME');
    await pass(50);
    expect([history.state, history.refusal?.code]).toEqual(['refused', 103]);
    expect(history.reason).toContain('connect');
  });

  it('are refused together, and fall back together', async () => {
    const gateway = new MockGateway({ transports: ['SSE'] });
    gateway.list('ACME');
    const host = new WorkerHost(gateway.platform());
    const worker: WorkerDoor = {
      port: { postMessage: (wish, [port]) => host.open(wish, port as never) },
    };
    const client = new Client(
      'mock:',
      {},
      {
        ...gateway.platform(),
        openSocket: (url, transport) => new PortSocket(worker, { url, transport, user: '' }),
      },
    );
    opened.push(client);
    const book = client.book('ACME');
    for (let i = 0; i < 10; i += 1) {
      gateway.pass(10);
      await turn();
    }
    expect([client.link.transport, book.state]).toEqual(['SSE', 'LIVE']);
  });

  it('move together when the gateway goes away, and stay live', async () => {
    const { gateway, page, pass, opens } = start();
    const books = [page(), page()].map((client) => client.book('ACME'));
    await pass(30);
    const states = new Set<string>();
    for (const book of books) book.on('change', () => states.add(book.state));
    gateway.inject({ fault: 'restart', afterMs: 500 });
    await pass(1000);
    // Another connection, and not the one that goes.
    expect([opens.length, gateway.connections]).toEqual([2, 1]);
    expect([...states]).toEqual(['LIVE']);
  });

  it('do not share with another user', async () => {
    const { gateway, page, pass } = start();
    const books = [page('ann'), page('bob')].map((client) => client.book('ACME'));
    await pass(30);
    expect(gateway.connections).toBe(2);
    expect(books.map(({ state }) => state)).toEqual(['LIVE', 'LIVE']);
  });

  it('hears its errors by itself: what one may not, the other is not told', async () => {
    const { page, pass, gateway } = start();
    const [one, other] = [page(), page()];
    const errors: string[] = [];
    one.on('error', ({ message }) => errors.push(message));
    other.on('error', () => errors.push('told to the other'));
    const book = one.book('NONE');
    await pass(30);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('UNKNOWN_SYMBOL');
    // The answer was to its own question, so it asks again.
    gateway.list('NONE');
    await pass(2500);
    expect(book.state).toBe('LIVE');
  });
});

describe('a page that does not read', () => {
  it('is held, misses nothing that is not named, and does not disturb the others', async () => {
    const { acme, page, pass, ports } = start();
    const [slow, quick] = [page(), page()];
    const books = [slow, quick].map((client) => client.book('ACME', { depth: 100 }));
    const seen: [number, number][] = [];
    const ids: number[] = [];
    const trades = slow.trades('ACME');
    trades.on('trades', (all) => ids.push(...all.map(({ id }) => id)));
    trades.on('missed', (from, to) => seen.push([from, to]));
    await pass(30);
    const [port] = ports as [Port<ToPage>];
    const post = port.postMessage.bind(port);
    const queue: ToPage[] = [];
    port.postMessage = (message) => queue.push(message);
    for (let i = 0; i < 4000; i += 1) move(acme, i);
    await pass(20);
    const held = queue.length;
    for (let i = 0; i < 500; i += 1) move(acme, i);
    await pass(20);
    expect(queue.length).toBe(held);
    expect(held).toBeLessThan(2000);
    expect(books[1]?.sequence).toBe(acme.sequence);
    port.postMessage = post;
    for (const message of queue) post(message);
    await pass(400);
    expect(books.map(shown)[0]).toEqual(books.map(shown)[1]);
    expect(books[0]?.state).toBe('LIVE');
    // What was told, and what was named: together every trade.
    expect(seen).toHaveLength(1);
    move(acme, 5);
    await pass(20);
    expect(ids.length).toBeGreaterThan(10);
    expect(ids.at(-1)).toBe(800 + 100 + 1);
  });

  it('is told which trades it missed, when it comes back to a class that others have', async () => {
    const { acme, page, pass, ports } = start();
    const ids: [number[], number[]] = [[], []];
    const missed: [number, number][] = [];
    const trades = [page(), page()].map((client) => client.trades('ACME'));
    trades.forEach((one, i) => {
      one.on('trades', (all) => ids[i]?.push(...all.map(({ id }) => id)));
    });
    trades[0]?.on('missed', (from, to) => missed.push([from, to]));
    const trade = () => acme.change({ trades: [[100, 1, Side.Bid]] });
    await pass(30);
    trade();
    await pass(30);
    const before = acme.sequence;
    // What the worker says to the first page is lost, until that gives its connection up.
    const [port] = ports as [Port<ToPage>];
    port.postMessage = () => {};
    trade();
    trade();
    await pass(14_000);
    trade();
    await pass(30);
    expect(ids).toEqual([
      [1, 4],
      [1, 2, 3, 4],
    ]);
    expect(missed).toEqual([[before + 1, before + 2]]);
  });

  it('is let go after a while, when it has also said nothing', async () => {
    const { page, pass, host } = start();
    const other = page().book('ACME');
    const told: ToPage[] = [];
    const frozen: Port<ToPage> = {
      onmessage: null,
      postMessage: (message) => told.push(message),
      close: () => {},
    };
    host.open({ url: 'mock:', transport: 'WebSocket', user: '' }, frozen);
    // Said too early, which must not keep the other from being heard.
    frozen.onmessage?.({ data: { say: '[1,1,null,"frozen"]' } } as MessageEvent);
    await pass(10);
    frozen.onmessage?.({ data: { say: '[1,1,null,"frozen"]' } } as MessageEvent);
    await pass(19_000);
    expect(told.length).toBeGreaterThan(10);
    expect(told.some((message) => 'end' in message)).toBe(false);
    await pass(2000);
    expect(told.at(-1)).toMatchObject({ end: 4008 });
    expect([host.connections, other.state]).toEqual([1, 'LIVE']);
  });

  it('is told and let go when it says what is no message', async () => {
    const { page, pass, host } = start();
    const other = page().book('ACME');
    await pass(20);
    for (const garbage of ['', '{', 'null', '7', '[]', new Uint8Array([0xc1])]) {
      const told: ToPage[] = [];
      const port: Port<ToPage> = {
        onmessage: null,
        postMessage: (message) => told.push(message),
        close: () => {},
      };
      host.open({ url: 'mock:', transport: 'WebSocket', user: '' }, port);
      port.onmessage?.({ data: { say: garbage } } as MessageEvent);
      await pass(10);
    }
    expect([host.connections, other.state]).toEqual([1, 'LIVE']);
  });
});
