import { describe, expect, it } from 'vitest';
import {
  CANDLE_ROW_SHAPE,
  type GatewayEvent,
  LATENCY_ROW_SHAPE,
  MessageType,
} from '../../../gateway/protocol/index.ts';
import { Side } from '../index.ts';
import { ANCHOR, CLASS, confirm, connected, INSTRUMENT } from '../testing/played-gateway.ts';
import { CANDLE_KINDS } from './candles.ts';
import { openCandles, openLatency, openOrders, openStatistics } from './index.ts';
import { HOP_KINDS } from './latency.ts';

const LIVE = [MessageType.Status, CLASS, INSTRUMENT, 2, 'LIVE', 'NONE'] as const;
/** The protocol's example, with its hash: instrument 3, prices from 10012. */
const EXAMPLE_ANCHOR = 10_012;
const EXAMPLE = [
  ...[MessageType.OrdersSnapshot, CLASS, 40, 33, 1e15, 850],
  ...[[0, 71, 450, 0, 74, 50, -1, 70, 300], [2, 72, 200], 2743699789, 522647361, 0],
] as unknown as GatewayEvent;

function diff(sequence: number, bids: number[], asks: number[] = []): GatewayEvent {
  return [MessageType.OrdersDiff, CLASS, sequence, 1, 34, 1e15, 900, 1, bids, asks];
}

function live() {
  const all = connected();
  const orders = openOrders(all.client, 'ABC', { depth: 10, interval: 0 });
  const [, id] = all.socket.of(MessageType.Subscribe).at(-1) ?? [];
  all.socket.tell([
    ...([MessageType.Subscribed, id as number, CLASS, 'orders', 'ABC', INSTRUMENT] as const),
    ...(['0.01', '1', 10, 0, EXAMPLE_ANCHOR, 1, 2, 1, 40] as const),
  ]);
  all.socket.tell(EXAMPLE);
  all.socket.tell(LIVE);
  return { ...all, orders };
}

const ids = (orders: ReturnType<typeof live>['orders'], price: number) =>
  orders.queue(Side.Bid, price).map(({ orderId, quantity }) => [orderId, quantity]);

describe('the book of orders', () => {
  it('has the queues, the levels that they are, and the hash of the protocol’s example', () => {
    const { orders, socket } = live();
    expect(socket.of(MessageType.Subscribe).at(-1)?.slice(2)).toEqual([
      'orders',
      'ABC',
      { depth: 10, interval: 0 },
    ]);
    expect([orders.state, orders.hashesChecked]).toEqual(['LIVE', 1]);
    expect(ids(orders, EXAMPLE_ANCHOR)).toEqual([
      [71, 450],
      [74, 50],
    ]);
    expect([orders.bids.quantity(0), orders.bids.orderCount(0)]).toEqual([500, 2]);
  });

  it('keeps an order in its place, puts one behind that comes back, and drops what is empty', () => {
    const { orders, socket } = live();
    socket.tell(diff(41, [0, 71, 449]));
    expect(ids(orders, EXAMPLE_ANCHOR)).toEqual([
      [71, 449],
      [74, 50],
    ]);
    socket.tell(diff(42, [0, 71, 0, -1, 70, 250, 0, 71, 40], [2, 72, 0]));
    expect(ids(orders, EXAMPLE_ANCHOR)).toEqual([
      [74, 50],
      [71, 40],
    ]);
    expect(ids(orders, EXAMPLE_ANCHOR - 1)).toEqual([[70, 250]]);
    expect([orders.asks.length, orders.best.ask]).toEqual([0, undefined]);
  });

  it('does not take two queues for one that differ in their order alone', () => {
    const { orders, socket } = live();
    // The same orders at the same prices, but for who fills first.
    socket.tell([
      ...EXAMPLE.slice(0, 6),
      [0, 74, 50, 0, 71, 450, -1, 70, 300],
      ...EXAMPLE.slice(7),
    ] as never);
    expect([orders.state, orders.reason]).toEqual(['GAPPED', 'HASH_MISMATCH']);
    expect(socket.of(MessageType.Resync)).toHaveLength(1);
  });

  it('begins anew after a loss, and comes back with nothing to resume from', () => {
    const { orders, socket, platform } = live();
    socket.end(1006);
    platform.pass(1000);
    const again = platform.welcome();
    expect(again.of(MessageType.Subscribe).at(-1)?.[4]).toEqual({ depth: 10, interval: 0 });
    expect(orders.state).toBe('STALE');
  });

  it('changes its depth in place, and shares with who wants the same', () => {
    const { orders, socket, client } = live();
    orders.modify({ depth: 25 });
    expect(socket.of(MessageType.Modify).at(-1)?.[3]).toEqual({ depth: 25, interval: 0 });
    const requests = socket.of(MessageType.Subscribe).length;
    const same = openOrders(client, 'ABC', { depth: 25, interval: 0 });
    expect(socket.of(MessageType.Subscribe)).toHaveLength(requests);
    expect(same.queue(Side.Bid, EXAMPLE_ANCHOR)).toHaveLength(2);
    // One of two gives its share up: it gets a book of orders of its own.
    same.modify({ depth: 5 });
    expect(same.queue(Side.Bid, ANCHOR)).toEqual([]);
    expect(orders.queue(Side.Bid, EXAMPLE_ANCHOR)).toHaveLength(2);
  });
});

