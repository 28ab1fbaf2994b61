/** What an overloaded engine still takes, what it refuses, and what waits. */

import { describe, expect, it } from 'vitest';
import { type InstrumentId, Side } from '../../feed/index.ts';
import {
  ENTRY_TIMEOUT_MS,
  encodeCommand,
  encodeHeartbeat,
  MAX_QUEUED_REPORT_BYTES,
  MassCancelSide,
  MessageType,
  Reason,
  ReportType,
} from '../protocol/index.ts';
import { bid, bookUpdate, cancel, limit, listing, massCancel, modify } from '../testing/orders.ts';
import { virtualEntry } from '../testing/virtual-entry.ts';

function overloadable() {
  const gate = { isClosed: false };
  return { gate, ...virtualEntry({ isOverloaded: () => gate.isClosed }) };
}

describe('an overloaded engine', () => {
  it('refuses new work, says when to try again, and takes cancels', () => {
    const { gate, logon, send, drain, engine } = overloadable();
    logon('a');
    send('a', 1, listing('ABC'));
    for (const id of [1, 2, 3]) send('a', 1 + id, limit(1, id, Side.Bid, 100, 5));
    drain(1);
    gate.isClosed = true;
    const { transaction } = engine.sequencer;
    send('a', 5, limit(1, 4, Side.Bid, 100, 5));
    send('a', 6, modify(1, 1, 101, 5));
    send('a', 7, listing('DEF'));
    const refused = { type: ReportType.Rejected, transaction: 0, reason: Reason.Overloaded };
    expect(drain(1)).toMatchObject([
      { ...refused, command: 5, clientOrderId: 4, retryAfterMs: 100 },
      { ...refused, command: 6, clientOrderId: 1 },
      { ...refused, command: 7 },
    ]);
    expect(engine.sequencer.transaction).toBe(transaction);
    send('a', 8, cancel(1, 1));
    send('a', 9, massCancel(0, MassCancelSide.Both));
    expect(drain(1)).toMatchObject([
      'next 5',
      { type: ReportType.Cancelled, command: 8 },
      { type: ReportType.Cancelled, command: 9 },
      { type: ReportType.Cancelled, command: 9 },
      { type: ReportType.MassCancelled, command: 9 },
    ]);
    gate.isClosed = false;
    send('a', 10, limit(1, 4, Side.Bid, 100, 5));
    expect(drain(1)).toMatchObject(['next 9', { type: ReportType.Accepted, command: 10 }]);
  });

  it('lets who asked for that wait, in order and without loss, and nobody else', () => {
    const { gate, logon, send, say, drain, pass, engine } = overloadable();
    logon('player', 'player', { waitsWhenOverloaded: true });
    logon('desk');
    send('player', 1, listing('ABC'));
    send('desk', 1, limit(1, 1, Side.Bid, 100, 5));
    for (const owner of [1, 2]) drain(owner);
    gate.isClosed = true;
    for (const id of [1, 2, 3]) send('player', 1 + id, limit(1, id, Side.Ask, 200, 1));
    send('player', 5, cancel(1, 2));
    send('desk', 2, limit(1, 2, Side.Bid, 100, 5));
    expect(drain(2)).toMatchObject([{ command: 2, reason: Reason.Overloaded }]);
    for (let i = 0; i < 30; i += 1) {
      say('player', encodeHeartbeat);
      pass(ENTRY_TIMEOUT_MS / 10);
    }
    expect(drain(1)).toEqual([MessageType.Heartbeat]);
    expect(engine.market.openOrdersOf(1)).toBe(0);
    gate.isClosed = false;
    // What comes now may not overtake what waits.
    send('player', 6, limit(1, 4, Side.Ask, 200, 1));
    pass(50);
    const reports = drain(1).filter((said) => typeof said === 'object');
    expect(reports.map(({ command }) => command)).toEqual([2, 3, 4, 5, 6]);
    expect(reports.map(({ type }) => type)).toEqual([1, 1, 1, ReportType.Cancelled, 1]);
    expect(engine.market.openOrdersOf(1)).toBe(3);
  });

  it('tears no frame of one that waits: what has begun is done', () => {
    let looks = 0;
    const { logon, say, drain } = virtualEntry({
      isOverloaded: () => {
        looks += 1;
        return looks > 1;
      },
    });
    logon('player', 'player', { waitsWhenOverloaded: true });
    drain(1);
    // The gate closes between the two.
    say('player', (writer) => {
      encodeCommand(writer, 1, listing('ABC'));
      encodeCommand(writer, 2, limit(1, 1, Side.Ask, 200, 1));
    });
    expect(looks).toBe(1);
    expect(drain(1)).toMatchObject([
      'next 1',
      { type: ReportType.InstrumentListed },
      { type: ReportType.Accepted, command: 2 },
    ]);
  });

  it('stops in the middle of what waits when it is overloaded again', () => {
    const { gate, logon, send, pass, engine } = overloadable();
    logon('player', 'player', { waitsWhenOverloaded: true });
    send('player', 1, listing('ABC'));
    gate.isClosed = true;
    for (let id = 1; id <= 9; id += 1) send('player', 1 + id, limit(1, id, Side.Ask, 200, 1));
    const { flush } = engine;
    engine.flush = () => {
      flush.call(engine);
      gate.isClosed = engine.market.openOrdersOf(1) % 3 === 0;
    };
    for (const done of [3, 6, 9, 9]) {
      gate.isClosed = false;
      pass(50);
      expect(engine.market.openOrdersOf(1)).toBe(done);
    }
  });

  it('ends the session of one that keeps sending beyond all bounds, and gets it again later', () => {
    const { gate, logon, send, say, replied, table, token, engine } = overloadable();
    logon('player', 'player', { waitsWhenOverloaded: true });
    send('player', 1, listing('ABC'));
    gate.isClosed = true;
    const levels = Array.from({ length: 10_000 }, (_, i) => bid(i + 1, 1));
    let number = 1;
    for (let bytes = 0; bytes <= MAX_QUEUED_REPORT_BYTES; bytes += 240_000) {
      number += 1;
      say('player', (writer) => {
        encodeCommand(writer, number, bookUpdate(1 as InstrumentId, levels));
      });
    }
    expect(table.size).toBe(0);
    expect(replied('player')).toEqual([`logoff ${Reason.Overloaded}`]);
    // Nothing of it was done, and the client knows: the numbers are still its own.
    gate.isClosed = false;
    logon('again', 'player', { waitsWhenOverloaded: true, token: token(1) });
    expect(table.ofOwner(1)?.account.lastCommand).toBe(1);
    expect(engine.market.instruments).toHaveLength(1);
  });
});
