/** Cancel on disconnect, in virtual time: who is held for gone, when, and what a restart makes of it. */

import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import {
  CommandType,
  ENTRY_HEARTBEAT_INTERVAL_MS,
  ENTRY_TIMEOUT_MS,
  encodeHeartbeat,
  encodeLogoff,
  MAX_MASS_CANCEL,
  MessageType,
  MIN_ENTRY_HEARTBEAT_MS,
  Reason,
  ReportType,
} from '../protocol/index.ts';
import { KeptCommands } from '../testing/kept-commands.ts';
import { cancel, limit, listing } from '../testing/orders.ts';
import { type VirtualEntry, virtualEntry } from '../testing/virtual-entry.ts';
import type { ClientIdentity } from './client-directory.ts';
import type { EntrySession } from './session.ts';

const WISH = { cancelOnDisconnect: true };

/** Client a with two orders on a listed instrument; returns the number of its next command. */
function trade(entry: VirtualEntry, peer = 'a', first = 1): void {
  entry.send(peer, first, listing('ABC'));
  entry.send(peer, first + 1, limit(1, 11, Side.Bid, 100, 5));
  entry.send(peer, first + 2, limit(1, 12, Side.Ask, 200, 7));
  entry.engine.flush();
}

const open = (entry: VirtualEntry, owner = 1) => entry.engine.market.openOrdersOf(owner);
const goodbye = (entry: VirtualEntry, peer: string) =>
  entry.say(peer, (writer) => encodeLogoff(writer, Reason.ByRequest));