describe('latency', () => {
  it('is told window by window, by hop, and rows that are no rows are left out', () => {
    const { client, socket } = connected();
    const latency = openLatency(client);
    const seen: number[] = [];
    latency.on('change', (hops) => seen.push(hops.length));
    confirm(socket);
    socket.tell([
      ...([MessageType.Latency, CLASS, 1e15, 1000] as const),
      [['published', 5, 1, 2, 3], ['odd'], ['applied', 5, 4, 5, 6, 'new']],
    ]);
    expect(latency.hops).toEqual([
      { name: 'published', samples: 5, p50Us: 1, p99Us: 2, mostUs: 3 },
      { name: 'applied', samples: 5, p50Us: 4, p99Us: 5, mostUs: 6 },
    ]);
    expect(seen).toEqual([2]);
    const kinds = LATENCY_ROW_SHAPE.split(' ')
      .slice(1)
      .map((field) => field.split(':')[1]);
    expect(kinds.join('')).toBe(HOP_KINDS);
    latency.close();
    latency.close();
    expect(socket.of(MessageType.Unsubscribe)).toHaveLength(1);
  });
});

describe('candles', () => {
  const row = (start: number, close: number, flags = 0) => [start, 9, 9, 1, close, 20, 2, flags];

  it('come whole, then as they change, as many as were asked for', () => {
    const { client, socket } = connected();
    const candles = openCandles(client, 'ABC', { interval: 2000, depth: 4 });
    expect(socket.of(MessageType.Subscribe).at(-1)?.slice(2)).toEqual([
      'candles',
      'ABC',
      { depth: 5, interval: 60_000 },
    ]);
    confirm(socket);
    const rows = [1, 2, 3, 4, 5].map((i) => row(i * 60, i));
    socket.tell([MessageType.Candles, CLASS, true, rows]);
    const seen: number[] = [];
    candles.on('change', (all) => seen.push(all.length));
    socket.tell([MessageType.Candles, CLASS, false, [row(300, 7), row(360, 8, 2), ['odd']]]);
    expect(candles.all.map(({ start, close }) => [start, close])).toEqual([
      [120, 2],
      [180, 3],
      [240, 4],
      [300, 7],
      [360, 8],
    ]);
    expect(candles.all.map(({ isIncomplete }) => isIncomplete).indexOf(true)).toBe(4);
    expect([seen, candles.formatPrice(7), candles.interval]).toEqual([[5], '0.07', 60_000]);
    candles.close();
    expect(socket.of(MessageType.Unsubscribe)).toHaveLength(1);
  });

  it('of a day are one, or none', () => {
    const { client, socket } = connected();
    const statistics = openStatistics(client, 'ABC');
    expect(socket.of(MessageType.Subscribe).at(-1)?.slice(2)).toEqual(['statistics', 'ABC', {}]);
    confirm(socket);
    expect(statistics.day).toBeUndefined();
    socket.tell([MessageType.Statistics, CLASS, [row(60, 5)]]);
    expect(statistics.day).toMatchObject({ open: 9, high: 9, low: 1, close: 5, volume: 20 });
    socket.tell([MessageType.Statistics, CLASS, []]);
    expect(statistics.day).toBeUndefined();
  });

  it('have the kinds of the protocol', () => {
    const kinds = CANDLE_ROW_SHAPE.split(' ')
      .slice(1)
      .map((field) => field.split(':')[1]);
    expect(kinds.join('')).toBe(CANDLE_KINDS);
  });
});
