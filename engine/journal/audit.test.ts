/** The audit trail: what it says is what was reported, and its filters leave out nothing that matters. */

import { expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { USUAL_CHOICE } from '../entry/client-directory.ts';
import { type Command, CommandType } from '../protocol/index.ts';
import { cancel, limit, listing, modify } from '../testing/orders.ts';
import { RANDOM_LISTINGS, RANDOM_OWNERS, randomCommand } from '../testing/random-commands.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { Audit } from './audit.ts';
import {
  type AuditFilter,
  CSV_HEADER,
  csvLines,
  isWanted,
  jsonClientLine,
  jsonLine,
} from './audit-lines.ts';
import { readHistory } from './history.ts';
import { JournaledEngine } from './testing/journaled-engine.ts';
import { MemoryFiles } from './testing/memory-files.ts';

const ALL: AuditFilter = { from: 1, to: Number.MAX_SAFE_INTEGER };

function lines(files: MemoryFiles, format: 'json' | 'csv', filter: AuditFilter = ALL): string[] {
  const trail = new Audit(readHistory(files, crc32, { wantsAll: true }), crc32);
  const said: string[] = [];
  trail.run({
    command(audited) {
      if (!isWanted(audited, filter, trail)) return;
      if (format === 'json') said.push(jsonLine(audited, trail));
      else said.push(...csvLines(audited, trail));
    },
    client: (client, transaction) => {
      if (format === 'json') said.push(jsonClientLine(client, transaction));
    },
  });
  return said;
}

function twoTraders() {
  const files = new MemoryFiles();
  const run = new JournaledEngine(files);
  const give = (owner: number, number: number, command: Command) => {
    run.timeNs += 1_000_000n;
    run.engine.sequencer.submit(owner, number, command);
  };
  for (const [index, name] of ['maker', 'taker'].entries()) {
    run.log.client({ ...USUAL_CHOICE, owner: index + 1, name, token: 'd'.repeat(32) });
  }
  give(0, 0, listing('ABC'));
  give(1, 1, limit(1, 5, Side.Bid, 10_012, 7));
  give(2, 1, limit(1, 5, Side.Ask, 10_011, 3));
  give(1, 2, modify(1, 5, 10_013, 6));
  give(2, 2, cancel(1, 99));
  give(1, 0, { type: CommandType.OwnerGone });
  run.engine.flush();
  return { files, run };
}

it('says who gave each command, when, and what became of it', () => {
  const { files } = twoTraders();
  const said = lines(files, 'json');
  expect(said.join()).not.toContain('dddd');
  expect(said.map((line) => JSON.parse(line))).toMatchObject([
    { client: 'maker', owner: 1, command: 'Logon', transaction: 0, cancelOnDisconnect: false },
    { client: 'taker', owner: 2 },
    {
      transaction: 1,
      time: '2023-11-14T22:13:20.001000000Z',
      client: 'engine',
      command: 'ListInstrument',
      outcome: [{ report: 'listed', symbol: 'ABC' }],
    },
    {
      transaction: 2,
      client: 'maker',
      number: 1,
      command: 'NewOrder',
      symbol: 'ABC',
      price: '100.12',
      quantity: '7',
      outcome: [{ report: 'accepted', client: 'maker', clientOrderId: 5 }],
    },
    {
      transaction: 3,
      client: 'taker',
      price: '100.11',
      outcome: [
        { report: 'accepted', client: 'taker' },
        { report: 'filled', client: 'taker', side: 'sell', price: '100.12', leaves: '0' },
        { report: 'filled', client: 'maker', side: 'buy', quantity: '3', leaves: '4' },
      ],
    },
    { transaction: 4, command: 'Modify', outcome: [{ report: 'replaced', price: '100.13' }] },
    { transaction: 5, outcome: [{ report: 'rejected', reason: 'UNKNOWN_ORDER' }] },
    {
      transaction: 6,
      client: 'maker',
      number: 0,
      command: 'OwnerGone',
      outcome: [
        { report: 'cancelled', client: 'maker', reason: 'DISCONNECTED' },
        { report: 'mass-cancelled', count: 1 },
      ],
    },
  ]);
});

it('finds everything about a client, an instrument or an order, whoever caused it', () => {
  const { files } = twoTraders();
  const found = (filter: Partial<AuditFilter>) =>
    lines(files, 'csv', { ...ALL, ...filter })
      .map((line) => Number(line.split(',')[0]))
      .filter((transaction, index, all) => all.indexOf(transaction) === index);
  // The maker's order was filled by the taker's command.
  expect(found({ owner: 'maker' })).toEqual([2, 3, 4, 6]);
  expect(found({ owner: '1', clientOrderId: 5 })).toEqual([2, 3, 4, 6]);
  expect(found({ owner: 'taker' })).toEqual([3, 5]);
  expect(found({ clientOrderId: 99 })).toEqual([5]);
  expect(found({ symbol: 'ABC' })).toEqual([1, 2, 3, 4, 5, 6]);
  expect(found({ symbol: 'DEF' })).toEqual([]);
  expect(found({ from: 3, to: 4 })).toEqual([3, 4]);
  expect(found({ owner: 'nobody' })).toEqual([]);
});

it('writes CSV that has as many cells as its header, whatever is in them', () => {
  const files = new MemoryFiles();
  const run = new JournaledEngine(files);
  run.log.client({ ...USUAL_CHOICE, owner: 1, name: 'a"b,c', token: 'd'.repeat(32) });
  run.turn(listing('A,"B"'), limit(1, 5, Side.Bid, 100, 7));
  const said = lines(files, 'csv');
  expect(said[1]).toBe(
    `2,2023-11-14T22:13:20.006000000Z,"a""b,c",1,NewOrder,accepted,"a""b,c","A,""B""",5,1,,,,,,,`,
  );
  for (const line of twoTradersCsv()) {
    expect(line.split(',')).toHaveLength(CSV_HEADER.split(',').length);
  }
});

function twoTradersCsv(): string[] {
  return lines(twoTraders().files, 'csv');
}

it('tells of every report that was given, in order, and of no other', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const files = new MemoryFiles();
  const run = new JournaledEngine(files);
  for (const command of RANDOM_LISTINGS) run.turn(command);
  for (let i = 0; i < 3000; i += 1) {
    run.timeNs += 9_000_000n;
    const { sequencer } = run.engine;
    sequencer.submit(1 + random(RANDOM_OWNERS), i + 1, randomCommand(random, i + 1));
    if (i % 50 === 0) run.engine.flush();
  }
  run.engine.flush();
  const trail = new Audit(readHistory(files, crc32, { wantsAll: true }), crc32);
  const told: (string | number)[][] = [];
  trail.run({
    command: ({ transaction, reports }) => {
      for (const { what, owner } of reports) told.push([transaction, what, owner]);
    },
    client: () => {},
  });
  const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (big) => `-${big.toLowerCase()}`);
  const given = run.reports.rows.map(([transaction = 0, name = '', owner = 0]) => [
    transaction,
    kebab(String(name)),
    owner,
  ]);
  expect(told.length).toBeGreaterThan(3000);
  expect(told, `seed ${seed}`).toEqual(given);
});
