import { describe, expect, it } from 'vitest';
import {
  ACK_EVERY_FRAMES,
  ACK_EVERY_MS,
  CLIENT_STALE_AFTER_MS,
  type GatewayEvent,
  MessageType,
} from '../../gateway/protocol/index.ts';
import type { LinkStatus } from './api.ts';
import { RETRY_MAX_MS, RETRY_MIN_MS, retryDelay } from './backoff.ts';
import { Client } from './client.ts';
import {
  ANCHOR,
  CLASS,
  confirm,
  connected,
  diff,
  FakePlatform,
  INSTRUMENT,
  lanes,
  liveBook,
  snapshot,
} from './testing/played-gateway.ts';

describe('a client whose WebSocket does not come through', () => {
  function start() {
    const platform = new FakePlatform();
    const client = new Client('ws://gateway/feed', {}, platform);
    const links: LinkStatus[] = [];
    client.on('link', (link) => links.push(link));
    return { platform, client, links };
  }

  it('takes the next transport at once, and says why', () => {
    const { platform, client } = start();
    platform.socket.end(1006, 'blocked');
    expect(platform.socket.transport).toBe('SSE');
    platform.welcome();
    expect(client.link).toMatchObject({
      status: 'open',
      transport: 'SSE',
      fallbackReason: 'WebSocket: blocked',
    });
    const book = client.book('ABC', { depth: 10 });
    confirm(platform.socket);
    platform.socket.tell([MessageType.Status, CLASS, INSTRUMENT, 2, 'LIVE', 'NONE']);
    platform.socket.tell(snapshot(10, [[999, 5]]));
    expect([book.state, book.best.bid]).toEqual(['LIVE', 999]);
  });

  it('polls when the event stream opens and then says nothing', () => {
    const { platform, client } = start();
    platform.socket.end(1006);
    platform.socket.open();
    platform.pass(11_000);
    expect(platform.socket.transport).toBe('long polling');
    platform.welcome();
    expect(client.link).toMatchObject({ status: 'open', transport: 'long polling' });
    expect(client.link.fallbackReason).toContain('SSE: ');
  });

  it('waits when nothing is there at all, and begins with the first again', () => {
    const { platform, client } = start();
    platform.socket.end(1006);
    platform.socket.end(1006, 'refused');
    expect(client.link).toMatchObject({ status: 'waiting', message: 'refused' });
    expect(platform.sockets.map(({ transport }) => transport)).toEqual(['WebSocket', 'SSE']);
    platform.pass(2 * RETRY_MIN_MS);
    expect(platform.socket.transport).toBe('WebSocket');
  });

  it('begins with the first again when what it fell back to is lost', () => {
    const { platform } = start();
    platform.socket.end(1006);
    platform.welcome();
    platform.socket.end(1006);
    platform.pass(2 * RETRY_MIN_MS);
    expect(platform.socket.transport).toBe('WebSocket');
  });

  it.each([1013, 4001])('does not go around a gateway that closes with %d', (code) => {
    const { platform } = start();
    platform.socket.end(code);
    expect(platform.sockets).toHaveLength(1);
  });
});

