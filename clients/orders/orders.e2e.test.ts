/** The order client against a real engine process, and the README's examples as a program. */

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../../bench/harness/stack.ts';
import { TradingStatus } from '../../feed/index.ts';
import {
  type ChangedTrade,
  connectOperator,
  connectOrders,
  type Fill,
  type OrderClient,
  Side,
} from './index.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'touchline-orders-'));
const INDEX = new URL('./index.ts', import.meta.url).href;

const MARKET = {
  instruments: [
    { symbol: 'ACME', tickSize: '0.01', lotSize: '1', lowestPrice: '1.00', highestPrice: '100.00' },
    { symbol: 'AAPL', tickSize: '0.01', lotSize: '1', lowestPrice: '1.00', highestPrice: '900.00' },
    { symbol: 'COIN', tickSize: '0.5', lotSize: '0.00000001' },
  ],
};

let stack: Stack;
const clients: OrderClient[] = [];

beforeAll(async () => {
  const market = join(FOLDER, 'market.json');
  writeFileSync(market, JSON.stringify(MARKET));
  stack = await startStack({ market, relay: false, gateway: false, logLevel: 'warn' });
});

afterAll(async () => {
  for (const client of clients) await client.close();
  await stack.stop();
  rmSync(FOLDER, { recursive: true });
});

async function connect(name: string): Promise<OrderClient> {
  const client = await connectOrders({ name, endpoint: stack.endpoints.entry });
  clients.push(client);
  return client;
}

