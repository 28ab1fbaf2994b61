/** An engine behind a real order-entry socket, in this process, for integration tests. */

import { randomBytes } from 'node:crypto';
import { PacketRing } from '../../feed/index.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { Engine } from '../engine.ts';
import { ClientDirectory } from '../entry/client-directory.ts';
import type { RateLimit } from '../entry/rate-bucket.ts';
import { ReportRouter } from '../entry/report-router.ts';
import { EntryServer } from '../entry/server.ts';
import { SessionTable } from '../entry/session-table.ts';
import { type Report, SESSION_TOKEN_BYTES } from '../protocol/index.ts';
import {
  connectOrderEntry,
  type OrderEntryConnection,
  type OrderEntryOptions,
} from '../protocol/node.ts';

export const TEST_EPOCH = { seconds: 1_700_000_000, random: 7 };

export interface EntryFixture {
  readonly engine: Engine;
  readonly sessions: SessionTable;
  readonly server: EntryServer;
  readonly endpoint: string;
  /** Everything published so far. */
  readonly ring: PacketRing;
  /** Logs on; closed with the fixture. */
  connect(name: string, options?: Partial<OrderEntryOptions>): Promise<TestClient>;
  close(): Promise<void>;
}

/** A connection that keeps its reports. */
export interface TestClient {
  readonly connection: OrderEntryConnection;
  readonly reports: Report[];
}

export interface EntryFixtureOptions {
  readonly endpoint?: string;
  readonly maxSessions?: number;
  readonly highWaterMark?: number;
  readonly rateLimit?: RateLimit;
}

export async function startEntryFixture(options: EntryFixtureOptions = {}): Promise<EntryFixture> {
  const ring = new PacketRing(2 ** 26);
  const sessions = new SessionTable({
    epoch: TEST_EPOCH,
    clients: new ClientDirectory({
      newToken: () => randomBytes(SESSION_TOKEN_BYTES).toString('hex'),
      openOrdersOf: (owner) => engine.market.openOrdersOf(owner),
      ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
    }),
    nowMs: monotonicMs,
    log: { info: () => {}, warn: () => {} },
    reply: (peer, frame) => server.reply(peer, frame),
    ...(options.maxSessions === undefined ? {} : { maxSessions: options.maxSessions }),
  });
  const engine = new Engine({
    epoch: TEST_EPOCH,
    wallClock,
    crc32,
    sink: (packet, first, count) => ring.add(packet, first, count),
    reports: new ReportRouter(sessions),
  });
  sessions.connect(engine);
  const server = new EntryServer({
    flush: () => engine.flush(),
    nowMs: monotonicMs,
    ...(options.highWaterMark === undefined ? {} : { highWaterMark: options.highWaterMark }),
  });
  const endpoint = await bindWhenFree(server, options.endpoint ?? 'tcp://127.0.0.1:*', sessions);
  const clients: OrderEntryConnection[] = [];
  return {
    engine,
    sessions,
    server,
    endpoint,
    ring,
    async connect(name, more = {}) {
      const connection = await connectOrderEntry({ endpoint, name, ...more });
      clients.push(connection);
      const reports: Report[] = [];
      connection.onReport((report) => reports.push(report));
      return { connection, reports };
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await server.close();
    },
  };
}

/** A socket that was closed a moment ago may still hold its address. */
async function bindWhenFree(
  server: EntryServer,
  endpoint: string,
  sessions: SessionTable,
): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await server.bind(endpoint, sessions);
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Resolves when `condition` holds; polls, because what it waits for is another socket's doing. */
export async function until(
  condition: () => boolean,
  what: string,
  limitMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
