import { describe, expect, it } from 'vitest';
import { type GatewayEvent, MessageType } from '../../../gateway/protocol/index.ts';
import { MockGateway, type MockGatewayOptions } from '../mock/index.ts';
import {
  ANCHOR,
  CLASS,
  confirm,
  connected,
  diff,
  lanes,
  snapshot,
} from '../testing/played-gateway.ts';
import { HISTORY_SPEEDS, type HistoryOptions, openHistory } from './index.ts';

const RANGE = [1, 900, 1000, 9000] as const;

/** What the gateway says of itself: request, state, tenths, position, time. */
function told(request: number, state: string, speed = 0, position = 11, timeUs = 5000) {
  const message = [MessageType.History, CLASS, request, state, speed, position, timeUs, ...RANGE];
  return message as unknown as GatewayEvent;
}

function opened(options: HistoryOptions = {}) {
  const all = connected();
  const history = openHistory(all.client, 'ABC', { depth: 10, ...options });
  confirm(all.socket);
  const states: string[] = [];
  history.on('change', () => states.push(history.state));
  return { ...all, history, states };
}

function shown(options: HistoryOptions = {}) {
  const all = opened(options);
  all.socket.tell(snapshot(10, [[999, 5]]));
  all.socket.tell(told(0, 'shown'));
  return all;
}

