/** Orders and latency through the real processes: the queues are proved by the gateway's hash. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Stack, startStack } from '../../../bench/harness/stack.ts';
import { connect, Side } from '../index.ts';
import { openCandles, openHistory, openLatency, openOrders, openStatistics } from './index.ts';

const WAIT_MS = 60_000;
let stack: Stack;
let archive: string;

beforeAll(async () => {
  archive = mkdtempSync(join(tmpdir(), 'touchline-channels-'));
  stack = await startStack({ source: 'sim:5', relayOptions: ['--archive', archive] });
});

afterAll(async () => {
  await stack?.stop();
  rmSync(archive, { recursive: true, force: true });
});

function connected() {
  const gateway = stack.endpoints.gateway.replace('http', 'ws').replace(/\/$/, '');
  const client = connect(`${gateway}/feed`);
  onTestFinished(() => client.close());
  return client;
}

test('the orders of a lively book add up to its levels, under hashes that hold', async () => {
  const client = connected();
  const orders = openOrders(client, 'AAPL', { depth: 25, interval: 50 });
  const latency = openLatency(client);
  const problems: string[] = [];
  let changes = 0;
  orders.on('change', ({ kind }) => {
    if (orders.state === 'GAPPED') problems.push(orders.reason);
    if (kind === 'state') return;
    changes += 1;
    for (const [side, view] of [
      [Side.Bid, orders.bids],
      [Side.Ask, orders.asks],
    ] as const) {
      for (let i = 0; i < view.length; i += 1) {
        const queue = orders.queue(side, view.price(i));
        const lots = queue.reduce((sum, { quantity }) => sum + quantity, 0);
        if (lots !== view.quantity(i) || queue.length !== view.orderCount(i)) {
          problems.push(`${side} ${view.price(i)}: ${lots}, not ${view.quantity(i)}`);
        }
      }
    }
  });
  await vi.waitFor(() => {
    expect(changes).toBeGreaterThan(40);
    expect(orders.hashesChecked).toBeGreaterThan(2);
    expect(latency.hops.map(({ name }) => name)).toContain('applied');
  }, WAIT_MS);
  expect(problems).toEqual([]);
  expect(orders.state).toBe('LIVE');
  const applied = latency.hops.find(({ name }) => name === 'applied');
  expect(applied?.samples).toBeGreaterThan(0);
  expect(applied?.p99Us).toBeGreaterThanOrEqual(applied?.p50Us ?? 0);
});

test('candles follow one another, and a day has its sum', async () => {
  const client = connected();
  const candles = openCandles(client, 'AAPL', { interval: 1000, depth: 5 });
  const statistics = openStatistics(client, 'AAPL');
  await vi.waitFor(() => {
    expect(candles.all.length).toBeGreaterThan(2);
    expect(statistics.day?.volume).toBeGreaterThan(0);
  }, WAIT_MS);
  for (const [i, { start, open, high, low, close, volume }] of candles.all.entries()) {
    expect(start).toBeGreaterThan(candles.all[i - 1]?.start ?? 0);
    for (const price of [open, close]) {
      expect(price).toBeGreaterThanOrEqual(low);
      expect(price).toBeLessThanOrEqual(high);
    }
    expect(volume).toBeGreaterThan(0);
  }
  expect(candles.all.length).toBeLessThanOrEqual(5);
  expect(statistics.formatPrice(statistics.day?.close ?? 0)).toMatch(/^\d+\.\d\d$/);
});

test('the README’s example prints what it says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```ts channels\n([\s\S]*?)```/.exec(readme) ?? [];
  const body = stripTypeScriptTypes(code).replace(/^import .*$/m, '');
  const names = ['openCandles', 'openLatency', 'openOrders', 'openStatistics'];
  const printed: unknown[][] = [];
  const log = (...values: unknown[]) => printed.push(values);
  new Function('client', 'Side', 'console', ...names, body)(
    ...[connected(), Side, { log }],
    ...[openCandles, openLatency, openOrders, openStatistics],
  );
  await vi.waitFor(() => {
    // An order with its lots, a hop with its times, a price or a volume.
    expect(printed.some(([, lots, more]) => Number(lots) > 0 && more === undefined)).toBe(true);
    expect(printed.some(([hop, , p99]) => hop === 'applied' && Number(p99) > 0)).toBe(true);
    expect(printed.some(([one, two]) => Number(one) > 0 && two === undefined)).toBe(true);
  }, WAIT_MS);
});

test('the README’s example of the past prints a time, a price, bounds and trades', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```ts history\n([\s\S]*?)```/.exec(readme) ?? [];
  // The example's moment is long before this market began.
  const body = stripTypeScriptTypes(code)
    .replace(/^import .*$/m, '')
    .replace('{ timeMicros: 1_700_000_000_000_000 }', '{ position: 200 }');
  const printed: unknown[][] = [];
  const log = (...values: unknown[]) => printed.push(values);
  new Function('client', 'openHistory', 'console', body)(connected(), openHistory, { log });
  await vi.waitFor(() => {
    expect(printed.some(([state, , time]) => state === 'playing' && `${time}`.endsWith('Z'))).toBe(
      true,
    );
    expect(printed.some(([price]) => /^\d+\.\d\d$/.test(`${price}`))).toBe(true);
    expect(printed.some(([from, to]) => Number(from) > 1e15 && Number(to) > Number(from))).toBe(
      true,
    );
    expect(printed.some(([trades]) => typeof trades === 'number' && trades > 0)).toBe(true);
  }, WAIT_MS);
});