describe('cancel on disconnect', () => {
  it('takes back the orders of a client that is silent for ten heartbeats, and reports each', () => {
    const entry = virtualEntry();
    entry.logon('a', 'a', WISH);
    entry.logon('b', 'b', WISH);
    entry.logon('c');
    trade(entry);
    entry.send('b', 1, limit(1, 11, Side.Bid, 99, 1));
    entry.send('c', 1, limit(1, 11, Side.Bid, 99, 1));
    entry.pass(ENTRY_TIMEOUT_MS - ENTRY_HEARTBEAT_INTERVAL_MS);
    entry.say('b', encodeHeartbeat);
    entry.pass(ENTRY_HEARTBEAT_INTERVAL_MS - 1);
    expect(open(entry)).toBe(2);
    entry.pass(1);
    expect([1, 2, 3].map((owner) => open(entry, owner))).toEqual([0, 1, 1]);
    expect(entry.kept(1).slice(-3)).toMatchObject([
      { type: ReportType.Cancelled, command: 0, clientOrderId: 11, reason: Reason.Disconnected },
      { type: ReportType.Cancelled, command: 0, clientOrderId: 12, reason: Reason.Disconnected },
      { type: ReportType.MassCancelled, command: 0, count: 2, isComplete: true },
    ]);
    // All in one transaction, and nothing more of it later.
    const { transaction } = entry.engine.sequencer;
    expect(entry.kept(1).at(-1)?.transaction).toBe(transaction);
    entry.pass(ENTRY_TIMEOUT_MS);
    expect(entry.kept(1).at(-1)?.transaction).toBe(transaction);
  });

  it('is done at once for a client that says goodbye', () => {
    const entry = virtualEntry();
    entry.logon('a', 'a', WISH);
    trade(entry);
    goodbye(entry, 'a');
    expect(open(entry)).toBe(0);
    entry.logon('b');
    entry.send('b', 1, limit(1, 11, Side.Bid, 99, 1));
    goodbye(entry, 'b');
    entry.pass(2 * ENTRY_TIMEOUT_MS);
    expect(open(entry, 2)).toBe(1);
  });

  it('tells a client that comes back later what it has lost', () => {
    const entry = virtualEntry();
    entry.logon('a', 'a', WISH);
    trade(entry);
    entry.drain(1);
    entry.pass(ENTRY_TIMEOUT_MS);
    entry.logon('a2', 'a', { token: entry.token(1), lastReport: 3 });
    expect(entry.drain(1)).toMatchObject([
      MessageType.LoggedOn,
      'next 4',
      { clientOrderId: 11, reason: Reason.Disconnected },
      { clientOrderId: 12, reason: Reason.Disconnected },
      { type: ReportType.MassCancelled },
    ]);
    // Its own counting goes on where it was.
    entry.send('a2', 4, limit(1, 13, Side.Bid, 100, 5));
    expect(entry.drain(1).at(-1)).toMatchObject({ type: ReportType.Accepted, command: 4 });
    entry.send('a2', 5, cancel(1, 13));
    expect(entry.drain(1).at(-1)).toMatchObject({ command: 5, reason: Reason.ByRequest });
  });

  it.each([Reason.HeartbeatLost, Reason.SlowClient])(
    'waits ten heartbeats for a client whose session ended early (%i)',
    (reason) => {
      const entry = virtualEntry();
      entry.logon('a', 'a', WISH);
      trade(entry);
      entry.table.end(entry.table.ofOwner(1) as EntrySession, reason);
      entry.pass(ENTRY_TIMEOUT_MS - 1);
      entry.logon('a2', 'a', { ...WISH, token: entry.token(1) });
      entry.pass(2);
      expect(open(entry)).toBe(2);
      entry.table.end(entry.table.ofOwner(1) as EntrySession, reason);
      entry.pass(ENTRY_TIMEOUT_MS);
      expect(open(entry)).toBe(0);
    },
  );

  it('is not done when the client itself takes over from its old session', () => {
    const entry = virtualEntry();
    entry.logon('a', 'a', WISH);
    trade(entry);
    entry.logon('a2', 'a', { ...WISH, token: entry.token(1) });
    for (let i = 0; i < 20; i++) {
      entry.say('a2', encodeHeartbeat);
      entry.pass(ENTRY_HEARTBEAT_INTERVAL_MS);
    }
    expect(open(entry)).toBe(2);
  });

  it.each([
    [true, 0],
    [false, 2],
  ])('follows the choice of the newest log-on: %s leaves %i orders', (choice, left) => {
    const entry = virtualEntry();
    entry.logon('a', 'a', { cancelOnDisconnect: !choice });
    trade(entry);
    entry.logon('a2', 'a', { cancelOnDisconnect: choice, token: entry.token(1) });
    entry.pass(ENTRY_TIMEOUT_MS);
    expect(open(entry)).toBe(left);
    // A restart is told of a choice only when it is another one than before.
    expect(entry.claims.map(({ cancelOnDisconnect }) => cancelOnDisconnect)).toEqual([
      !choice,
      choice,
    ]);
    entry.logon('a3', 'a', { cancelOnDisconnect: choice, token: entry.token(1) });
    expect(entry.claims).toHaveLength(2);
  });

  it('keeps to the heartbeat that the client has chosen', () => {
    const entry = virtualEntry();
    entry.logon('a', 'a', { ...WISH, heartbeatMs: MIN_ENTRY_HEARTBEAT_MS });
    trade(entry);
    entry.drain(1);
    entry.pass(MIN_ENTRY_HEARTBEAT_MS);
    expect(entry.drain(1)).toEqual([MessageType.Heartbeat]);
    entry.pass(9 * MIN_ENTRY_HEARTBEAT_MS - 1);
    expect(open(entry)).toBe(2);
    entry.pass(1);
    expect(open(entry)).toBe(0);
    expect(entry.table.size).toBe(0);
  });

  it('is not in any client’s power', () => {
    const entry = virtualEntry();
    entry.logon('a');
    trade(entry);
    entry.drain(1);
    entry.send('a', 4, { type: CommandType.OwnerGone });
    expect(entry.drain(1)).toMatchObject([{ command: 4, reason: Reason.BadMessage }]);
    expect(open(entry)).toBe(2);
  });

  it('hears its clients first when the engine itself has slept', () => {
    const entry = virtualEntry();
    entry.logon('a', 'a', WISH);
    entry.logon('b', 'b', WISH);
    trade(entry);
    entry.send('b', 1, limit(1, 11, Side.Bid, 99, 1));
    entry.pass(50);
    // A minute without a poll: both heartbeats are still in the sockets.
    entry.sleep(60_000);
    expect(open(entry)).toBe(2);
    entry.say('b', encodeHeartbeat);
    entry.pass(1500);
    expect([open(entry), open(entry, 2)]).toEqual([0, 1]);
  });

  it('takes as many commands as it needs', () => {
    const entry = virtualEntry({ rateLimit: { perSecond: 1e9, burst: 1e9 } });
    entry.logon('a', 'a', WISH);
    entry.send('a', 1, listing('ABC'));
    for (let id = 1; id <= MAX_MASS_CANCEL + 1; id++) {
      entry.send('a', 1 + id, limit(1, id, Side.Bid, 100, 1));
    }
    entry.pass(ENTRY_TIMEOUT_MS);
    expect(open(entry)).toBe(1);
    entry.pass(50);
    expect(open(entry)).toBe(0);
    // Sixty-five thousand orders take a second, and longer on a busy machine.
  }, 30_000);
});

