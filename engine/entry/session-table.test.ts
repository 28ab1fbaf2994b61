/** Sessions without sockets, on a clock that the test moves: heartbeats, time-outs, limits, queues. */

import { describe, expect, it } from 'vitest';
import { crc32 } from '../../feed/process/index.ts';
import { Engine } from '../engine.ts';
import {
  decodeLogoff,
  decodeReport,
  ENTRY_HEARTBEAT_INTERVAL_MS,
  ENTRY_TIMEOUT_MS,
  encodeCommand,
  encodeHeartbeat,
  encodeLogoff,
  encodeLogon,
  LogonOffset,
  MAX_QUEUED_REPORT_BYTES,
  MessageReader,
  MessageType,
  MessageWriter,
  Reason,
  type Report,
  ReportType,
} from '../protocol/index.ts';
import { listing } from '../testing/orders.ts';
import { ClientDirectory } from './client-directory.ts';
import { ReportRouter } from './report-router.ts';
import type { EntrySession } from './session.ts';
import { SessionTable } from './session-table.ts';

const EPOCH = { seconds: 1, random: 2 };

function setUp(maxClients = 100) {
  const clock = { nowMs: 0 };
  const replies: { peer: string; frame: Uint8Array }[] = [];
  const table = new SessionTable({
    epoch: EPOCH,
    clients: new ClientDirectory(maxClients),
    nowMs: () => clock.nowMs,
    log: { info: () => {}, warn: () => {} },
    reply: (peer, frame) => replies.push({ peer, frame }),
  });
  const engine = new Engine({
    epoch: EPOCH,
    wallClock: () => {},
    crc32,
    sink: () => {},
    reports: new ReportRouter(table),
  });
  table.connect(engine);
  const say = (peer: string, write: (writer: MessageWriter) => void) => {
    const writer = new MessageWriter();
    write(writer);
    table.receive(peer, writer.take());
  };
  return {
    clock,
    table,
    engine,
    say,
    logon: (peer: string, name = peer) => say(peer, (writer) => encodeLogon(writer, name)),
    /** Everything said to a peer outside a session, as log-off reasons or reports. */
    replied: (peer: string) =>
      replies.splice(0).flatMap((reply) => (reply.peer === peer ? read(reply.frame) : [])),
    /** Everything that waits for a session, as its socket would take it. */
    drain(owner: number): (Report | number | string)[] {
      const session = table.ofOwner(owner) as EntrySession;
      const all: (Report | number | string)[] = [];
      for (let frame = session.next(); frame !== undefined; frame = session.next()) {
        all.push(...read(frame));
        session.sent(clock.nowMs);
      }
      session.isDirty = false;
      table.dirty.length = 0;
      return all;
    },
  };
}

/** Reports as they are, log-offs as `logoff REASON`, other messages by their type. */
function read(frame: Uint8Array): (Report | number | string)[] {
  const reader = new MessageReader();
  const messages: (Report | number | string)[] = [];
  reader.open(frame);
  while (reader.next()) {
    if (reader.type === MessageType.Logoff) messages.push(`logoff ${decodeLogoff(reader)}`);
    else messages.push(decodeReport(reader) ?? reader.type);
  }
  return messages;
}

