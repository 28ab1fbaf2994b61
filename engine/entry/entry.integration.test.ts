/** Order entry over real sockets: good clients, bad bytes, lost peers, many at once. */

import { afterEach, describe, expect, it } from 'vitest';
import { Dealer } from 'zeromq';
import { type InstrumentId, Side } from '../../feed/index.ts';
import {
  COMMAND_WINDOW,
  decodeReport,
  encodeCommand,
  encodeFindInstrument,
  encodeHeartbeat,
  encodeLogon,
  MAX_ENTRY_FRAME_BYTES,
  MassCancelSide,
  MessageReader,
  MessageType,
  MessageWriter,
  Reason,
  type Rejected,
  type Report,
  ReportType,
  TimeInForce,
} from '../protocol/index.ts';
import { connectOrderEntry } from '../protocol/node.ts';
import {
  type EntryFixture,
  startEntryFixture,
  TEST_EPOCH,
  until,
} from '../testing/entry-fixture.ts';
import { cancel, limit, listing, market, massCancel, modify, replace } from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';

let fixture: EntryFixture;
const raw: Dealer[] = [];

afterEach(async () => {
  for (const socket of raw.splice(0)) socket.close();
  await fixture.close();
});

/** A socket that says what it likes. */
function rawPeer(highWaterMark = 1000): Dealer {
  const socket = new Dealer({ linger: 0, receiveHighWaterMark: highWaterMark });
  socket.connect(fixture.endpoint);
  raw.push(socket);
  return socket;
}

function bytesOf(write: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  write(writer);
  return writer.take();
}

/** The next messages that a raw peer gets, as types or reports, without their numbers. */
async function answers(socket: Dealer): Promise<(Report | number)[]> {
  const [frame] = await socket.receive();
  const reader = new MessageReader();
  reader.open(frame as Uint8Array);
  const messages: (Report | number)[] = [];
  while (reader.next()) {
    if (reader.type === MessageType.ReportSequence) continue;
    messages.push(decodeReport(reader) ?? reader.type);
  }
  return messages;
}

function rejected(reason: Reason, command = 0, clientOrderId = 0): Rejected {
  return { type: ReportType.Rejected, transaction: 0, command, clientOrderId, reason };
}

/** In the range of commands, and none. */
const UNKNOWN_COMMAND = 126;

