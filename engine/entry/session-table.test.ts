/** Sessions without sockets, on a clock that the test moves: heartbeats, time-outs, limits, queues. */

import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import {
  ENTRY_HEARTBEAT_INTERVAL_MS,
  ENTRY_TIMEOUT_MS,
  encodeCommand,
  encodeHeartbeat,
  encodeLogoff,
  encodeLogon,
  LogonOffset,
  MAX_QUEUED_REPORT_BYTES,
  MessageType,
  REPORT_LOG_BYTES,
  RESUME_WINDOW_MS,
  Reason,
  ReportType,
} from '../protocol/index.ts';
import { cancel, limit, listing, market } from '../testing/orders.ts';
import { virtualEntry } from '../testing/virtual-entry.ts';
import type { EntrySession } from './session.ts';

describe('SessionTable', () => {
  it('says a heartbeat where nothing else was said for an interval', () => {
    const { clock, table, logon, drain } = virtualEntry();
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
    const { clock, table, logon, say, replied } = virtualEntry();
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
    const { table, logon, say, replied, drain } = virtualEntry();
    say('a', (writer) => {
      encodeLogon(writer, { name: 'a' });
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

  it('takes commands up to a log-off in the same frame, and refuses those behind it', () => {
    const { say, replied, engine } = virtualEntry();
    say('a', (writer) => {
      encodeLogon(writer, { name: 'a' });
      encodeCommand(writer, 1, listing('ABC'));
      encodeLogoff(writer, Reason.ByRequest);
      encodeCommand(writer, 2, listing('DEF'));
    });
    expect(engine.market.instruments).toHaveLength(1);
    expect(replied('a')).toMatchObject([{ reason: Reason.NotLoggedOn, command: 2 }]);
  });

  it('skips the rest of a frame whose lengths do not fit, and takes the next one', () => {
    const { say, drain, engine } = virtualEntry();
    say('a', (writer) => {
      encodeLogon(writer, { name: 'a' });
      encodeCommand(writer, 1, listing('ABC'));
      writer.open(MessageType.Heartbeat, 8);
      writer.u32(4, 2 ** 32 - 8);
      encodeCommand(writer, 2, listing('DEF'));
    });
    say('a', (writer) => encodeCommand(writer, 3, listing('GHI')));
    expect(drain(1)).toMatchObject([
      MessageType.LoggedOn,
      'next 1',
      { type: ReportType.InstrumentListed, symbol: 'ABC' },
      { type: ReportType.Rejected, command: 0, reason: Reason.BadMessage },
      { type: ReportType.InstrumentListed, symbol: 'GHI' },
    ]);
    expect(engine.market.instruments).toHaveLength(2);
  });

  it('notices a client that is too far behind, frame by frame', () => {
    const { table, logon } = virtualEntry();
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

describe('a client that comes back', () => {
  it('is told what it missed, and what it has done is not done again', () => {
    const { logon, send, drain, token, engine } = virtualEntry();
    logon('a');
    logon('b');
    send('a', 1, listing('ABC'));
    send('a', 2, limit(1, 11, Side.Bid, 100, 5));
    expect(drain(1)).toMatchObject([
      MessageType.LoggedOn,
      'next 1',
      { command: 1 },
      { command: 2 },
    ]);
    // Its connection is cut: what it sends goes nowhere, what it is told is not heard.
    send('b', 1, market(1, 1, Side.Ask, 5));
    logon('a2', 'a', { token: token(1), lastReport: 1 });
    send('a2', 2, limit(1, 11, Side.Bid, 100, 5));
    send('a2', 3, cancel(1, 11));
    expect(drain(1)).toMatchObject([
      MessageType.LoggedOn,
      'next 2',
      { type: ReportType.Accepted, command: 2 },
      { type: ReportType.Filled, command: 0, leaves: 0 },
      { type: ReportType.Rejected, command: 2, reason: Reason.CommandRepeated },
      { type: ReportType.Rejected, command: 3, reason: Reason.UnknownOrder },
    ]);
    expect(engine.sequencer.transaction).toBe(4);
  });

  it('takes over its half-dead session at once, which is told', () => {
    const { table, logon, replied, token } = virtualEntry();
    logon('a');
    logon('a2', 'a', { token: token(1) });
    expect(replied('a')).toEqual([`logoff ${Reason.TakenOver}`]);
    expect(table.ofOwner(1)?.peer).toBe('a2');
    expect(table.size).toBe(1);
  });

  it('is told again of refusals that no transaction had', () => {
    const { logon, say, send, drain, token } = virtualEntry();
    logon('a');
    send('a', 1, listing('ABC'));
    say('a', (writer) => {
      writer.open(MessageType.NewOrder, 48);
      writer.u8(1, 7);
      writer.i64(8, 2);
    });
    drain(1);
    logon('a2', 'a', { token: token(1), lastReport: 1 });
    expect(drain(1)).toMatchObject([
      MessageType.LoggedOn,
      { type: ReportType.Rejected, command: 2, transaction: 0, reason: Reason.BadField },
    ]);
  });

  it('is told which reports are gone', () => {
    const { logon, send, drain, token } = virtualEntry();
    logon('a');
    for (let number = 1; number <= 50_000; number++) send('a', number, cancel(1, number));
    drain(1);
    logon('a2', 'a', { token: token(1), lastReport: 10 });
    const [, lost, next, first, ...rest] = drain(1).filter(
      (message, index) => index < 4 || !String(message).startsWith('next'),
    );
    const kept = rest.length + 1;
    expect(kept).toBeGreaterThan(REPORT_LOG_BYTES / 32 / 2 - 1);
    expect(lost).toBe(`lost 11 to ${50_000 - kept}`);
    expect(next).toBe(`next ${50_001 - kept}`);
    expect(first).toMatchObject({ command: 50_001 - kept });
    expect(rest.at(-1)).toMatchObject({ command: 50_000 });
  });

  it('keeps its name from strangers for as long as it has state', () => {
    const { clock, table, logon, say, send, replied, token } = virtualEntry();
    logon('a');
    say('a', encodeHeartbeat);
    clock.nowMs = ENTRY_TIMEOUT_MS;
    table.endSilent();
    replied('a');
    logon('stranger', 'a');
    logon('forger', 'a', { token: token(77) });
    expect(replied('stranger')).toEqual([`logoff ${Reason.WrongToken}`]);
    clock.nowMs += RESUME_WINDOW_MS;
    logon('stranger', 'a');
    expect(table.ofOwner(1)?.peer).toBe('stranger');
    // With an open order it is the stranger's, whatever the time, and also after its log-off.
    send('stranger', 1, listing('ABC'));
    send('stranger', 2, limit(1, 1, Side.Bid, 1, 1));
    say('stranger', (writer) => encodeLogoff(writer, Reason.ByRequest));
    clock.nowMs += 10 * RESUME_WINDOW_MS;
    replied('a');
    logon('a', 'a', { token: token(1) });
    expect(replied('a')).toEqual([`logoff ${Reason.WrongToken}`]);
    logon('again', 'a', { token: token(2) });
    send('again', 3, cancel(1, 1));
    say('again', (writer) => encodeLogoff(writer, Reason.ByRequest));
    logon('a');
    expect(table.ofOwner(1)?.peer).toBe('a');
  });

  it('needs no token for a name that it left open', () => {
    const { table, logon, say, send, replied, token } = virtualEntry();
    logon('a', 'a', { isOpen: true });
    send('a', 1, listing('ABC'));
    send('a', 2, limit(1, 1, Side.Bid, 1, 1));
    logon('b', 'a');
    expect(replied('b')).toEqual([`logoff ${Reason.NameInUse}`]);
    say('a', (writer) => encodeLogoff(writer, Reason.ByRequest));
    logon('b', 'a', { token: token(9) });
    expect(replied('b')).toEqual([`logoff ${Reason.WrongToken}`]);
    logon('b', 'a', { isOpen: true });
    expect(table.ofOwner(1)?.account).toMatchObject({ lastCommand: 2, token: token(2) });
  });
});

describe('a full directory', () => {
  it('forgets the client without state that logged on the longest ago, for good', () => {
    const { table, logon, say, send, replied, token } = virtualEntry({ maxClients: 3 });
    const leave = (peer: string) => say(peer, (writer) => encodeLogoff(writer, Reason.ByRequest));
    for (const peer of ['a', 'b', 'c']) logon(peer);
    send('a', 1, listing('ABC'));
    send('a', 2, limit(1, 1, Side.Bid, 1, 1));
    for (const peer of ['a', 'b', 'c']) leave(peer);
    logon('d');
    expect(table.clients.ofName('b')).toBeUndefined();
    expect(table.clients.ofName('a')).toBeDefined();
    expect(table.clients.ofName('d')?.owner).toBe(4);
    // Who was forgotten is a new client, with the token of before or without.
    logon('b', 'b', { token: token(2) });
    expect(table.clients.ofName('b')).toMatchObject({ owner: 5, lastCommand: 0 });
    logon('e');
    expect(replied('e')).toEqual([`logoff ${Reason.TooManyClients}`]);
    expect(table.clients.size).toBe(3);
  });
});

describe('a client that asks for too much', () => {
  it('is refused with the time to wait, from session to session, and nobody else is', () => {
    const { clock, logon, send, drain, token } = virtualEntry({
      rateLimit: { perSecond: 10, burst: 2 },
    });
    logon('a');
    for (let number = 1; number <= 3; number++) send('a', number, cancel(1, number));
    const refused = { command: 3, transaction: 0, reason: Reason.RateLimited, retryAfterMs: 100 };
    expect(drain(1).at(-1)).toMatchObject(refused);
    logon('a2', 'a', { token: token(1), lastReport: 2 });
    send('a2', 3, cancel(1, 3));
    send('a2', 4, cancel(1, 4));
    expect(drain(1)).toMatchObject([
      MessageType.LoggedOn,
      refused,
      { command: 3, reason: Reason.CommandRepeated },
      { command: 4, reason: Reason.RateLimited },
    ]);
    logon('b');
    send('b', 1, cancel(1, 1));
    expect(drain(2).at(-1)).toMatchObject({ command: 1, reason: Reason.UnknownInstrument });
    clock.nowMs += 100;
    send('a2', 5, cancel(1, 5));
    expect(drain(1).at(-1)).toMatchObject({ command: 5, reason: Reason.UnknownInstrument });
  });
});

describe('an engine that starts again', () => {
  it('knows its clients by what it was told of them, and goes on counting for each', () => {
    const before = virtualEntry();
    before.logon('a');
    before.logon('b', 'b', { isOpen: true });
    const { token } = before;
    const { table, logon, replied, drain, engine, claims } = virtualEntry();
    for (const claim of before.claims) table.clients.restore(claim, 0);
    // What it had done for them is done again, from a journal.
    engine.sequencer.apply(1, 1, 0, 1, 7, listing('ABC'));
    logon('stranger', 'a');
    expect(replied('stranger')).toEqual([`logoff ${Reason.WrongToken}`]);
    logon('a', 'a', { token: token(1), lastReport: 0 });
    expect(drain(1)).toMatchObject([MessageType.LoggedOn, 'next 1', { command: 7 }]);
    expect(table.ofOwner(1)?.account.lastCommand).toBe(7);
    logon('c');
    expect(claims).toMatchObject([{ name: 'c', owner: 3 }]);
  });
});
