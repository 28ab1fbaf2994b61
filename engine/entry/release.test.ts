/** Names whose tokens are lost: an operator gives them back, and nobody else does. */

import { expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import {
  decodeClientFound,
  encodeFindClient,
  encodeLogoff,
  MessageReader,
  MessageType,
  Reason,
} from '../protocol/index.ts';
import { cancel, limit, listing } from '../testing/orders.ts';
import { type VirtualEntry, virtualEntry } from '../testing/virtual-entry.ts';
import type { EntryKeys } from './entry-keys.ts';

function ask(entry: VirtualEntry, peer: string, name: string, release: boolean) {
  entry.say(peer, (writer) => encodeFindClient(writer, { name, release }));
  const owner = entry.table.clients.ofName(peer)?.owner ?? 0;
  const frame = entry.table.ofOwner(owner)?.next() ?? new Uint8Array(0);
  entry.table.ofOwner(owner)?.sent(0);
  const reader = new MessageReader();
  reader.open(frame);
  while (reader.next()) {
    if (reader.type === MessageType.ClientFound) return decodeClientFound(reader);
  }
  throw new Error('no answer');
}

function withOrders(options = {}): VirtualEntry {
  const entry = virtualEntry(options);
  entry.logon('boss', 'boss', { keyProof: '1'.repeat(64) });
  entry.logon('desk', 'desk', { keyProof: '1'.repeat(64) });
  entry.send('desk', 1, listing('ABC'));
  entry.send('desk', 2, limit(1, 11, Side.Bid, 100, 5));
  entry.drain(1);
  return entry;
}

it('says who has a name, and gives it to nobody while its bearer is there', () => {
  const entry = withOrders();
  const found = { name: 'desk', owner: 2, openOrders: 1, isLoggedOn: true };
  expect(ask(entry, 'boss', 'desk', false)).toMatchObject({ ...found, reason: Reason.None });
  expect(ask(entry, 'boss', 'desk', true)).toMatchObject({ ...found, reason: Reason.NameInUse });
  expect(ask(entry, 'boss', 'nobody', true)).toMatchObject({ owner: 0, reason: Reason.None });
  expect(entry.claims).toHaveLength(2);
});

it('gives a name with its orders to the next one without a token, also after a restart', () => {
  const entry = withOrders();
  entry.say('desk', (writer) => encodeLogoff(writer, Reason.ByRequest));
  entry.logon('new', 'desk');
  expect(entry.replied('new')).toEqual([`logoff ${Reason.WrongToken}`]);
  expect(ask(entry, 'boss', 'desk', true)).toMatchObject({ owner: 2, isLoggedOn: false });
  // Whoever had it, and finds its token again, comes too late.
  entry.logon('old', 'desk', { token: entry.token(2) });
  expect(entry.replied('old')).toEqual([`logoff ${Reason.WrongToken}`]);
  const restarted = virtualEntry();
  for (const claim of entry.claims) restarted.table.clients.restore(claim, 0);
  restarted.logon('new', 'desk');
  expect(restarted.table.ofOwner(2)?.peer).toBe('new');
  entry.logon('new', 'desk');
  entry.send('new', 3, cancel(1, 11));
  expect(entry.drain(2)).toMatchObject([MessageType.LoggedOn, 'next 3', { clientOrderId: 11 }]);
  // It is its bearer's alone again.
  entry.send('new', 4, limit(1, 12, Side.Bid, 100, 5));
  entry.say('new', (writer) => encodeLogoff(writer, Reason.ByRequest));
  entry.logon('third', 'desk');
  expect(entry.replied('third')).toEqual([`logoff ${Reason.WrongToken}`]);
});

it('is for operators only, where there are keys', () => {
  const keys: EntryKeys = {
    proves: () => true,
    may: (name, grant) => grant === 'entry' || name === 'boss',
  };
  const entry = withOrders({ keys });
  entry.drain(2);
  const nothing = { owner: 0, openOrders: 0, isLoggedOn: false };
  expect(ask(entry, 'desk', 'boss', true)).toMatchObject({
    ...nothing,
    reason: Reason.NotPermitted,
  });
  expect(ask(entry, 'boss', 'desk', false)).toMatchObject({ owner: 2, reason: Reason.None });
});
