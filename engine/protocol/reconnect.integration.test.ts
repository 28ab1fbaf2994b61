/** Cut connections: every order exactly once, every report told, in order. */

import { afterEach, describe, expect, it } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../../bench/harness/cutting-proxy.ts';
import { Side } from '../../feed/index.ts';
import { type EntryFixture, startEntryFixture, until } from '../testing/entry-fixture.ts';
import { cancel, limit, listing } from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { type Report, ReportType } from './index.ts';
import { OrderEntryError, type OrderEntryEvent } from './node.ts';

let fixture: EntryFixture;
let proxy: CuttingProxy;

afterEach(async () => {
  await fixture.close();
  await proxy.close();
});

async function setUp() {
  fixture = await startEntryFixture();
  proxy = await startCuttingProxy(fixture.endpoint);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('a connection that is cut', () => {
  it('costs no order and does none twice, however often', async () => {
    await setUp();
    const seed = testSeed();
    const random = seededRandom(seed);
    const other = await fixture.connect('other');
    other.connection.send(listing('ABC'));
    await other.connection.whenAnswered();
    const { connection, reports } = await fixture.connect('unlucky', { endpoint: proxy.endpoint });
    const events: OrderEntryEvent[] = [];
    connection.onEvent((event) => events.push(event));
    let sent = 0;
    for (let round = 0; round < 8; round++) {
      const burst = 1 + random(1500);
      for (let i = 0; i < burst; i++) connection.send(limit(1, ++sent, Side.Bid, 100, 1));
      // Some of it is on its way, some done, some answered.
      await wait(random(6));
      proxy.cut();
      // Fills that happen while the client is away.
      for (let i = 0; i < 20; i++)
        other.connection.send(limit(1, round * 20 + i + 1, Side.Ask, 100, 1));
      if (random(2) === 0) await connection.whenAnswered();
    }
    await connection.whenAnswered();
    await other.connection.whenAnswered();
    const of = (type: Report['type']) => reports.filter((report) => report.type === type);
    expect(of(ReportType.Rejected), `seed ${seed}`).toEqual([]);
    expect(of(ReportType.Accepted).map(({ command }) => command)).toEqual(
      Array.from({ length: sent }, (_, i) => i + 1),
    );
    await until(() => of(ReportType.Filled).length === 160, `all fills told, seed ${seed}`);
    const trades = of(ReportType.Filled).map((fill) => 'tradeId' in fill && fill.tradeId);
    expect(new Set(trades).size).toBe(160);
    expect(fixture.engine.market.openOrders).toBe(sent - 160);
    expect(events.filter(({ type }) => type === 'disconnected').length).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === 'commands-lost')).toEqual([]);
  });

  it('hands the session over at once to the client that comes back elsewhere', async () => {
    await setUp();
    const first = await fixture.connect('mobile', { endpoint: proxy.endpoint });
    first.connection.send(listing('ABC'));
    first.connection.send(limit(1, 1, Side.Bid, 100, 1));
    await first.connection.whenAnswered();
    const { memory, owner } = first.connection;
    expect(memory.lastReport).toBe(2);
    proxy.stall();
    const second = await fixture.connect('mobile', { resume: memory });
    expect(second.connection.owner).toBe(owner);
    expect(second.connection.send(cancel(1, 1))).toBe(3);
    await second.connection.whenAnswered();
    expect(second.reports).toMatchObject([{ type: ReportType.Cancelled, command: 3 }]);
  });

  it('ends the client whose session another process has taken', async () => {
    await setUp();
    const first = await fixture.connect('twice');
    const second = await fixture.connect('twice', { resume: first.connection.memory });
    const lost = () => {
      try {
        first.connection.send(cancel(1, 1));
        return false;
      } catch (error) {
        return error instanceof OrderEntryError && error.code === 'CLOSED';
      }
    };
    await until(lost, 'the end of the first');
    second.connection.send(listing('ABC'));
    await second.connection.whenAnswered();
    expect(fixture.sessions.size).toBe(1);
  });

  it('tells a client that starts again what happened since', async () => {
    await setUp();
    const first = await fixture.connect('resting');
    first.connection.send(listing('ABC'));
    first.connection.send(limit(1, 1, Side.Bid, 100, 5));
    await first.connection.whenAnswered();
    const { memory } = first.connection;
    await first.connection.close();
    const other = await fixture.connect('other');
    other.connection.send(limit(1, 1, Side.Ask, 100, 2));
    await other.connection.whenAnswered();
    const told: Report[] = [];
    const back = await fixture.connect('resting', {
      resume: memory,
      onReport: (report) => told.push(report),
    });
    await until(() => told.length === 1, 'the fill');
    expect(told).toMatchObject([{ type: ReportType.Filled, quantity: 2, leaves: 3 }]);
    expect(back.connection.memory.lastReport).toBe(3);
  });
});
