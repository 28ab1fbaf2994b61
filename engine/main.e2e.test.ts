/** The engine as a real process: its three sockets, its end, and what it says when it cannot start. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BookKind, type FeedListener, FeedState, Side, TradingStatus } from '../feed/index.ts';
import { FeedSubscriber } from '../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../feed/process/index.ts';
import { Reason, type Report, ReportType } from './protocol/index.ts';
import { connectOrderEntry, type OrderEntryConnection } from './protocol/node.ts';
import { type EngineProcess, exitCode, runEngine, startEngine } from './testing/engine-process.ts';
import { until } from './testing/entry-fixture.ts';
import { ask, bid, bookUpdate, cancel, limit, listing, market } from './testing/orders.ts';
import { rows } from './testing/stream-replica.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function engine(...options: string[]): Promise<EngineProcess> {
  const started = await startEngine(...options);
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
  const connection = await connectOrderEntry({ endpoint: endpoints.entry, name });
  closers.push(() => connection.close());
  const reports: Report[] = [];
  connection.onReport((report) => reports.push(report));
  return { connection, reports };
}

async function subscriber(
  { endpoints }: EngineProcess,
  listener: FeedListener,
): Promise<FeedSubscriber> {
  const feed = new FeedSubscriber(
    { feed: [endpoints.publish], repair: [endpoints.spine], crc32, wallClock, nowMs: monotonicMs },
    listener,
  );
  closers.push(() => feed.close());
  await feed.start();
  return feed;
}

function isLive(feed: FeedSubscriber, symbol: string): boolean {
  return feed.find(symbol)?.state === FeedState.Live;
}

describe('the engine process', () => {
  it('takes orders, publishes every change, serves books to a late joiner, and ends with 0', async () => {
    const running = await engine('--no-market');
    const { connection, reports } = await client(running, 'trader');
    connection.send(listing('ABC'));
    connection.send(listing('VEN', BookKind.Levels));
    connection.send(limit(1, 1, Side.Bid, 100, 10));
    connection.send(limit(1, 2, Side.Ask, 105, 4));
    connection.send(bookUpdate(2, [bid(50, 7), ask(51, 8)]));
    await connection.whenAnswered();

    // Joins when all this is past: the books come from the engine's own.
    const trades: number[][] = [];
    const ends: string[] = [];
    const feed = await subscriber(running, {
      traded: (instrument, _aggressor, price, quantity) => {
        trades.push([instrument.id, price, quantity]);
      },
      event: ({ type }) => {
        if (type === 'end-of-session') ends.push(type);
      },
    });
    await until(() => isLive(feed, 'ABC') && isLive(feed, 'VEN'), 'both books LIVE');
    expect(rows(feed.find('ABC')!.book)).toEqual([
      [Side.Bid, 100, 10, 1],
      [Side.Ask, 105, 4, 1],
    ]);
    expect(rows(feed.find('VEN')!.book)).toEqual([
      [Side.Bid, 50, 7, 0],
      [Side.Ask, 51, 8, 0],
    ]);

    connection.send(market(1, 3, Side.Ask, 6));
    connection.send(cancel(1, 2));
    await connection.whenAnswered();
    await until(() => feed.find('ABC')?.book.levelCount(Side.Ask) === 0, 'the cancel');
    expect(rows(feed.find('ABC')!.book)).toEqual([[Side.Bid, 100, 4, 1]]);
    expect(trades).toEqual([[1, 100, 6]]);
    // The trade, the cancel: seen at the far end under the numbers of their reports.
    const last = reports.at(-1);
    expect(last).toMatchObject({ type: ReportType.Cancelled, reason: Reason.ByRequest });
    expect(feed.find('ABC')?.transaction).toBe(last?.transaction);

    running.child.kill('SIGTERM');
    expect(await exitCode(running.child)).toBe(0);
    await until(() => ends.length > 0, 'the end of the session');
  });

  it('lists the demo’s market by itself, one of another file, or none', async () => {
    const feed = await subscriber(await engine(), {});
    await until(() => feed.instruments.size >= 8, 'the demo’s instruments');
    await until(
      () => [...feed.instruments.values()].every(({ state }) => state === FeedState.Live),
      'all of them LIVE',
    );
    for (const { status, bookKind } of feed.instruments.values()) {
      expect([status, bookKind]).toEqual([TradingStatus.Continuous, BookKind.Orders]);
    }
    const none = await client(await engine('--no-market'), 'lonely');
    none.connection.send(limit(1, 1, Side.Bid, 1, 1));
    await none.connection.whenAnswered();
    expect(none.reports).toMatchObject([{ reason: Reason.UnknownInstrument }]);
  });

  it('names the place of a wrong market file, an endpoint in use, a wrong endpoint or option', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'touchline-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'market.json');
    writeFileSync(file, '{"instruments":[{"symbol":"A","tickSize":"0","lotSize":"1"}]}');
    const wrongFile = await runEngine('--market', file);
    expect(wrongFile.code).toBe(2);
    expect(wrongFile.output).toContain('instruments[0].tickSize');

    const { endpoints } = await engine('--no-market');
    const free = 'tcp://127.0.0.1:*';
    const taken = await runEngine('--publish', endpoints.publish, '--entry', free, '--spine', free);
    expect(taken.code).toBe(2);
    expect(taken.output).toContain('ENDPOINT_IN_USE: --publish');

    const bad = await runEngine('--publish', free, '--entry', 'nonsense', '--spine', free);
    expect(bad.code).toBe(2);
    expect(bad.output).toContain('BAD_ENDPOINT: --entry nonsense');

    const unknown = await runEngine('--wrong');
    expect(unknown.code).toBe(2);
    expect(unknown.output).toContain('--wrong');
    const help = await runEngine('--help');
    expect(help.code).toBe(0);
    expect(help.output).toContain('Examples:');
  });

  it('ends when its parent has gone', async () => {
    const { child } = await engine('--no-market');
    child.disconnect();
    expect(await exitCode(child)).toBe(0);
  });
});