describe('a client whose gateway goes away', () => {
  const restarting = (ms: number): GatewayEvent => [
    MessageType.Error,
    0,
    110,
    'RESTARTING',
    true,
    ms,
  ];

  it('is at the next one before it leaves, and its book is live all the time', () => {
    const { platform, socket, book, client } = liveBook();
    const states: string[] = [];
    book.on('change', () => states.push(book.state));
    socket.tell(restarting(700));
    platform.pass(600);
    expect(platform.sockets).toHaveLength(1);
    platform.pass(200);
    expect(platform.sockets).toHaveLength(2);
    // The old one goes on until the next has welcomed the client.
    socket.tell(diff(11, 1, [-1, 6, 1]));
    expect([book.sequence, socket.closedWith]).toEqual([11, undefined]);
    const next = platform.welcome();
    expect(socket.closedWith).toBe(1000);
    const [, , , , options] = next.of(MessageType.Subscribe).at(-1) ?? [];
    expect(options?.['resume']).toEqual([1, 2, 11, null, null]);
    confirm(next);
    next.tell([MessageType.Status, CLASS, INSTRUMENT, 2, 'LIVE', 'NONE']);
    next.tell(diff(12, 1, [-1, 7, 1], lanes([[999, 7]])));
    expect([book.state, book.sequence]).toEqual(['LIVE', 12]);
    expect(new Set(states)).toEqual(new Set(['LIVE']));
    expect(client.link.status).toBe('open');
    expect(next.closedWith).toBeUndefined();
  });

  it('comes back by itself when it was closed before it had moved, and has one connection', () => {
    const { platform, socket } = liveBook();
    socket.tell(restarting(5000));
    socket.end(1012);
    platform.pass(6000);
    for (const one of platform.sockets.slice(1)) {
      if (one.readyState === 3) continue;
      one.open();
      one.tell([MessageType.Welcome, 1, 'c2', 1_700_000_000_000_000, 250, 65_536, 256]);
    }
    const open = platform.sockets.filter(({ readyState }) => readyState === 1);
    expect(open).toHaveLength(1);
    platform.pass(2000);
    expect(platform.sockets.filter(({ readyState }) => readyState === 1)).toHaveLength(1);
  });

  it('closed meanwhile, goes nowhere', () => {
    const { platform, socket, client } = liveBook();
    socket.tell(restarting(500));
    client.close();
    platform.pass(5000);
    expect(platform.sockets).toHaveLength(1);
  });
});

