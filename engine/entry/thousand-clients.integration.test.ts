/** A thousand clients at once over real sockets, with a stalled one and a babbling one among them. */

import { afterEach, expect, it } from 'vitest';
import { context, Dealer } from 'zeromq';
import { Side } from '../../feed/index.ts';
import {
  encodeFindInstrument,
  encodeLogon,
  MessageWriter,
  type Report,
  ReportType,
} from '../protocol/index.ts';
import type { SessionMemory } from '../protocol/node.ts';
import {
  type EntryFixture,
  startEntryFixture,
  type TestClient,
  until,
} from '../testing/entry-fixture.ts';
import { limit, listing } from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';

// Every client of this process takes one; ZeroMQ's own default is 1,023.
context.maxSockets = 4096;

const CLIENTS = 1000;
const ROUNDS = 20;

let fixture: EntryFixture;
const raw: Dealer[] = [];

afterEach(async () => {
  for (const socket of raw.splice(0)) socket.close();
  await fixture.close();
});

function rawPeer(): Dealer {
  const socket = new Dealer({ linger: 0, receiveHighWaterMark: 1, sendTimeout: 0 });
  socket.connect(fixture.endpoint);
  raw.push(socket);
  return socket;
}

function bytesOf(write: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  write(writer);
  return writer.take();
}

it('serves a thousand clients, whoever stalls or babbles among them', async () => {
  fixture = await startEntryFixture();
  const random = seededRandom(testSeed());
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, i) => fixture.connect(`client-${i}`)),
  );
  expect(fixture.sessions.size).toBe(CLIENTS);
  const first = clients[0] as TestClient;
  first.connection.send(listing('ABC'));
  await first.connection.whenAnswered();

  // One asks and asks and reads nothing; one says whatever comes to its mind.
  const stalled = rawPeer();
  await stalled.send(bytesOf((writer) => encodeLogon(writer, { name: 'stalled' })));
  const questions = bytesOf((writer) => {
    for (let i = 0; i < 400; i++) encodeFindInstrument(writer, 'ABC');
  });
  const babbler = rawPeer();
  const disturb = async () => {
    const noise = Uint8Array.from({ length: 1 + random(400) }, () => random(256));
    await stalled.send(questions.slice()).catch(() => {});
    await babbler.send(noise).catch(() => {});
  };

  let halfway: { readonly resume: SessionMemory; readonly told: number }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [i, { connection }] of clients.entries()) {
      connection.send(limit(1, round, i % 2 === 0 ? Side.Bid : Side.Ask, 100, 1));
    }
    await disturb();
    if (round % 5 === 0) {
      await Promise.all(clients.map(({ connection }) => connection.whenAnswered()));
    }
    // What each has been told by now: some of the fills of these rounds are still to come.
    if (round === ROUNDS / 2) halfway = clients.map(memoryOf);
  }

  const fillsOf = ({ reports }: TestClient) => reports.filter(isFill).length;
  const fills = () => clients.reduce((sum, client) => sum + fillsOf(client), 0);
  await until(() => fills() === CLIENTS * ROUNDS, 'every order filled against another');
  for (const [i, client] of clients.entries()) {
    const accepted = client.reports.filter(({ type }) => type === ReportType.Accepted);
    const base = i === 0 ? 1 : 0;
    expect(accepted.map(({ command }) => command)).toEqual(
      Array.from({ length: ROUNDS }, (_, n) => n + 1 + base),
    );
    expect(fillsOf(client)).toBe(ROUNDS);
  }
  expect(fixture.engine.market.openOrders).toBe(0);
  expect(fixture.sessions.stats.badMessages).toBeGreaterThan(0);

  // All of them come back at once, as after a network's failure that lasted for half of the time:
  // each is told again what it has missed, in order, and nothing else.
  const back = await Promise.all(
    halfway.map(async ({ resume }, i) => {
      const replayed: Report[] = [];
      const onReport = (report: Report) => replayed.push(report);
      return { ...(await fixture.connect(`client-${i}`, { resume, onReport })), replayed };
    }),
  );
  for (const [i, { told }] of halfway.entries()) {
    const missed = clients[i]?.reports.slice(told) ?? [];
    await until(() => back[i]?.replayed.length === missed.length, `the reports of client ${i}`);
    expect(back[i]?.replayed).toEqual(missed);
    expect(missed.length).toBeGreaterThanOrEqual(ROUNDS);
  }
  // And they go on where they were.
  for (const [i, { connection }] of back.entries()) {
    expect(connection.send(limit(1, 1000, Side.Bid, 50, 1))).toBe(ROUNDS + (i === 0 ? 2 : 1));
  }
  await Promise.all(back.map(({ connection }) => connection.whenAnswered()));
  expect(fixture.engine.market.openOrders).toBe(CLIENTS);
  expect(back.every(({ replayed }) => replayed.slice(-1).every(isAccepted))).toBe(true);
});

function memoryOf({ connection, reports }: TestClient) {
  return { resume: connection.memory, told: reports.length };
}

function isFill(report: Report): boolean {
  return report.type === ReportType.Filled;
}

function isAccepted(report: Report): boolean {
  return report.type === ReportType.Accepted;
}
