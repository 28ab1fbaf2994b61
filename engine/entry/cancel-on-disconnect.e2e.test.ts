/** Cancel on disconnect with real processes: clients are killed, and so is the engine. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Reason, type Report, ReportType } from '../protocol/index.ts';
import {
  connectOrderEntry,
  type OrderEntryConnection,
  type SessionMemory,
} from '../protocol/node.ts';
import { type EngineProcess, exitCode, startEngine } from '../testing/engine-process.ts';
import { until } from '../testing/entry-fixture.ts';
import { listing } from '../testing/orders.ts';

const CLIENT = join(import.meta.dirname, '..', 'testing', 'doomed-client.ts');
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Doomed {
  readonly child: ChildProcess;
  readonly memory: SessionMemory;
}

/** A process of its own with two open orders. */
async function startClient(
  endpoint: string,
  name: string,
  choice: string,
  heartbeatMs = 200,
): Promise<Doomed> {
  const child = fork(CLIENT, [endpoint, name, choice, String(heartbeatMs)]);
  closers.push(() => killed(child));
  const [memory] = (await once(child, 'message')) as [SessionMemory];
  return { child, memory };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await exitCode(child);
}

async function startMarket(...options: string[]): Promise<EngineProcess> {
  const engine = await startEngine('--no-market', '--log-level', 'error', ...options);
  closers.push(() => killed(engine.child));
  return engine;
}

/** Logs on in the place of a client that is dead, and hears all that it was told since. */
async function comeBack(endpoint: string, name: string, { token, lastReport }: SessionMemory) {
  const reports: Report[] = [];
  const connection = await connectOrderEntry({
    endpoint,
    name,
    heartbeatMs: 200,
    resume: { token, lastReport },
    onReport: (report) => reports.push(report),
  });
  closers.push(() => connection.close());
  return { connection, reports };
}

async function list(endpoint: string): Promise<OrderEntryConnection> {
  const connection = await connectOrderEntry({ endpoint, name: 'lister' });
  closers.push(() => connection.close());
  connection.send(listing('ABC'));
  await connection.whenAnswered();
  return connection;
}

/** The transaction of the last thing that happened in the market, without changing it. */
async function lastTransaction(connection: OrderEntryConnection): Promise<number> {
  return (await connection.openOrders()).transaction;
}

const CANCELLED = [
  { type: ReportType.Cancelled, command: 0, clientOrderId: 11, reason: Reason.Disconnected },
  { type: ReportType.Cancelled, command: 0, clientOrderId: 12, reason: Reason.Disconnected },
  { type: ReportType.MassCancelled, command: 0, count: 2, isComplete: true },
];

it('cancels the orders of a client process that is killed, and of nobody else', async () => {
  const { endpoints } = await startMarket();
  const lister = await list(endpoints.entry);
  const doomed = await startClient(endpoints.entry, 'doomed', 'cancel');
  const other = await startClient(endpoints.entry, 'other', 'keep');
  await Promise.all([killed(doomed.child), killed(other.child)]);
  const before = await lastTransaction(lister);
  let now = before;
  const look = setInterval(async () => {
    now = await lastTransaction(lister);
  }, 20);
  closers.push(() => clearInterval(look));
  await until(() => now > before, 'the cancelling command');
  const back = await comeBack(endpoints.entry, 'doomed', doomed.memory);
  await until(() => back.reports.length === CANCELLED.length, 'the reports of it');
  expect(back.reports).toMatchObject(CANCELLED);
  expect((await back.connection.openOrders()).orders).toEqual([]);
  const still = await comeBack(endpoints.entry, 'other', other.memory);
  expect((await still.connection.openOrders()).orders).toHaveLength(2);
});

it('cancels them as well when the engine was killed with its client, and comes back alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'touchline-gone-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  const journal = ['--journal', join(folder, 'journal')];
  const first = await startMarket(...journal);
  const { entry } = first.endpoints;
  await list(entry);
  const doomed = await startClient(entry, 'doomed', 'cancel');
  const faithful = await startClient(entry, 'faithful', 'cancel', 30_000);
  await Promise.all([killed(first.child), killed(doomed.child)]);
  const second = await startMarket(...journal, '--entry', entry);
  const lister = await connectOrderEntry({ endpoint: entry, name: 'looker' });
  closers.push(() => lister.close());
  const before = await lastTransaction(lister);
  let now = before;
  const look = setInterval(async () => {
    now = await lastTransaction(lister);
  }, 20);
  closers.push(() => clearInterval(look));
  await until(() => now > before, 'the cancelling command');
  // A third life finds it in the journal, without any clock.
  clearInterval(look);
  await killed(second.child);
  await killed(faithful.child);
  await startMarket(...journal, '--entry', entry);
  const back = await comeBack(entry, 'doomed', doomed.memory);
  await until(() => back.reports.length === CANCELLED.length, 'the reports of it');
  expect(back.reports).toMatchObject(CANCELLED);
  // Its own two commands count, and what was done in its name does not.
  expect(back.connection.send(listing('ABC'))).toBe(3);
  const still = await comeBack(entry, 'faithful', faithful.memory);
  expect((await still.connection.openOrders()).orders).toHaveLength(2);
});