describe('a book of the past', () => {
  it('asks for its place and its speed, and shows the moment', () => {
    const { history, socket } = opened({ at: { timeMicros: 4000.7 }, speed: 3, interval: 0 });
    expect(socket.of(MessageType.Subscribe).at(-1)?.slice(2)).toEqual([
      ...['history', 'ABC'],
      { depth: 10, grouping: 1, interval: 16, timeUs: 4001, speed: 50 },
    ]);
    expect([history.state, history.range, history.bids.length]).toEqual(['loading', undefined, 0]);
    socket.tell(snapshot(10, [[999, 5]]));
    expect(history.state).toBe('loading');
    socket.tell(told(0, 'playing', 50));
    expect([history.state, history.speed, history.best.bid]).toEqual(['playing', 5, 999]);
    expect([history.timeMicros, history.position, history.sequence]).toEqual([5000, 11, 10]);
    expect(history.range).toEqual({
      earliest: { position: 1, timeMicros: 1000 },
      latest: { position: 900, timeMicros: 9000 },
    });
    expect([history.hashesChecked, history.formatPrice(999)]).toEqual([1, '9.99']);
  });

  it('sends one place at a time, and then the last of those that came meanwhile', () => {
    const { history, socket } = shown();
    for (let i = 1; i <= 50; i += 1) history.seek({ timeMicros: 1000 + i });
    const [first] = socket.of(MessageType.Seek);
    expect(socket.of(MessageType.Seek)).toHaveLength(1);
    expect(first?.slice(2)).toEqual([CLASS, { timeUs: 1001 }]);
    expect(history.state).toBe('loading');
    const id = first?.[1] as number;
    socket.tell(told(id, 'loading'));
    expect(socket.of(MessageType.Seek)).toHaveLength(1);
    socket.tell(snapshot(20, [[998, 5]]));
    socket.tell(told(id, 'shown', 0, 21, 1001));
    // What it shows is a place that nobody wants any more.
    expect(history.state).toBe('loading');
    const [, last] = socket.of(MessageType.Seek);
    expect(last?.[3]).toEqual({ timeUs: 1050 });
    socket.tell(snapshot(30, [[997, 5]]));
    socket.tell(told(last?.[1] as number, 'shown', 0, 31, 1050));
    expect([history.state, history.timeMicros, history.best.bid]).toEqual(['shown', 1050, 997]);
    history.seek({ position: 700 });
    expect(socket.of(MessageType.Seek).at(-1)?.[3]).toEqual({ position: 700 });
  });

  it('keeps a place that was wished before the gateway answered', () => {
    const { client, socket } = connected();
    const history = openHistory(client, 'ABC', { at: { timeMicros: 5 } });
    history.seek({ timeMicros: 6 });
    history.play(1);
    expect(socket.of(MessageType.Seek)).toHaveLength(0);
    confirm(socket);
    expect(socket.of(MessageType.Seek).at(-1)?.[3]).toEqual({ timeUs: 6 });
    expect(socket.of(MessageType.Play).at(-1)?.slice(2)).toEqual([CLASS, 10, 0]);
  });

  it('plays, pauses and steps, at speeds that are served', () => {
    const { history, socket } = shown();
    for (const speed of [1, 0.01, 7, 1e9, -1]) history.play(speed);
    history.pause();
    history.step();
    expect(socket.of(MessageType.Play).map((request) => request.slice(3))).toEqual([
      ...[10, 1, 100, 1000, 0, 0].map((tenths) => [tenths, 0]),
      [0, 1],
    ]);
    expect(HISTORY_SPEEDS).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]);
  });

  it('follows diffs, with trades before them, and time that does not go back', () => {
    const { history, socket } = shown({ speed: 1 });
    const seen: unknown[] = [];
    history.on('trades', (all) =>
      seen.push(...all.map(({ id, price, timeUs }) => [id, price, timeUs])),
    );
    history.on('change', ({ kind, merged }) => seen.push([kind, merged]));
    const trades = [MessageType.Trades, CLASS, 11, 6000, 9, [3, -1, 7, 0, -5], 15] as const;
    socket.tell(trades);
    const hash = lanes([
      [999, 5],
      [998, 6],
    ]);
    socket.tell([...diff(11, 1, [-2, 6, 1], hash), 16] as never);
    expect(seen).toEqual([
      [3, ANCHOR - 1, 5995],
      ['diff', 1],
    ]);
    expect([history.position, history.bids.length, history.timeMicros]).toEqual([16, 2, 1e15]);
    socket.tell(told(0, 'playing', 10, 16, 1e15 + 5));
    expect(history.timeMicros).toBe(1e15 + 5);
  });

  it('does not believe levels without their hash, nor a diff that does not fit', () => {
    const { history, socket } = shown();
    socket.tell([...diff(11, 1, [-1, 6, 1], [1, 2]), 16] as never);
    expect([history.state, history.reason]).toEqual(['loading', 'HASH_MISMATCH']);
    expect(socket.of(MessageType.Resync)).toHaveLength(1);
    socket.tell([...diff(12, 1, [-1, 6, 1], [1, 2]), 16] as never);
    expect(socket.of(MessageType.Resync)).toHaveLength(1);
    socket.tell(snapshot(12, [[999, 6]]));
    expect([history.state, history.best.bid]).toEqual(['shown', 999]);
    // With the right hash, but after changes that never came.
    socket.tell([...diff(20, 1, [-1, 6, 1], lanes([[999, 6]])), 16] as never);
    expect(history.state).toBe('loading');
    expect(socket.of(MessageType.Resync)).toHaveLength(2);
  });

  it('says in words why a place is refused, and takes another one', () => {
    const { history, socket } = shown({ speed: 1 });
    history.seek({ timeMicros: 1 });
    const id = socket.of(MessageType.Seek).at(-1)?.[1] as number;
    socket.tell([...told(id, 'refused'), 115, 'NOT_HELD: no', false, 0] as never);
    expect([history.state, history.reason, history.speed]).toEqual(['refused', 'NOT_HELD: no', 0]);
    expect(history.refusal).toEqual({
      ...{ code: 115, message: 'NOT_HELD: no', retryable: false, retryAfterMs: 0 },
    });
    expect(history.best.bid).toBe(999);
    history.seek({ timeMicros: 2000 });
    expect([history.state, history.refusal]).toEqual(['loading', undefined]);
  });

  it('is refused as a whole where the gateway has no past', () => {
    const { client, socket } = connected();
    const history = openHistory(client, 'ABC');
    const [, id] = socket.of(MessageType.Subscribe).at(-1) ?? [];
    socket.tell([MessageType.Error, id as number, 103, 'UNKNOWN_CHANNEL: none', false, 0]);
    expect([history.state, history.reason]).toEqual(['refused', 'UNKNOWN_CHANNEL: none']);
  });

  it('is at the place where it was after a loss, and plays on from there', () => {
    const { history, socket, platform, states } = shown({ at: { timeMicros: 1 }, speed: 2 });
    socket.tell(told(0, 'playing', 20, 44, 5000));
    socket.end(1006);
    expect([history.state, history.reason]).toEqual(['loading', 'DISCONNECTED']);
    platform.pass(1000);
    const again = platform.welcome();
    expect(again.of(MessageType.Subscribe).at(-1)?.[4]).toEqual({
      ...{ depth: 10, grouping: 1, interval: 100 },
      ...{ position: 44, epochSeconds: 1, epochRandom: 2, speed: 20 },
    });
    expect(states.at(-1)).toBe('loading');
  });

  it('is one for each who opens it, and says nothing after it was closed', () => {
    const { client, socket } = connected();
    const [one, other] = [openHistory(client, 'ABC'), openHistory(client, 'ABC')];
    expect(
      socket.of(MessageType.Subscribe).filter(([, , name]) => name === 'history'),
    ).toHaveLength(2);
    confirm(socket);
    let changes = 0;
    other.on('change', () => {
      changes += 1;
    });
    other.on('frame', () => {
      changes += 1;
    });
    other.close();
    other.close();
    other.seek({ timeMicros: 5 });
    other.play(1);
    socket.tell(snapshot(10, [[999, 5]]));
    expect([changes, socket.of(MessageType.Unsubscribe).length]).toEqual([0, 1]);
    expect([...socket.of(MessageType.Seek), ...socket.of(MessageType.Play)]).toEqual([]);
    one.close();
    expect(socket.of(MessageType.Unsubscribe).length).toBe(1);
  });
});

