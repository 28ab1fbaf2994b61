/** The order client behind connections that break: promises keep, lost reports are made good. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../../bench/harness/cutting-proxy.ts';
import { type Stack, startStack } from '../../bench/harness/stack.ts';
import { type ConnectOptions, connectOrders, type Order, type OrderClient, Side } from './index.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'touchline-reconnect-'));
const MARKET = {
  instruments: [
    { symbol: 'ACME', tickSize: '0.01', lotSize: '1', lowestPrice: '1.00', highestPrice: '100.00' },
  ],
};

let stack: Stack;
let proxy: CuttingProxy;
const clients: OrderClient[] = [];

beforeAll(async () => {
  const market = join(FOLDER, 'market.json');
  writeFileSync(market, JSON.stringify(MARKET));
  stack = await startStack({ market, relay: false, gateway: false, logLevel: 'error' });
});

afterAll(async () => {
  await stack.stop();
  rmSync(FOLDER, { recursive: true });
});

beforeEach(async () => {
  proxy = await startCuttingProxy(stack.endpoints.entry);
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await proxy.close();
});

async function connect(name: string, options: Partial<ConnectOptions> = {}): Promise<OrderClient> {
  const client = await connectOrders({ name, endpoint: stack.endpoints.entry, ...options });
  clients.push(client);
  return client;
}

describe('the order client behind a connection that breaks', () => {
  it('keeps every promise, and places each order once', async () => {
    const client = await connect('unlucky', { endpoint: proxy.endpoint });
    await client.instrument('ACME');
    const placed: Promise<Order>[] = [];
    for (let i = 0; i < 2000; i++) {
      placed.push(client.place({ symbol: 'ACME', side: Side.Bid, price: '2.00', quantity: '1' }));
      if (i % 400 !== 200) continue;
      await new Promise((resolve) => setTimeout(resolve, 5));
      proxy.cut();
    }
    const orders = await Promise.all(placed);
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(2000);
    expect(await client.findOpenOrders('ACME')).toHaveLength(2000);
    expect(client.openOrders).toHaveLength(2000);
    expect(await client.massCancel({ symbol: 'ACME', side: Side.Ask })).toBe(0);
    expect(await client.massCancel()).toBe(2000);
    expect(client.openOrders).toEqual([]);
    expect(orders.every(({ status }) => status === 'cancelled')).toBe(true);
  });

  it('looks its orders up when reports are gone, and says which ended unseen', async () => {
    const maker = await connect('maker', { endpoint: proxy.endpoint });
    const sell = (price: string, quantity: string) =>
      maker.place({ symbol: 'ACME', side: Side.Ask, price, quantity });
    const gone = await sell('24.00', '1');
    const resting = await sell('25.00', '30000');
    const untouched = await sell('26.00', '5');
    const taker = await connect('taker');
    await taker.instrument('ACME');
    // Nothing is heard, and far more happens than the engine keeps of reports.
    proxy.stall();
    const bought = Array.from({ length: 20_001 }, () =>
      taker.place({ symbol: 'ACME', side: Side.Bid, quantity: '1' }),
    );
    await Promise.all(bought);
    const lost = new Promise<[number, number]>((resolve) => {
      maker.on('reportsLost', (first, last) => resolve([first, last]));
    });
    proxy.cut();
    const [first, last] = await lost;
    expect(first).toBe(4);
    expect(last).toBeGreaterThan(5000);
    expect(gone).toMatchObject({ status: 'unknown', open: '0' });
    expect(resting).toMatchObject({ status: 'open', open: '10000', filled: '20000' });
    expect(untouched).toMatchObject({ status: 'open', open: '5' });
    await resting.cancel();
    expect(resting.status).toBe('cancelled');
    expect(maker.openOrders).toEqual([untouched]);
    await maker.massCancel();
  });

  it('finds the orders of an earlier run, and what happened to them meanwhile', async () => {
    const before = await connect('steady');
    const bid = { symbol: 'ACME', side: Side.Bid, quantity: '10' };
    const [kept, filled] = [
      await before.place({ ...bid, price: '3.00' }),
      await before.place({ ...bid, price: '4.00' }),
    ];
    const { memory } = before;
    await before.close();
    await expect(connect('steady')).rejects.toMatchObject({ code: 'LOGON_REFUSED' });
    const other = await connect('other');
    await other.place({ symbol: 'ACME', side: Side.Ask, quantity: '10' });
    const tokens: string[] = [];
    const after = await connect('steady', {
      resume: memory,
      onToken: (token) => tokens.push(token),
    });
    const found = await after.findOpenOrders();
    expect(tokens).toEqual([memory.token]);
    expect(found).toMatchObject([{ clientOrderId: kept.clientOrderId, open: '10' }]);
    expect(await after.takeMissed()).toMatchObject([
      { type: 'fill', clientOrderId: filled.clientOrderId, price: '4.00', open: '0' },
    ]);
    expect(await after.takeMissed()).toEqual([]);
    const [order] = found;
    await order?.modify({ quantity: '6' });
    expect(order).toMatchObject({ open: '6', status: 'open' });
    await order?.cancel();
    expect(after.openOrders).toEqual([]);
  });
});