describe('order entry', () => {
  it('lets two clients trade and reports to each what is its own', async () => {
    fixture = await startEntryFixture();
    const maker = await fixture.connect('maker');
    const taker = await fixture.connect('taker');
    maker.connection.send(listing('ABC'));
    expect(maker.connection.send(limit(1, 11, Side.Ask, 100, 5))).toBe(2);
    await maker.connection.whenAnswered();
    taker.connection.send(limit(1, 11, Side.Bid, 101, 7));
    taker.connection.send(modify(1, 11, 99, 6));
    taker.connection.send(replace(1, 11, 98, 4));
    taker.connection.send(cancel(1, 11));
    taker.connection.send(market(1, 12, Side.Bid, 3));
    await taker.connection.whenAnswered();
    await until(() => maker.reports.length === 3, 'the maker’s fill');
    const order = { instrument: 1, clientOrderId: 11 };
    expect(maker.reports).toEqual([
      {
        type: ReportType.InstrumentListed,
        transaction: 1,
        command: 1,
        instrument: 1,
        symbol: 'ABC',
      },
      { type: ReportType.Accepted, transaction: 2, command: 2, ...order, orderId: 1 },
      {
        type: ReportType.Filled,
        transaction: 3,
        command: 0,
        ...order,
        orderId: 1,
        tradeId: 1,
        side: Side.Ask,
        price: 100,
        quantity: 5,
        leaves: 0,
        isAggressor: false,
      },
    ]);
    const bidOrder = { ...order, orderId: 2 };
    expect(taker.reports).toEqual([
      { type: ReportType.Accepted, transaction: 3, command: 1, ...bidOrder },
      {
        type: ReportType.Filled,
        transaction: 3,
        command: 1,
        ...bidOrder,
        tradeId: 1,
        side: Side.Bid,
        price: 100,
        quantity: 5,
        leaves: 2,
        isAggressor: true,
      },
      {
        type: ReportType.Replaced,
        transaction: 4,
        command: 2,
        ...bidOrder,
        price: 99,
        quantity: 1,
        keptPriority: false,
      },
      {
        type: ReportType.Replaced,
        transaction: 5,
        command: 3,
        ...bidOrder,
        price: 98,
        quantity: 4,
        keptPriority: false,
      },
      {
        type: ReportType.Cancelled,
        transaction: 6,
        command: 4,
        ...bidOrder,
        quantity: 4,
        reason: Reason.ByRequest,
      },
      {
        type: ReportType.Accepted,
        transaction: 7,
        command: 5,
        instrument: 1,
        clientOrderId: 12,
        orderId: 3,
      },
      {
        type: ReportType.Cancelled,
        transaction: 7,
        command: 5,
        instrument: 1,
        clientOrderId: 12,
        orderId: 3,
        quantity: 3,
        reason: Reason.NoLiquidity,
      },
    ]);
    expect(taker.connection.epoch).toEqual(TEST_EPOCH);
  });

  it('refuses a peer that has not logged on, command by command, and lets it log on afterwards', async () => {
    fixture = await startEntryFixture();
    const peer = rawPeer();
    await peer.send(bytesOf((writer) => encodeCommand(writer, 5, cancel(1, 9))));
    expect(await answers(peer)).toEqual([rejected(Reason.NotLoggedOn, 5, 9)]);
    await peer.send(bytesOf(encodeHeartbeat));
    expect(await answers(peer)).toEqual([MessageType.Logoff]);
    await peer.send(
      bytesOf((writer) => {
        encodeLogon(writer, { name: 'late' });
        encodeCommand(writer, 6, listing('ABC'));
      }),
    );
    expect(await answers(peer)).toMatchObject([
      MessageType.LoggedOn,
      { type: ReportType.InstrumentListed, command: 6 },
    ]);
  });

  it('refuses command numbers that do not rise, fields out of range and unknown types', async () => {
    fixture = await startEntryFixture();
    const peer = rawPeer();
    await peer.send(
      bytesOf((writer) => {
        encodeLogon(writer, { name: 'careless' });
        encodeCommand(writer, 3, listing('ABC'));
        encodeCommand(writer, 3, cancel(1, 8));
        writer.open(MessageType.NewOrder, 48);
        writer.u8(1, 7);
        writer.i64(8, 4);
        writer.open(UNKNOWN_COMMAND, 16);
        writer.i64(8, 5);
        writer.open(MessageType.Accepted, 48);
        encodeCommand(writer, 6, cancel(1, 8));
      }),
    );
    expect(await answers(peer)).toMatchObject([
      MessageType.LoggedOn,
      { type: ReportType.InstrumentListed, command: 3 },
      rejected(Reason.CommandRepeated, 3, 8),
      rejected(Reason.BadField, 4),
      rejected(Reason.BadMessage, 5),
      rejected(Reason.BadMessage),
      { type: ReportType.Rejected, command: 6, reason: Reason.UnknownOrder },
    ]);
  });

  it('tells what an instrument is by its symbol, in turn with everything else', async () => {
    fixture = await startEntryFixture();
    const { connection } = await fixture.connect('curious');
    const before = connection.findInstrument('ABC');
    connection.send(listing('ABC'));
    const after = connection.findInstrument('ABC');
    expect(await before).toBeUndefined();
    expect(await after).toMatchObject({ id: 1, symbol: 'ABC', tickSize: '0.01', status: 2 });
    expect(await connection.findInstrument(1 as InstrumentId)).toMatchObject({ symbol: 'ABC' });
    expect(await connection.findInstrument(2 as InstrumentId)).toBeUndefined();
    await expect(connection.findInstrument('')).rejects.toMatchObject({ code: 'BAD_FIELD' });
    await connection.close();
    await expect(connection.findInstrument('ABC')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('tells a client its open orders, page by page, and waits its turn where it asks too much', async () => {
    fixture = await startEntryFixture({ rateLimit: { perSecond: 5000, burst: 2000 } });
    const { connection, reports } = await fixture.connect('holder');
    connection.send(listing('ABC'));
    for (let id = 1; id <= 1500; id++) connection.send(limit(1, id, Side.Bid, 100, id));
    await connection.whenAnswered();
    const asked = [connection.openOrders(), connection.openOrders(1), connection.openOrders(9)];
    const [all, one, none] = await Promise.all(asked);
    expect(all?.orders.map(({ clientOrderId }) => clientOrderId)).toEqual(
      Array.from({ length: 1500 }, (_, i) => i + 1),
    );
    expect(all?.orders[7]).toMatchObject({ instrument: 1, price: 100, open: 8, filled: 0 });
    expect(all?.transaction).toBe(1501);
    expect(one?.orders).toHaveLength(1500);
    expect(none?.orders).toEqual([]);
    connection.send(massCancel(1, MassCancelSide.Bid));
    await connection.whenAnswered();
    const refused = reports.at(-1) as Rejected;
    expect(refused).toMatchObject({ reason: Reason.RateLimited, transaction: 0 });
    await new Promise((resolve) => setTimeout(resolve, refused.retryAfterMs));
    connection.send(massCancel(1, MassCancelSide.Bid));
    await connection.whenAnswered();
    await until(() => reports.at(-1)?.type === ReportType.MassCancelled, 'the end of it');
    expect((await connection.openOrders()).orders).toEqual([]);
    await connection.close();
    await expect(connection.openOrders()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('gives a name to one live session at a time', async () => {
    fixture = await startEntryFixture();
    const first = await fixture.connect('twin');
    const second = connectOrderEntry({
      endpoint: fixture.endpoint,
      name: 'twin',
      logonTimeoutMs: 400,
    });
    await expect(second).rejects.toMatchObject({
      code: 'LOGON_TIMED_OUT',
      message: expect.stringContaining('Another live session has this name'),
    });
    const { owner } = first.connection;
    await first.connection.close();
    const third = await fixture.connect('twin');
    expect(third.connection.owner).toBe(owner);
  });

  it('refuses more clients than it can serve', async () => {
    fixture = await startEntryFixture({ maxSessions: 2 });
    await fixture.connect('one');
    await fixture.connect('two');
    await expect(fixture.connect('three')).rejects.toMatchObject({ code: 'LOGON_REFUSED' });
  });

  it('says in time that nobody is there', async () => {
    fixture = await startEntryFixture();
    const silent = new Dealer();
    await silent.bind('tcp://127.0.0.1:*');
    const endpoint = silent.lastEndpoint as string;
    silent.close();
    const nobody = connectOrderEntry({ endpoint, name: 'lonely', logonTimeoutMs: 300 });
    await expect(nobody).rejects.toMatchObject({ code: 'LOGON_TIMED_OUT' });
    await expect(connectOrderEntry({ endpoint, name: 'two words' })).rejects.toMatchObject({
      code: 'BAD_FIELD',
    });
  });

  it('survives any bytes from anybody while a good client trades', async () => {
    fixture = await startEntryFixture();
    const good = await fixture.connect('good');
    good.connection.send(listing('ABC'));
    const seed = testSeed();
    const random = seededRandom(seed);
    const valid = bytesOf((writer) => {
      encodeLogon(writer, { name: 'fuzz' });
      encodeCommand(writer, 1, limit(1, 1, Side.Bid, 5, 5));
      encodeCommand(writer, 2, modify(1, 1, 4, 4));
      encodeCommand(writer, 3, listing('XYZ'));
    });
    const peers = [rawPeer(), rawPeer(), rawPeer()];
    for (const peer of peers) peer.receiveTimeout = 0;
    for (let i = 0; i < 3000; i++) {
      const frame = random(2) === 0 ? valid.slice() : new Uint8Array(random(300));
      for (let k = random(20); k >= 0; k--) frame[random(frame.length)] = random(256);
      await peers[random(3)]?.send(frame);
      if (i % 10 === 0) good.connection.send(limit(1, 1 + i, Side.Bid, 100 - random(50), 1));
    }
    const peer = peers[0] as Dealer;
    await peer.send([new Uint8Array(3), new Uint8Array(4)]);
    await good.connection.whenAnswered();
    expect(good.reports.filter(({ type }) => type === ReportType.Accepted)).toHaveLength(300);
    await until(() => fixture.sessions.stats.frames > 3000, `all frames read, seed ${seed}`);
    expect(fixture.sessions.stats.badMessages).toBeGreaterThan(100);
  });

  it('drops a peer that sends more than a frame may hold, and no other', async () => {
    fixture = await startEntryFixture();
    const good = await fixture.connect('good');
    await rawPeer().send(new Uint8Array(MAX_ENTRY_FRAME_BYTES + 1));
    await rawPeer().send(new Uint8Array(MAX_ENTRY_FRAME_BYTES));
    await until(() => fixture.sessions.stats.badMessages === 1, 'the frame within the limit');
    good.connection.send(listing('ABC'));
    await good.connection.whenAnswered();
    expect(good.reports).toHaveLength(1);
  });

  it('ends the session of a peer that has gone, frees its name and keeps its orders', async () => {
    fixture = await startEntryFixture();
    const peer = rawPeer();
    await peer.send(
      bytesOf((writer) => {
        encodeLogon(writer, { name: 'ghost' });
        encodeCommand(writer, 1, listing('ABC'));
        encodeCommand(writer, 2, limit(1, 1, Side.Bid, 100, 10));
      }),
    );
    await answers(peer);
    peer.close();
    const taker = await fixture.connect('taker');
    taker.connection.send(market(1, 1, Side.Ask, 4));
    await taker.connection.whenAnswered();
    expect(taker.reports).toHaveLength(2);
    await until(() => fixture.sessions.size === 1, 'the ghost’s end');
    await expect(fixture.connect('ghost')).rejects.toMatchObject({ code: 'LOGON_REFUSED' });
    const token = fixture.sessions.clients.ofName('ghost')?.token as string;
    const back = await fixture.connect('ghost', { resume: { token } });
    back.connection.send(cancel(1, 1));
    await back.connection.whenAnswered();
    expect(back.reports).toMatchObject([{ type: ReportType.Cancelled, quantity: 6 }]);
  });

  it('serves 200 clients at once, each its own numbers', async () => {
    fixture = await startEntryFixture();
    const clients = await Promise.all(
      Array.from({ length: 200 }, (_, i) => fixture.connect(`client-${i}`)),
    );
    clients[0]?.connection.send(listing('ABC'));
    await clients[0]?.connection.whenAnswered();
    for (let round = 1; round <= 20; round++) {
      for (const [i, { connection }] of clients.entries()) {
        const side = i % 2 === 0 ? Side.Bid : Side.Ask;
        connection.send(limit(1, round, side, 100, 1, TimeInForce.Gtc));
      }
    }
    await Promise.all(clients.map(({ connection }) => connection.whenAnswered()));
    const fills = () => clients.flatMap(({ reports }) => reports).filter(isFill).length;
    await until(() => fills() === 4000, 'every order filled against another');
    for (const [i, { reports }] of clients.entries()) {
      const accepted = reports.filter(({ type }) => type === ReportType.Accepted);
      const first = i === 0 ? 2 : 1;
      expect(accepted.map(({ command }) => command)).toEqual(
        Array.from({ length: 20 }, (_, n) => n + first),
      );
    }
    expect(fixture.engine.market.openOrders).toBe(0);
  });

  it('makes a client that sends a lot wait, and answers everything', async () => {
    fixture = await startEntryFixture();
    const client = await fixture.connect('busy');
    const { connection } = client;
    let answered = 0;
    let mostUnanswered = 0;
    connection.onReport(() => answered++);
    connection.send(listing('ABC'));
    for (let id = 1; id <= 50_000; id++) {
      if (id % 2 === 1) connection.send(limit(1, id, Side.Bid, 1 + (id % 97), 1));
      else connection.send(cancel(1, id - 1));
      mostUnanswered = Math.max(mostUnanswered, connection.unanswered);
      if (id % 100 === 0) await connection.whenDrained();
    }
    await connection.whenAnswered();
    expect(answered).toBe(50_001);
    expect(mostUnanswered).toBeLessThan(COMMAND_WINDOW + 200);
    expect(fixture.engine.market.openOrders).toBe(0);
  });

  it('keeps the reports of a slow peer, in order, and ends the session of one that never reads', async () => {
    fixture = await startEntryFixture({ highWaterMark: 10 });
    const { sessions } = fixture;
    const good = await fixture.connect('good');
    const slow = rawPeer(10);
    await slow.send(bytesOf((writer) => encodeLogon(writer, { name: 'slow' })));
    await until(() => sessions.ofOwner(2) !== undefined, 'the slow one’s log-on');
    let sent = 0;
    const isHeld = () => {
      const session = sessions.ofOwner(2);
      return session?.isDelivering === true && session.hasOutput;
    };
    // Nothing is read until its socket is full and the session holds what comes on top.
    while (!isHeld()) {
      const frame = bytesOf((writer) => {
        for (let i = 0; i < 600; i++) encodeCommand(writer, ++sent, cancel(1, sent));
      });
      await slow.send(frame);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const deaf = rawPeer(10);
    await deaf.send(bytesOf((writer) => encodeLogon(writer, { name: 'deaf' })));
    const questions = bytesOf((writer) => {
      for (let i = 0; i < 800; i++) encodeFindInstrument(writer, 'ABC');
    });
    while (sessions.stats.ended === 0) await deaf.send(questions.slice());
    expect(sessions.ofOwner(3)).toBeUndefined();
    // Everybody else is served meanwhile.
    good.connection.send(listing('ABC'));
    await good.connection.whenAnswered();
    // And the slow one gets all of it once it reads.
    let answered = 0;
    while (answered < sent) {
      for (const message of await answers(slow)) {
        if (typeof message === 'number') continue;
        answered += 1;
        if (message.command !== answered) throw new Error(`${message.command}, not ${answered}`);
      }
    }
    await until(() => sessions.ofOwner(2)?.hasOutput === false, 'an empty queue');
  });

  it('logs on again to an engine that comes back, and says what was lost', async () => {
    fixture = await startEntryFixture();
    const client = await fixture.connect('steady');
    const events: string[] = [];
    client.connection.onEvent(({ type }) => events.push(type));
    client.connection.send(listing('ABC'));
    await client.connection.whenAnswered();
    await fixture.server.close();
    await until(() => events.includes('disconnected'), 'the farewell');
    const { endpoint } = fixture;
    fixture = await startEntryFixture({ endpoint });
    await until(() => events.includes('logged-on'), 'the new session');
    client.connection.send(limit(1, 1, Side.Bid, 1, 1));
    await client.connection.whenAnswered();
    expect(client.reports.at(-1)).toMatchObject({ reason: Reason.UnknownInstrument, command: 2 });
    await client.connection.close();
  });
});

function isFill(report: Report): boolean {
  return report.type === ReportType.Filled;
}
