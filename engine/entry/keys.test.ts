/** Names that belong to keys: who is let in, who comes back without a token, who may do what. */

import { describe, expect, it } from 'vitest';
import { BookKind, type InstrumentId, Side, TradingStatus } from '../../feed/index.ts';
import { type Command, CommandType, MessageType, Reason, ReportType } from '../protocol/index.ts';
import { bookUpdate, limit, listing } from '../testing/orders.ts';
import { virtualEntry } from '../testing/virtual-entry.ts';
import type { EntryKeys } from './entry-keys.ts';

const DESK = '1'.repeat(64);
const BOSS = '2'.repeat(64);
const PLAYER = '3'.repeat(64);
const PROOFS: Readonly<Record<string, string>> = { desk: DESK, boss: BOSS, player: PLAYER };

const keys: EntryKeys = {
  proves: (name, proof) => PROOFS[name] === proof,
  may: (name, grant) =>
    grant === 'entry' ||
    (name === 'boss' && grant === 'operator') ||
    (name === 'player' && grant === 'source'),
};

describe('order entry with keys', () => {
  it('gives a name to its own key only', () => {
    const { logon, replied, table } = virtualEntry({ keys });
    logon('a', 'desk');
    logon('b', 'desk', { keyProof: BOSS });
    logon('c', 'nobody', { keyProof: DESK });
    for (const peer of ['a', 'b', 'c']) logon(peer, 'desk', { keyProof: '4'.repeat(64) });
    expect(table.size).toBe(0);
    logon('d', 'desk', { keyProof: DESK });
    expect(table.ofOwner(1)?.peer).toBe('d');
    expect(replied('c')).toEqual([`logoff ${Reason.WrongKey}`, `logoff ${Reason.WrongKey}`]);
  });

  it('asks no token of who has the key: with its orders, its numbers and what it missed', () => {
    const { logon, send, say, drain, replied, table, engine, token } = virtualEntry({ keys });
    logon('a', 'boss', { keyProof: BOSS });
    send('a', 1, listing('ABC'));
    logon('b', 'desk', { keyProof: DESK });
    send('b', 1, limit(1, 1, Side.Bid, 100, 5));
    // Not while its session lives, or a second process of the same name would push out the first.
    logon('c', 'desk', { keyProof: DESK });
    expect(replied('c')).toEqual([`logoff ${Reason.NameInUse}`]);
    say('b', (writer) => writer.open(MessageType.Logoff, 8));
    logon('c', 'desk', { keyProof: DESK, token: token(99), lastReport: 0 });
    expect(drain(2)).toMatchObject([
      MessageType.LoggedOn,
      'next 1',
      { type: ReportType.Accepted, command: 1 },
    ]);
    expect(table.ofOwner(2)).toMatchObject({ isResumed: true, account: { token: token(2) } });
    expect(engine.market.openOrdersOf(2)).toBe(1);
  });

  it('does not take a token for a key', () => {
    const { logon, table, token } = virtualEntry({ keys });
    logon('a', 'desk', { keyProof: DESK });
    logon('b', 'desk', { token: token(1) });
    expect(table.ofOwner(1)?.peer).toBe('a');
    logon('c', 'desk', { keyProof: DESK, token: token(1) });
    expect(table.ofOwner(1)?.peer).toBe('c');
  });
});

const venue = 2 as InstrumentId;
const instrument = 1 as InstrumentId;
const status: Command = {
  type: CommandType.SetStatus,
  instrument,
  status: TradingStatus.Continuous,
};
const trade: Command = {
  type: CommandType.VenueTrade,
  instrument: venue,
  price: 1,
  quantity: 1,
  aggressor: Side.Bid,
};
const kill = (target: number, isOn: boolean): Command => ({
  type: CommandType.KillSwitch,
  target,
  isOn,
});
const bust: Command = { type: CommandType.BustTrade, instrument, tradeId: 1 };

describe('permissions', () => {
  const COMMANDS: readonly (readonly [string, Command, string])[] = [
    ['orders', limit(instrument, 1, Side.Bid, 1, 1), 'boss desk player'],
    ['listing', listing('ABC'), 'boss player'],
    ['statuses', status, 'boss player'],
    ['venue books', bookUpdate(venue, []), 'player'],
    ['venue trades', trade, 'player'],
    ['busts', bust, 'boss'],
    ['stopping itself', kill(2, true), 'boss desk'],
    ['letting itself go', kill(2, false), 'boss'],
    ['stopping another', kill(3, true), 'boss player'],
    ['stopping a third', kill(1, true), 'boss'],
  ];

  it.each(COMMANDS)('lets do %s who may', (_what, command, who) => {
    const { logon, send, drain } = virtualEntry({ keys });
    const names = ['boss', 'desk', 'player'];
    for (const name of names) logon(name, name, { keyProof: PROOFS[name] ?? '' });
    send('player', 1, listing('ABC'));
    send('player', 2, listing('DEF', BookKind.Levels));
    for (const owner of [1, 2, 3]) drain(owner);
    const may = names.filter((name, index) => {
      send(name, 3, command);
      const said = drain(index + 1);
      const refused = said.some(
        (one) => typeof one === 'object' && 'reason' in one && one.reason === Reason.NotPermitted,
      );
      return !refused;
    });
    expect(may.join(' ')).toBe(who);
  });

  it('are everybody’s where there are no keys', () => {
    const { logon, send, drain } = virtualEntry();
    logon('a');
    for (const [index, [, command]] of COMMANDS.entries()) send('a', index + 1, command);
    expect(JSON.stringify(drain(1))).not.toContain(`"reason":${Reason.NotPermitted}`);
  });
});