describe('cancel on disconnect with a journal', () => {
  it('is a command: played again it cancels the same orders, and each is told the same', () => {
    const log = new KeptCommands();
    const entry = virtualEntry({ log });
    entry.logon('a', 'a', WISH);
    trade(entry);
    entry.pass(ENTRY_TIMEOUT_MS);
    entry.logon('a2', 'a', { token: entry.token(1) });
    entry.send('a2', 4, limit(1, 13, Side.Bid, 100, 5));
    entry.engine.flush();
    const kinds = log.done.map(([, , , owner, number, { type }]) => [owner, number, type]);
    expect(kinds.slice(-2)).toEqual([
      [1, 0, CommandType.OwnerGone],
      [1, 4, CommandType.NewOrder],
    ]);
    // The clock of the second life stands still: only what was written down can cancel.
    const again = virtualEntry();
    const [first, second, ...more] = entry.claims as [ClientIdentity, ClientIdentity];
    expect(more).toEqual([]);
    again.table.clients.restore(first, 0);
    for (const kept of log.done.slice(0, -1)) again.engine.sequencer.apply(...kept);
    // Written down when it came back and chose otherwise.
    again.table.clients.restore(second, 0);
    for (const kept of log.done.slice(-1)) again.engine.sequencer.apply(...kept);
    expect(again.kept(1)).toEqual(entry.kept(1));
    expect(again.table.clients.ofOwner(1)?.lastCommand).toBe(4);
    expect(open(again)).toBe(1);
  });

  it('waits from when a restarted engine is open, and spares who comes back', () => {
    const log = new KeptCommands();
    const entry = virtualEntry({ log });
    for (const name of ['a', 'b']) entry.logon(name, name, WISH);
    entry.logon('c');
    trade(entry);
    for (const name of ['b', 'c']) entry.send(name, 1, limit(1, 11, Side.Bid, 99, 1));
    entry.engine.flush();
    const again = virtualEntry();
    for (const claim of entry.claims) again.table.clients.restore(claim, 0);
    for (const kept of log.done) again.engine.sequencer.apply(...kept);
    // Playing a long journal takes its time, which is not the clients' silence.
    again.clock.nowMs = 5 * ENTRY_TIMEOUT_MS;
    again.table.open();
    again.pass(ENTRY_TIMEOUT_MS - 1);
    again.logon('b2', 'b', { ...WISH, token: again.token(2) });
    again.pass(1);
    again.pass(1);
    expect([1, 2, 3].map((owner) => open(again, owner))).toEqual([0, 1, 1]);
  });

  it('is tried again when the journal could not be written, without a word to the client', () => {
    const log = new KeptCommands();
    const entry = virtualEntry({ log });
    entry.logon('a', 'a', WISH);
    trade(entry);
    const reports = entry.kept(1);
    log.isWritable = false;
    entry.pass(ENTRY_TIMEOUT_MS);
    entry.pass(900);
    expect(open(entry)).toBe(2);
    expect(entry.kept(1)).toEqual(reports);
    log.isWritable = true;
    entry.pass(100);
    expect(open(entry)).toBe(0);
    expect(entry.kept(1)).toHaveLength(reports.length + 3);
  });
});
