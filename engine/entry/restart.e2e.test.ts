/** A client of an engine that is killed and comes back from its journal: it just goes on. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { type Report, ReportType } from '../protocol/index.ts';
import { connectOrderEntry, type OrderEntryEvent } from '../protocol/node.ts';
import { type EngineProcess, exitCode, startEngine } from '../testing/engine-process.ts';
import { limit, listing } from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function kill({ child }: EngineProcess): Promise<void> {
  child.kill('SIGKILL');
  await exitCode(child);
}

it('does every order once and tells every report once, however often the engine is killed', async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'touchline-restart-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  const options = ['--no-market', '--journal', join(folder, 'journal'), '--log-level', 'warn'];
  let engine = await startEngine(...options);
  closers.push(() => kill(engine));
  const { entry } = engine.endpoints;

  const reports: Report[] = [];
  const events: OrderEntryEvent[] = [];
  const connection = await connectOrderEntry({
    endpoint: entry,
    name: 'steady',
    onReport: (report) => reports.push(report),
  });
  closers.push(() => connection.close());
  connection.onEvent((event) => events.push(event));
  connection.send(listing('ABC'));
  let sent = 0;
  for (let round = 0; round < 5; round++) {
    const burst = 500 + random(2000);
    for (let i = 0; i < burst; i++) {
      sent += 1;
      // Each bid is met by the ask behind it.
      connection.send(limit(1, sent, sent % 2 === 1 ? Side.Bid : Side.Ask, 100, 1));
    }
    await new Promise((resolve) => setTimeout(resolve, random(15)));
    await kill(engine);
    engine = await startEngine(...options, '--entry', entry);
    if (random(2) === 0) await connection.whenAnswered();
  }
  await connection.whenAnswered();
  const { orders } = await connection.openOrders();
  expect(orders).toHaveLength(sent % 2);
  const of = (type: Report['type']) => reports.filter((report) => report.type === type);
  expect(of(ReportType.Rejected), `seed ${seed}`).toEqual([]);
  expect(of(ReportType.Accepted).map(({ command }) => command)).toEqual(
    Array.from({ length: sent }, (_, i) => i + 2),
  );
  const trades = of(ReportType.Filled).map((fill) => 'tradeId' in fill && fill.tradeId);
  expect(trades).toHaveLength(2 * Math.floor(sent / 2));
  expect(new Set(trades).size).toBe(Math.floor(sent / 2));
  expect(events.filter(({ type }) => type === 'commands-lost')).toEqual([]);
  expect(events.filter(({ type }) => type === 'disconnected').length).toBeGreaterThan(0);
  // Every numbered report came, and none twice: the listing, and what is counted above.
  expect(connection.memory.lastReport).toBe(reports.length);
});
