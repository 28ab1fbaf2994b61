/** The report log against a plain array, and within its memory. */

import { describe, expect, it } from 'vitest';
import {
  MessageReader,
  MessageType,
  MessageWriter,
  Reason,
  writeDone,
  writeRejected,
} from '../protocol/index.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { ClientAccount, USUAL_CHOICE } from './client-account.ts';
import { RateBucket } from './rate-bucket.ts';
import { ReportLog } from './report-log.ts';
import { ReportLogMemory } from './report-log-memory.ts';
import { EntrySession } from './session.ts';

/** A report that can be told from every other; those without a transaction are refusals. */
function report(command: number, isNumbered: boolean): Uint8Array {
  const writer = new MessageWriter();
  if (isNumbered) writeDone(writer, 2 ** 32 * (command % 2) + (1 - (command % 2)), command, 1);
  else writeRejected(writer, 0, command, 0, Reason.BadField);
  return writer.take();
}

function replayed(log: ReportLog, after: number): [string, number][] {
  const all: [string, number][] = [];
  log.replay(after, (bytes, sequence) => all.push([Buffer.from(bytes).toString('hex'), sequence]));
  return all;
}

describe('ReportLog', () => {
  it('gives what a plain array would give, whatever has been forgotten', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const log = new ReportLog(new ReportLogMemory({ perClient: 4096, total: 1_000_000 }));
    const all: [string, number][] = [];
    let sequence = 0;
    for (let i = 1; i <= 3000; i++) {
      const isNumbered = random(4) !== 0;
      const bytes = report(i, isNumbered);
      if (isNumbered) sequence += 1;
      expect(log.add(bytes), `seed ${seed}`).toBe(isNumbered ? sequence : 0);
      all.push([Buffer.from(bytes).toString('hex'), isNumbered ? sequence : 0]);
      if (random(50) !== 0) continue;
      const after = log.first - 1 + random(log.next - log.first + 1);
      const from = all.findIndex(([, number]) => number === after);
      const expected = after === 0 ? all : all.slice(from + 1);
      const got = replayed(log, after);
      // Refusals before the oldest report that is kept go when it suits the log.
      const isOldest = after === log.first - 1;
      expect(got, `seed ${seed}`).toEqual(isOldest ? expected.slice(-got.length) : expected);
      expect(got.filter(([, number]) => number !== 0)).toHaveLength(log.next - 1 - after);
    }
    expect(log.first).toBeGreaterThan(1);
  });

  it('never takes more memory than there is for one and for all, and gives it back', () => {
    const memory = new ReportLogMemory({ perClient: 4096, total: 10_000 });
    const logs = [new ReportLog(memory), new ReportLog(memory), new ReportLog(memory)];
    for (let i = 1; i <= 1000; i++) for (const log of logs) log.add(report(i, true));
    expect(memory.taken).toBe(4096 + 2048 + 2048);
    for (const log of logs) {
      expect(log.next).toBe(1001);
      expect(replayed(log, log.first - 1).length).toBe(1001 - log.first);
    }
    for (const log of logs) log.clear();
    expect(memory.taken).toBe(0);
    expect(logs[0]?.add(report(1, true))).toBe(1001);
  });
});

describe('a session', () => {
  it('sends every report once and in order, however the log moves beneath it', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const identity = { name: 'a', owner: 1, token: '', ...USUAL_CHOICE };
    const memory = new ReportLogMemory({ perClient: 2048, total: 1_000_000 });
    const account = new ClientAccount(
      identity,
      memory,
      new RateBucket({ perSecond: 1, burst: 1 }, 0),
    );
    account.reports.add(report(1, true));
    const session = new EntrySession('peer', account, false, 0);
    account.session = session;
    const sent: Buffer[] = [];
    const expected: Buffer[] = [];
    for (let i = 2; i <= 5000; i++) {
      const bytes = report(i, random(4) !== 0);
      expected.push(Buffer.from(bytes));
      // One that is for this session only is in no log.
      if (random(20) === 0) session.report(bytes, 0);
      else {
        account.reports.add(bytes);
        session.reportAdded();
      }
      if (random(40) !== 0) continue;
      for (let frame = session.next(); frame !== undefined; frame = session.next()) {
        sent.push(...reportsOf(frame));
        session.sent(0);
      }
    }
    for (let frame = session.next(); frame !== undefined; frame = session.next()) {
      sent.push(...reportsOf(frame));
      session.sent(0);
    }
    expect(sent.length, `seed ${seed}`).toBe(expected.length);
    expect(Buffer.concat(sent).equals(Buffer.concat(expected)), `seed ${seed}`).toBe(true);
  });
});

/** Its messages, without those that only say what number comes next. */
function reportsOf(frame: Uint8Array): Buffer[] {
  const reader = new MessageReader();
  reader.open(frame);
  const found: Buffer[] = [];
  let at = 0;
  while (reader.next()) {
    const bytes = Buffer.from(frame.subarray(at, at + reader.length));
    if (reader.type !== MessageType.ReportSequence) found.push(bytes);
    at += reader.length;
  }
  return found;
}