describe('the order client', () => {
  it('places, changes and cancels in decimals, and hears of its fills', async () => {
    const [maker, taker] = [await connect('maker'), await connect('taker')];
    const fills: Fill[] = [];
    maker.on('fill', (_order, fill) => fills.push(fill));
    const resting = await maker.place({
      symbol: 'COIN',
      side: Side.Ask,
      price: '65000.5',
      quantity: '1.25',
    });
    expect(maker.openOrders).toEqual([resting]);
    const bought = await taker.place({
      symbol: 'COIN',
      side: Side.Bid,
      price: '65001',
      quantity: '0.2',
    });
    expect(await bought.ended).toMatchObject({ status: 'filled', filled: '0.20000000' });
    expect(bought.fills).toMatchObject([{ price: '65000.5', isAggressor: true }]);
    for (let i = 0; i < 1000 && fills.length === 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(fills).toEqual([
      {
        tradeId: bought.fills[0]?.tradeId,
        price: '65000.5',
        quantity: '0.20000000',
        open: '1.05000000',
        isAggressor: false,
        transaction: bought.transaction,
      },
    ]);
    await resting.modify({ quantity: '0.5' });
    expect(resting).toMatchObject({ open: '0.30000000', price: '65000.5' });
    await resting.replace({ price: '65002', quantity: '2' });
    expect(resting).toMatchObject({ open: '2.00000000', price: '65002.0' });
    await resting.cancel();
    expect(resting).toMatchObject({
      status: 'cancelled',
      reason: 'BY_REQUEST',
      open: '0.00000000',
    });
    await expect(resting.cancel()).rejects.toMatchObject({ code: 'UNKNOWN_ORDER' });
    expect(maker.openOrders).toEqual([]);
  });

  it('refuses what is no multiple, no symbol or outside the band, and forgets such orders', async () => {
    const client = await connect('careless');
    const order = { symbol: 'ACME', side: Side.Bid, price: '25.10', quantity: '1' };
    await expect(client.place({ ...order, price: '25.105' })).rejects.toMatchObject({
      code: 'NOT_A_MULTIPLE',
    });
    await expect(client.place({ ...order, symbol: 'NONE' })).rejects.toMatchObject({
      code: 'UNKNOWN_SYMBOL',
    });
    await expect(client.place({ ...order, price: '100.01' })).rejects.toMatchObject({
      code: 'PRICE_OUTSIDE_BAND',
    });
    await expect(client.place({ ...order, quantity: '-1' })).rejects.toMatchObject({
      code: 'BAD_FIELD',
    });
    expect(client.openOrders).toEqual([]);
    expect(await client.instrument('ACME')).toMatchObject({
      tickSize: '0.01',
      highestPrice: 10_000,
    });
  });

  it('asks for what an order may ask for besides', async () => {
    const client = await connect('careful');
    const order = { symbol: 'ACME', side: Side.Ask, price: '60.00', quantity: '100' } as const;
    const iceberg = await client.place({ ...order, displayQuantity: '10' });
    const bid = { ...order, side: Side.Bid } as const;
    await expect(client.place({ ...bid, postOnly: 'reject' })).rejects.toMatchObject({
      code: 'POST_ONLY_WOULD_TRADE',
    });
    const slid = await client.place({ ...bid, postOnly: 'slide' });
    await slid.modify({ price: '60.00', quantity: '50' });
    expect(slid).toMatchObject({ price: '59.99', open: '50', status: 'open' });
    const newest = await client.place({ ...bid, selfTrade: 'cancel-newest' });
    expect(await newest.ended).toMatchObject({ reason: 'SELF_TRADE_PREVENTED', filled: '0' });
    const wants = await client.place({ ...bid, quantity: '200', minimumQuantity: '101' });
    expect(await wants.ended).toMatchObject({ reason: 'MINIMUM_NOT_FILLED' });
    const both = await client.place({ ...bid, quantity: '60', selfTrade: 'decrement' });
    expect(await both.ended).toMatchObject({ reason: 'SELF_TRADE_PREVENTED' });
    await iceberg.modify({ quantity: '39' });
    expect(iceberg).toMatchObject({ open: '39', status: 'open' });
    await iceberg.cancel();
    await slid.cancel();
  });

  it('waits with stops, follows with pegs, links orders and ends them in time', async () => {
    const [client, other] = [await connect('patient'), await connect('mover')];
    const triggered: number[] = [];
    client.on('triggered', ({ clientOrderId }) => triggered.push(clientOrderId));
    const sell = { symbol: 'ACME', side: Side.Ask, quantity: '5' } as const;
    const buy = { ...sell, side: Side.Bid } as const;
    const stop = await client.place({ ...sell, triggerPrice: '40.00', timeInForce: 'day' });
    const trail = await client.place({ ...sell, trailBy: '1.00' });
    expect([stop.isWaiting, stop.status, trail.status]).toEqual([true, 'open', 'open']);
    await other.place({ ...buy, price: '40.00', quantity: '20' });
    await other.place({ ...sell, price: '40.00', quantity: '1', selfTrade: 'cancel-newest' });
    expect(triggered).toEqual([]);
    const taker = await client.place({ ...sell, price: '40.00', quantity: '1' });
    expect(await taker.ended).toMatchObject({ status: 'filled' });
    expect(await stop.ended).toMatchObject({ isTriggered: true, filled: '5', status: 'filled' });
    expect(stop.isWaiting).toBe(false);
    expect(triggered).toEqual([stop.clientOrderId]);
    const first = await client.place({ ...sell, price: '70.00' });
    const second = await client.place({ ...sell, price: '71.00', hidden: true, linkedTo: first });
    await first.cancel();
    expect(await second.ended).toMatchObject({ status: 'cancelled', reason: 'LINKED_ORDER' });
    const peg = await client.place({ ...buy, price: '50.00', peg: { to: 'mid', offset: '0.05' } });
    expect(peg).toMatchObject({ status: 'open', price: '50.00' });
    const brief = await client.place({
      ...sell,
      price: '72.00',
      expiresAt: new Date(Date.now() + 200),
    });
    expect(await brief.ended).toMatchObject({ status: 'cancelled', reason: 'EXPIRED' });
    await trail.modify({ quantity: '3' });
    await expect(
      client.place({ ...sell, triggerPrice: '1.00', trailBy: '1.00' }),
    ).rejects.toMatchObject({ code: 'BAD_FIELD' });
    expect(await client.massCancel()).toBe(2);
    await other.massCancel();
  });

  it('lets operators halt, protect, bust, correct, stop clients and free names', async () => {
    const { entry: endpoint } = stack.endpoints;
    const operator = await connectOperator({ name: 'operator', endpoint });
    const [client, other] = [await connect('watched'), await connect('watched-too')];
    const changes: ChangedTrade[] = [];
    client.on('tradeChanged', (change) => changes.push(change));
    const sell = { symbol: 'ACME', side: Side.Ask, price: '80.00', quantity: '5' } as const;
    await client.place(sell);
    const bought = await other.place({ ...sell, side: Side.Bid });
    const { tradeId = 0 } = (await bought.ended).fills[0] ?? {};
    await operator.correct('ACME', tradeId, '79.99', '4');
    await operator.bust('ACME', tradeId);
    for (let i = 0; i < 1000 && changes.length < 2; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(changes).toMatchObject([
      { type: 'corrected', tradeId, price: '79.99', quantity: '4', symbol: 'ACME' },
      { type: 'busted', tradeId },
    ]);
    await expect(operator.bust('ACME', tradeId)).rejects.toMatchObject({
      code: 'TRADE_ALREADY_BUSTED',
    });
    await operator.setStatus('ACME', TradingStatus.Halted);
    await expect(client.place(sell)).rejects.toMatchObject({ code: 'INSTRUMENT_NOT_TRADING' });
    await operator.setStatus('ACME', TradingStatus.Continuous);
    await operator.setRules('ACME', { collar: '5.00', referencePrice: '80.00' });
    await expect(client.place({ ...sell, price: '74.99' })).rejects.toMatchObject({
      code: 'PRICE_OUTSIDE_COLLAR',
    });
    await operator.setRules('ACME', {});
    await operator.setCalendar('ACME', { entries: [], holidays: ['2030-12-25'] });
    await client.place(sell);
    const found = await operator.findClient('watched');
    expect(found).toMatchObject({ owner: client.owner, openOrders: 1, isLoggedOn: true });
    expect(await operator.kill(client.owner)).toBe(1);
    await expect(client.place(sell)).rejects.toMatchObject({ code: 'OWNER_BLOCKED' });
    await operator.letGo(client.owner);
    await client.place(sell);
    await client.close();
    await expect(connect('watched')).rejects.toMatchObject({ code: 'LOGON_REFUSED' });
    expect(await operator.release('watched')).toMatchObject({ openOrders: 1 });
    expect(await (await connect('watched')).massCancel()).toBe(1);
    expect(await operator.release('nobody')).toBeUndefined();
    await operator.close();
  });

  it('answers thousands at once, in order', async () => {
    const client = await connect('busy');
    const request = { symbol: 'ACME', side: Side.Bid, price: '2.00', quantity: '1' } as const;
    await client.instrument('ACME');
    const placed = await Promise.all(Array.from({ length: 6000 }, () => client.place(request)));
    expect(new Set(placed.map(({ orderId }) => orderId)).size).toBe(6000);
    await Promise.all(placed.map((order) => order.cancel()));
    expect(client.openOrders).toEqual([]);
  });

  it('does what its README shows', async () => {
    const text = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
    expect(examples).toHaveLength(3);
    const program = join(FOLDER, 'readme.ts');
    const code = examples
      .join('\n')
      .replace('touchline/orders', INDEX)
      .replace('tcp://127.0.0.1:7102', stack.endpoints.entry);
    writeFileSync(program, code);
    // Somebody to sell to.
    const buyer = await connect('buyer');
    await buyer.place({ symbol: 'AAPL', side: Side.Bid, price: '220.00', quantity: '30' });
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    expect(stdout.trim().split('\n')).toEqual([
      '200 open at 225.05',
      'cancelled: BY_REQUEST',
      'AAPL: 30 at 220.00, 20 open',
      'swept 30, cancelled, NO_LIQUIDITY',
      'PRICE_OUTSIDE_BAND',
    ]);
  });
});