describe('the client', () => {
  it('says hello with its token, which is in no address', () => {
    const { socket } = connected();
    expect(socket.sent[0]).toEqual([MessageType.Hello, 1, 'secret', 'touchline-browser']);
  });

  it('applies diffs that fit and asks for a snapshot when one does not', () => {
    const { book, socket } = liveBook();
    socket.tell(diff(12, 2, [-2, 4, 1]));
    expect([book.bids.length, book.bids.price(1), book.sequence]).toEqual([2, 998, 12]);
    socket.tell(diff(15, 1, [-3, 4, 1]));
    expect([book.state, book.reason]).toEqual(['GAPPED', 'MISSED_RECORDS']);
    expect(book.bids.length).toBe(2);
    expect(socket.of(MessageType.Resync)).toHaveLength(1);
    // What follows does not count until the snapshot, nor is it asked for again.
    socket.tell(diff(16, 1, [-3, 4, 1]));
    expect(socket.of(MessageType.Resync)).toHaveLength(1);
    socket.tell(snapshot(16, [[998, 1]]));
    expect([book.state, book.bids.length, book.best.bid]).toEqual(['LIVE', 1, 998]);
  });

  it.each([
    ['a quantity', [[999, 6]]],
    ['a price', [[998, 5]]],
    [
      'a level too few',
      [
        [999, 5],
        [998, 1],
      ],
    ],
  ])('notices %s that differs from the view hash', (_what, truth) => {
    const { book, socket } = liveBook();
    const hash = lanes(truth as [number, number][]);
    socket.tell([MessageType.Heartbeat, CLASS, 10, 50, ...hash]);
    expect([book.state, book.reason]).toEqual(['GAPPED', 'HASH_MISMATCH']);
    expect(socket.of(MessageType.Resync)).toHaveLength(1);
  });

  it('counts the hashes that it found equal', () => {
    const { book, socket, platform } = liveBook();
    const before = book.hashesChecked;
    platform.pass(100);
    socket.tell([MessageType.Heartbeat, CLASS, 10, 50, ...lanes([[999, 5]])]);
    socket.tell(diff(11, 1, [-1, 7, 1], lanes([[999, 7]])));
    expect(book.hashesChecked).toBe(before + 2);
    expect(book.hashCheckedAt).toBe(platform.now());
    expect(book.state).toBe('LIVE');
  });

  it('says GAPPED when a heartbeat shows a sequence that it does not have', () => {
    const { book, socket } = liveBook();
    socket.tell([MessageType.Heartbeat, CLASS, 11, 51]);
    expect([book.state, book.reason]).toEqual(['GAPPED', 'MISSED_RECORDS']);
  });

  it('shows a book as STALE after three silent heartbeats, without waiting for the socket', () => {
    const { book, socket, platform } = liveBook();
    platform.pass(CLIENT_STALE_AFTER_MS);
    socket.tell([MessageType.Heartbeat, 0]);
    platform.pass(CLIENT_STALE_AFTER_MS - 10);
    expect(book.state).toBe('LIVE');
    platform.pass(300);
    expect([book.state, book.reason]).toEqual(['STALE', 'HEARTBEAT_LOST']);
    expect(book.bids.quantity(0)).toBe(5);
    socket.tell([MessageType.Heartbeat, 0]);
    expect([book.state, book.reason]).toEqual(['LIVE', 'NONE']);
  });

  it('gives up a connection that stays silent, and makes another', () => {
    const { book, platform, client } = liveBook();
    platform.pass(10_500);
    expect(client.link.status).toBe('waiting');
    expect([book.state, book.reason]).toEqual(['STALE', 'DISCONNECTED']);
    platform.pass(1000);
    expect(platform.sockets).toHaveLength(2);
  });

  it('never shows an old book as LIVE while it subscribes again', () => {
    const { book, platform, socket } = liveBook();
    const states: string[] = [];
    book.on('change', () => states.push(book.state));
    socket.end(1006);
    expect(book.state).toBe('STALE');
    platform.pass(1000);
    const again = platform.welcome();
    expect(book.state).toBe('STALE');
    confirm(again);
    expect(book.state).toBe('SYNCING');
    again.tell([MessageType.Status, CLASS, INSTRUMENT, 2, 'LIVE', 'NONE']);
    expect(book.state).toBe('SYNCING');
    again.tell(snapshot(90, [[1001, 2]]));
    expect([book.state, book.best.bid]).toEqual(['LIVE', 1001]);
    expect(states).toEqual(['STALE', 'SYNCING', 'LIVE']);
  });

  it('comes back with where it was, and goes on from there', () => {
    const { book, platform, socket } = liveBook();
    socket.tell(diff(12, 2, [-2, 4, 1]));
    const states: string[] = [];
    book.on('change', ({ kind }) => states.push(`${kind} ${book.state}`));
    socket.end(1006);
    platform.pass(1000);
    const again = platform.welcome();
    const [, , , , options] = again.of(MessageType.Subscribe).at(-1) ?? [];
    expect(options).toEqual({
      depth: 10,
      grouping: 1,
      interval: 100,
      resume: [1, 2, 12, null, null],
    });
    confirm(again);
    again.tell(diff(15, 3, [-2, 0, 0], lanes([[999, 5]])));
    expect([book.state, book.sequence, book.bids.length]).toEqual(['LIVE', 15, 1]);
    expect(states).toEqual(['state STALE', 'state SYNCING', 'diff LIVE']);
    expect(again.of(MessageType.Resync)).toHaveLength(0);
  });

  it('asks for a snapshot when the answer to its return does not fit', () => {
    const { book, platform, socket } = liveBook();
    socket.end(1006);
    platform.pass(1000);
    const again = platform.welcome();
    confirm(again);
    again.tell(diff(15, 4, [-2, 0, 0]));
    expect([book.state, book.reason]).toEqual(['GAPPED', 'MISSED_RECORDS']);
    expect(again.of(MessageType.Resync)).toHaveLength(1);
    again.tell(diff(16, 1, [-2, 0, 0]));
    expect(book.state).toBe('GAPPED');
  });

  it('does not come back from a book that it knows to be wrong', () => {
    const { platform, socket } = liveBook();
    socket.tell([MessageType.Heartbeat, CLASS, 10, 50, 1, 2]);
    socket.end(1006);
    platform.pass(1000);
    const [, , , , options] = platform.welcome().of(MessageType.Subscribe).at(-1) ?? [];
    expect(options).not.toHaveProperty('resume');
  });

  it('names the edges of a full window', () => {
    const { book, platform, socket } = liveBook();
    const bids = Array.from({ length: 10 }, (_, i): [number, number] => [999 - i, 5]);
    socket.tell(snapshot(20, bids));
    expect(book.bids.length).toBe(10);
    socket.end(1006);
    platform.pass(1000);
    const [, , , , options] = platform.welcome().of(MessageType.Subscribe).at(-1) ?? [];
    expect(options).toMatchObject({ resume: [1, 2, 20, 990, null] });
  });

  it('modifies a subscription that is its own, and shows the old levels until the new have come', () => {
    const { book, socket } = liveBook();
    book.modify({ grouping: 4 });
    const [request] = socket.of(MessageType.Modify);
    expect(request?.slice(2)).toEqual([CLASS, { depth: 10, grouping: 5, interval: 100 }]);
    // The answer is under way: what is wanted meanwhile is asked for after it.
    book.modify({ depth: 25 });
    expect(socket.of(MessageType.Modify)).toHaveLength(1);
    const id = request?.[1] as number;
    socket.tell(diff(11, 1, [-1, 6, 1]));
    socket.tell([17, id, 8, 'book', 'ABC', INSTRUMENT, '0.01', '1', 10, 100, ANCHOR, 1, 2, 5]);
    expect([book.state, book.grouping, book.bids.quantity(0)]).toEqual(['LIVE', 5, 6]);
    expect(socket.of(MessageType.Modify)[1]?.slice(2)).toEqual([
      8,
      { depth: 25, grouping: 5, interval: 100 },
    ]);
    const [, , ...rest] = snapshot(12, [[995, 9]]) as unknown as [number, number, ...unknown[]];
    socket.tell([MessageType.Snapshot, 8, ...rest] as never);
    expect([book.state, book.best.bid]).toEqual(['LIVE', 995]);
  });

  it('gives a shared subscription up, instead of modifying it under another', () => {
    const { book, client, socket } = liveBook();
    const other = client.book('ABC', { depth: 10 });
    const changes: string[] = [];
    other.on('change', ({ kind }) => changes.push(`${kind} ${other.state}`));
    other.modify({ depth: 5 });
    expect(socket.of(MessageType.Modify)).toHaveLength(0);
    expect(socket.of(MessageType.Subscribe).at(-1)?.[4]).toMatchObject({ depth: 5 });
    expect([other.state, book.state]).toEqual(['SYNCING', 'LIVE']);
    expect(changes).toEqual(['state SYNCING']);
    other.close();
    expect(book.state).toBe('LIVE');
  });

  it('shows what the gateway says of the instrument, with its reason', () => {
    const { book, socket } = liveBook();
    socket.tell([MessageType.Status, CLASS, INSTRUMENT, 2, 'STALE', 'LOWER_EPOCH']);
    expect([book.state, book.reason]).toEqual(['STALE', 'LOWER_EPOCH']);
  });

  it('acknowledges from the message handler, by frames and by time', () => {
    const { socket, platform } = liveBook();
    const acks = () => socket.of(MessageType.Ack).map(([, frames]) => frames);
    const before = acks().length;
    for (let i = 0; i < ACK_EVERY_FRAMES; i += 1) socket.tell([MessageType.Heartbeat, 0]);
    expect(acks().length).toBe(before + 1);
    for (const count of [before + 1, before + 2]) {
      platform.pass(ACK_EVERY_MS / 2);
      socket.tell([MessageType.Heartbeat, 0]);
      expect(acks().length).toBe(count);
    }
    // Everything received so far, the welcome included.
    expect(acks().at(-1)).toBe(1 + 1 + 1 + 1 + ACK_EVERY_FRAMES + 2);
  });

  it('ignores message types and elements that it does not know', () => {
    const { book, socket } = liveBook();
    socket.tell([200, 'new', { thing: 1 }] as never);
    socket.tell([...diff(11, 1, [-1, 6, 1]), ...lanes([[999, 6]]), 0, 'new'] as never);
    expect([book.state, book.bids.quantity(0)]).toEqual(['LIVE', 6]);
  });

  it('leaves a gateway that does not speak the protocol, for good', () => {
    const { client, socket, platform } = connected();
    socket.tellBytes(Uint8Array.of(0xc1));
    expect(client.link).toMatchObject({ status: 'closed', code: 4400 });
    expect(socket.closedWith).toBe(4400);
    platform.pass(100_000);
    expect(platform.sockets).toHaveLength(1);
  });

  it.each([1000, 4001, 4400, 4406])('does not come back after close code %d', (code) => {
    const { client, socket, platform } = connected();
    socket.end(code);
    expect(client.link.status).toBe('closed');
    platform.pass(100_000);
    expect(platform.sockets).toHaveLength(1);
  });

  it.each([1001, 1006, 1012, 1013, 4008])('comes back after close code %d', (code) => {
    const { client, socket, platform } = connected();
    socket.end(code, 'why');
    expect(client.link).toMatchObject({ status: 'waiting', code, message: 'why' });
    platform.pass(RETRY_MAX_MS);
    expect(platform.sockets.length).toBeGreaterThan(1);
  });

  it('waits at random over a range that grows to a cap, and starts small after a good time', () => {
    const { platform } = connected();
    const delays: number[] = [];
    platform.chance = 0.999;
    for (let i = 0; i < 10; i += 1) {
      platform.socket.end(1006);
      const before = platform.now();
      while (platform.sockets.length === delays.length + 1) platform.pass(10);
      delays.push(platform.now() - before);
    }
    expect(delays.slice(0, 4).map((ms) => Math.round(ms / 500))).toEqual([2, 4, 8, 16]);
    expect(delays.at(-1)).toBeGreaterThan(19_000);
    platform.welcome();
    for (let i = 0; i < 50; i += 1) {
      platform.pass(300);
      platform.socket.tell([MessageType.Heartbeat, 0]);
    }
    platform.socket.end(1006);
    platform.pass(1100);
    expect(platform.sockets).toHaveLength(12);
  });

  it('comes back when a gateway that goes away says so', () => {
    const { client, socket, platform } = connected();
    socket.tell([MessageType.Error, 0, 110, 'RESTARTING: ...', true, 1234]);
    socket.end(1012);
    expect(client.link.retryInMs).toBe(1234);
    platform.pass(1234);
    platform.socket.end(1006);
    expect(client.link.retryInMs).toBe(retryDelay(1, platform.chance));
  });

  it('spreads attempts over the whole range, from its very beginning', () => {
    expect(retryDelay(0, 0)).toBe(RETRY_MIN_MS);
    expect(retryDelay(50, 0)).toBe(RETRY_MIN_MS);
    expect(retryDelay(50, 0.5)).toBeCloseTo((RETRY_MIN_MS + RETRY_MAX_MS) / 2, -1);
  });

  it('gives up a subscription that was closed before it was confirmed', () => {
    const { client, socket } = connected();
    const book = client.book('ABC');
    book.close();
    confirm(socket);
    expect(socket.of(MessageType.Unsubscribe).map(([, , id]) => id)).toEqual([CLASS]);
  });

  it('leaves no timer and no socket when it is closed', () => {
    const { client, socket, platform } = liveBook();
    client.close();
    client.close();
    expect(socket.closedWith).toBe(1000);
    expect(platform.timers).toBe(0);
    expect(client.link).toMatchObject({ status: 'closed' });
  });
});