it('takes whatever a gateway says that is a message, in any order', () => {
  const seed = Number(process.env['TOUCHLINE_SEED'] ?? Date.now() % 1e9);
  let state = seed;
  const upTo = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * (most + 1));
  };
  const { history, socket } = shown({ speed: 1 });
  const numbers = [0, 1, 2, 5, 10, 11, 1000, 2 ** 31, 2 ** 53 - 1];
  const number = () => numbers[upTo(numbers.length - 1)] as number;
  const flat = (width: number) =>
    Array.from({ length: upTo(3) * width }, () => number() * (upTo(1) - upTo(1)));
  const states = ['loading', 'shown', 'playing', 'ended', 'refused', 'odd', '__proto__'];
  const refusal = [115, 'words', true, 5];
  for (let round = 0; round < 3000; round += 1) {
    const event = [
      [MessageType.Snapshot, CLASS, number(), 1, number(), 1, flat(3), flat(3), number(), 2, 0],
      [MessageType.Diff, CLASS, number(), number(), 1, number(), 1, 1, flat(3), flat(3)],
      [MessageType.Trades, CLASS, number(), number(), 1, flat(5)],
      [
        ...[MessageType.History, CLASS, number(), states[upTo(6)], number(), number(), number()],
        ...[number(), number(), number(), number()],
        ...(upTo(1) === 1 ? refusal.slice(0, upTo(4)) : []),
      ],
      [MessageType.Heartbeat, CLASS],
      [MessageType.Error, number(), number(), 'words', upTo(1) === 1, number()],
    ][upTo(5)];
    socket.tell(event as unknown as GatewayEvent);
    if (upTo(9) === 0) history.seek(upTo(1) ? { timeMicros: number() } : { position: number() });
    const { length } = history.bids;
    expect(length, `seed ${seed}`).toBeGreaterThanOrEqual(0);
    expect(['loading', 'shown', 'playing', 'ended', 'refused']).toContain(history.state);
  }
  expect(socket.closedWith, `seed ${seed}`).toBeUndefined();
});

describe('the past of a mock gateway', () => {
  function start(options: MockGatewayOptions = {}) {
    const gateway = new MockGateway(options);
    const acme = gateway.list('ACME', { tickSize: '0.05', lotSize: '0.1' });
    for (let i = 0; i < 100; i += 1) {
      gateway.pass(100);
      acme.change({ bids: [[2000 + i, 10 + i]], asks: [[3000, 500 - i]], trades: [[2500, i + 1]] });
    }
    const history = openHistory(gateway.connect(), 'ACME', { depth: 5 });
    const trades: number[] = [];
    history.on('trades', (all) => trades.push(...all.map(({ id }) => id)));
    gateway.pass(300);
    return { gateway, acme, history, trades };
  }

  it('is what the test has done, at any time, and forward from there to the present', () => {
    const { gateway, history, trades } = start();
    expect([history.state, history.best.bid]).toEqual(['shown', 2099]);
    const { earliest, latest } = history.range ?? {};
    expect((latest?.timeMicros ?? 0) - (earliest?.timeMicros ?? 0)).toBe(9_900_000);
    history.seek({ timeMicros: (earliest?.timeMicros ?? 0) + 2_000_050 });
    gateway.pass(10);
    expect([history.state, history.best.bid, history.asks.quantity(0)]).toEqual([
      'shown',
      2020,
      480,
    ]);
    history.play(1);
    gateway.pass(1010);
    expect(history.state).toBe('playing');
    expect(history.best.bid).toBe(2030);
    history.play(10);
    gateway.pass(2000);
    expect([history.state, history.best.bid, history.speed]).toEqual(['ended', 2099, 0]);
    expect(trades).toEqual(Array.from({ length: 79 }, (_, i) => i + 22));
    expect(history.hashesChecked).toBeGreaterThan(5);
  });

  it('goes step by step, by position, and refuses what it never had', () => {
    const { gateway, history, trades } = start();
    history.seek({ position: history.range?.earliest.position ?? 0 });
    gateway.pass(10);
    expect(history.best.bid).toBe(2000);
    history.step();
    gateway.pass(10);
    expect([history.best.bid, history.state, trades]).toEqual([2001, 'shown', [2]]);
    history.seek({ timeMicros: 5 });
    gateway.pass(10);
    expect([history.state, history.refusal?.code, history.best.bid]).toEqual([
      'refused',
      115,
      2001,
    ]);
  });

  it('is no more than NO_ARCHIVE where there is none', () => {
    const { history } = start({ hasArchive: false });
    expect([history.state, history.refusal?.code]).toEqual(['refused', 116]);
  });

  it('comes back after a cut, where it was', () => {
    const { gateway, history } = start();
    history.seek({ position: history.range?.earliest.position ?? 0 });
    gateway.pass(10);
    gateway.inject({ fault: 'cut' });
    gateway.pass(5);
    expect(history.state).toBe('loading');
    gateway.pass(5000);
    expect([history.state, history.best.bid]).toEqual(['shown', 2000]);
  });
});
