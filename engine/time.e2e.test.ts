/** What time brings to a real process: nobody says anything, and orders end all the same. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Side } from '../feed/index.ts';
import { type NewOrder, Reason, type Report, ReportType, TimeInForce } from './protocol/index.ts';
import { connectOrderEntry, type OrderEntryConnection } from './protocol/node.ts';
import { type EngineProcess, exitCode, startEngine } from './testing/engine-process.ts';
import { until } from './testing/entry-fixture.ts';
import { limit, listing } from './testing/orders.ts';
import { stop } from './testing/rules-fixture.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function engine(...options: string[]): Promise<EngineProcess> {
  const started = await startEngine('--no-market', ...options);
  closers.push(async () => {
    started.child.kill('SIGKILL');
    await exitCode(started.child);
  });
  return started;
}

async function client(
  { endpoints }: EngineProcess,
  name: string,
): Promise<{ connection: OrderEntryConnection; reports: Report[] }> {
  const connection = await connectOrderEntry({ endpoint: endpoints.entry, name, isOpen: true });
  closers.push(() => connection.close());
  const reports: Report[] = [];
  connection.onReport((report) => reports.push(report));
  return { connection, reports };
}

function expiring(id: number, milliseconds: number, more: Partial<NewOrder> = {}): NewOrder {
  const expiresAtMs = Date.now() + milliseconds;
  const order = limit(1, id, Side.Bid, 100, 10);
  return { ...order, ...more, timeInForce: TimeInForce.Gtd, expiresAtMs };
}

function ends(reports: readonly Report[]): (readonly [id: number, reason: Reason])[] {
  return reports.flatMap((report) =>
    report.type === ReportType.Cancelled ? [[report.clientOrderId, report.reason] as const] : [],
  );
}

async function openIds(connection: OrderEntryConnection): Promise<number[]> {
  const { orders } = await connection.openOrders();
  return orders.map(({ clientOrderId }) => clientOrderId);
}

describe('an engine that nobody speaks to', () => {
  it('ends orders whose time is over, in the book and waiting', async () => {
    const { connection, reports } = await client(await engine(), 'trader');
    connection.send(listing('ABC'));
    connection.send(expiring(1, 300));
    connection.send(expiring(2, 400, { ...stop(200), price: 0 }));
    connection.send(expiring(3, 3_600_000));
    await connection.whenAnswered();
    await until(() => ends(reports).length === 2, 'both have ended');
    expect(ends(reports)).toEqual([
      [1, Reason.Expired],
      [2, Reason.Expired],
    ]);
    expect(await openIds(connection)).toEqual([3]);
  });

  it('that was killed ends, when it is back, what has become due meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'touchline-time-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const first = await engine('--journal', folder);
    const before = await client(first, 'trader');
    before.connection.send(listing('ABC'));
    before.connection.send(expiring(1, 250));
    before.connection.send(expiring(2, 3_600_000, { ...stop(200), price: 0 }));
    await before.connection.whenAnswered();
    first.child.kill('SIGKILL');
    await exitCode(first.child);
    await before.connection.close();
    await new Promise((resolve) => setTimeout(resolve, 300));

    const { connection } = await client(await engine('--journal', folder), 'trader');
    let ids = await openIds(connection);
    while (ids.length > 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ids = await openIds(connection);
    }
    expect(ids).toEqual([2]);
  });
});