describe('SessionTable', () => {
  it('says a heartbeat where nothing else was said for an interval', () => {
    const { clock, table, logon, drain } = setUp();
    logon('a');
    expect(drain(1)).toEqual([MessageType.LoggedOn]);
    clock.nowMs = ENTRY_HEARTBEAT_INTERVAL_MS - 1;
    table.poll();
    expect(drain(1)).toEqual([]);
    clock.nowMs += 1;
    table.poll();
    table.poll();
    expect(drain(1)).toEqual([MessageType.Heartbeat]);
    table.poll();
    expect(drain(1)).toEqual([]);
  });

  it('ends a session of which nothing was heard, and no other', () => {
    const { clock, table, logon, say, replied } = setUp();
    logon('a');
    logon('b');
    clock.nowMs = ENTRY_TIMEOUT_MS - 1;
    say('b', encodeHeartbeat);
    table.endSilent();
    expect(table.size).toBe(2);
    clock.nowMs += 1;
    table.endSilent();
    expect(table.size).toBe(1);
    expect(replied('a')).toEqual([`logoff ${Reason.HeartbeatLost}`]);
    // The name is free at once, and keeps its owner number.
    logon('c', 'a');
    expect(table.ofOwner(1)?.peer).toBe('c');
  });

  it('refuses another version, another live session of the name, and a second name in a session', () => {
    const { table, logon, say, replied, drain } = setUp();
    say('a', (writer) => {
      encodeLogon(writer, 'a');
      writer.u8(LogonOffset.Version, 2);
    });
    expect(replied('a')).toEqual([`logoff ${Reason.WrongVersion}`]);
    logon('a');
    logon('b', 'a');
    expect(replied('b')).toEqual([`logoff ${Reason.NameInUse}`]);
    logon('a', 'other');
    expect(replied('a')).toEqual([`logoff ${Reason.BadMessage}`]);
    logon('a');
    expect(drain(1)).toEqual([MessageType.LoggedOn, MessageType.LoggedOn]);
    expect(table.size).toBe(1);
  });

  it('remembers only so many names', () => {
    const { logon, say, replied } = setUp(2);
    for (const peer of ['a', 'b', 'c']) {
      logon(peer);
      say(peer, (writer) => encodeLogoff(writer, Reason.ByRequest));
    }
    expect(replied('c')).toEqual([
      `logoff ${Reason.TooManyClients}`,
      `logoff ${Reason.NotLoggedOn}`,
    ]);
    logon('d', 'b');
    expect(replied('d')).toEqual([]);
  });

  it('takes commands up to a log-off in the same frame, and refuses those behind it', () => {
    const { say, replied, engine } = setUp();
    say('a', (writer) => {
      encodeLogon(writer, 'a');
      encodeCommand(writer, 1, listing('ABC'));
      encodeLogoff(writer, Reason.ByRequest);
      encodeCommand(writer, 2, listing('DEF'));
    });
    expect(engine.market.instruments).toHaveLength(1);
    expect(replied('a')).toMatchObject([{ reason: Reason.NotLoggedOn, command: 2 }]);
  });

  it('skips the rest of a frame whose lengths do not fit, and takes the next one', () => {
    const { say, drain, engine } = setUp();
    say('a', (writer) => {
      encodeLogon(writer, 'a');
      encodeCommand(writer, 1, listing('ABC'));
      writer.open(MessageType.Heartbeat, 8);
      writer.u32(4, 2 ** 32 - 8);
      encodeCommand(writer, 2, listing('DEF'));
    });
    say('a', (writer) => encodeCommand(writer, 3, listing('GHI')));
    expect(drain(1)).toMatchObject([
      MessageType.LoggedOn,
      { type: ReportType.InstrumentListed, symbol: 'ABC' },
      { type: ReportType.Rejected, command: 0, reason: Reason.BadMessage },
      { type: ReportType.InstrumentListed, symbol: 'GHI' },
    ]);
    expect(engine.market.instruments).toHaveLength(2);
  });

  it('notices a client that is too far behind, frame by frame', () => {
    const { table, logon } = setUp();
    logon('a');
    const session = table.ofOwner(1) as EntrySession;
    const bytes = 8192;
    let queued = session.next()?.length ?? 0;
    while (queued + bytes <= MAX_QUEUED_REPORT_BYTES) {
      session.writer().open(MessageType.Filled, bytes);
      queued += bytes;
    }
    expect(session.isTooFarBehind).toBe(false);
    session.writer().open(MessageType.Filled, bytes);
    expect(session.isTooFarBehind).toBe(true);
    session.next();
    session.sent(0);
    expect(session.isTooFarBehind).toBe(false);
    table.end(session, Reason.SlowClient);
    expect(table.size).toBe(0);
  });
});
