/** A configured relay that is stopped or killed closes order entry; nothing is lost, and it goes on. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { FeedState, Side } from '../feed/index.ts';
import { FeedSubscriber } from '../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../feed/process/index.ts';
import { Reason, type Report, ReportType } from './protocol/index.ts';
import { connectOrderEntry, type OrderEntryConnection } from './protocol/node.ts';
import { type EngineProcess, exitCode, startEngine } from './testing/engine-process.ts';
import { until } from './testing/entry-fixture.ts';
import { cancel, limit, listing } from './testing/orders.ts';

const RELAY = fileURLToPath(new URL('../feed/relay/main.ts', import.meta.url));
const RING_BYTES = 1 << 20;
const PORTS = { wallClock, nowMs: monotonicMs, crc32 };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await exitCode(child);
}

interface RelayProcess {
  readonly child: ChildProcess;
  readonly serve: string;
}

async function startRelay({ endpoints }: EngineProcess, name: string): Promise<RelayProcess> {
  const from = ['--feed', endpoints.publish, '--spine', endpoints.spine, '--name', name];
  const args = [RELAY, ...from, '--serve', 'tcp://127.0.0.1:*', '--log-level', 'error'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  closers.push(() => kill(child));
  const [{ endpoints: own }] = (await once(child, 'message')) as [{ endpoints: { serve: string } }];
  return { child, serve: own.serve };
}

/** A client that counts what becomes of its commands. */
async function connect(engine: EngineProcess, name: string, waitsWhenOverloaded: boolean) {
  const reports: Report[] = [];
  const connection = await connectOrderEntry({
    endpoint: engine.endpoints.entry,
    name,
    waitsWhenOverloaded,
    onReport: (report) => reports.push(report),
  });
  closers.push(() => connection.close());
  const overloaded = () =>
    reports.filter((one) => one.type === ReportType.Rejected && one.reason === Reason.Overloaded);
  return { connection, reports, overloaded };
}

let lastId = 0;

/** Orders that rest, one a level: each is a transaction on the stream. */
async function place(connection: OrderEntryConnection, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    lastId += 1;
    connection.send(limit(1, lastId, Side.Bid, lastId % 900_000, 1));
  }
  await connection.whenAnswered();
}

it('answers OVERLOADED while a relay stands still, and goes on when the relay does', async () => {
  const options = ['--no-market', '--relay', 'r1', '--ring-bytes', String(RING_BYTES)];
  const engine = await startEngine(...options, '--log-level', 'error');
  closers.push(() => kill(engine.child));
  const relay = await startRelay(engine, 'r1');
  const desk = await connect(engine, 'desk', false);
  const player = await connect(engine, 'player', true);
  desk.connection.send(listing('ABC'));
  await desk.connection.whenAnswered();
  await place(desk.connection, 2000);
  expect(desk.overloaded()).toEqual([]);

  relay.child.kill('SIGSTOP');
  closers.push(() => relay.child.kill('SIGCONT'));
  for (let round = 0; round < 100 && desk.overloaded().length === 0; round += 1) {
    await place(desk.connection, 500);
  }
  expect(desk.overloaded()[0]).toMatchObject({ transaction: 0, retryAfterMs: 100 });
  // Cancels are taken, and whoever asked for that waits.
  desk.connection.send(cancel(1, 1));
  await desk.connection.whenAnswered();
  expect(desk.reports.at(-1)).toMatchObject({ type: ReportType.Cancelled });
  for (let id = 1; id <= 1000; id += 1) {
    player.connection.send(limit(1, id, Side.Ask, 950_000, 1));
  }
  const { transaction } = await desk.connection.openOrders();
  await place(desk.connection, 10);
  expect((await desk.connection.openOrders()).transaction).toBe(transaction);
  expect(player.connection.unanswered).toBe(1000);

  relay.child.kill('SIGCONT');
  await player.connection.whenAnswered();
  expect(player.overloaded()).toEqual([]);
  // Orders are taken again; the gate may open a little after the relay woke up.
  for (let tries = 0, refused = -1; refused !== desk.overloaded().length; tries += 1) {
    expect(tries).toBeLessThan(500);
    refused = desk.overloaded().length;
    await place(desk.connection, 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // What was accepted is in the relay's books, to the last order.
  const subscriber = new FeedSubscriber(
    { feed: [engine.endpoints.publish], repair: [relay.serve], ...PORTS },
    {},
  );
  closers.push(() => subscriber.close());
  await subscriber.start();
  await desk.connection.whenAnswered();
  const open = count(desk.reports, ReportType.Accepted) - 1 + 1000;
  await until(
    () => subscriber.state === FeedState.Live && ordersIn(subscriber) === open,
    'the relay serves everything',
  );
});

it('waits for a relay that was killed, and gives the one that comes after it everything', async () => {
  const options = ['--no-market', '--relay', 'r1', '--ring-bytes', String(RING_BYTES)];
  const engine = await startEngine(...options, '--log-level', 'error');
  closers.push(() => kill(engine.child));
  const relay = await startRelay(engine, 'r1');
  const { connection, reports, overloaded } = await connect(engine, 'desk', false);
  connection.send(listing('ABC'));
  await place(connection, 1000);
  await kill(relay.child);
  for (let round = 0; round < 100 && overloaded().length === 0; round += 1) {
    await place(connection, 500);
  }
  expect(overloaded().length).toBeGreaterThan(0);
  const refused = overloaded().length;
  await place(connection, 10);
  expect(overloaded().length).toBe(refused + 10);

  const next = await startRelay(engine, 'r1');
  const subscriber = new FeedSubscriber(
    { feed: [engine.endpoints.publish], repair: [next.serve], ...PORTS },
    {},
  );
  closers.push(() => subscriber.close());
  await subscriber.start();
  const open = count(reports, ReportType.Accepted);
  await until(
    () => subscriber.state === FeedState.Live && ordersIn(subscriber) === open,
    'the new relay serves everything',
  );
  await until(() => {
    connection.send(limit(1, ++lastId, Side.Bid, lastId % 900_000, 1));
    return count(reports, ReportType.Accepted) > open;
  }, 'orders are taken again');
});

function count(reports: readonly Report[], type: ReportType): number {
  return reports.filter((report) => report.type === type).length;
}

function ordersIn(subscriber: FeedSubscriber): number {
  const book = subscriber.instruments.get(1)?.book;
  let orders = 0;
  for (const side of [Side.Bid, Side.Ask]) {
    for (let index = 0; index < (book?.levelCount(side) ?? 0); index += 1) {
      orders += book?.orderCountAt(side, index) ?? 0;
    }
  }
  return orders;
}
