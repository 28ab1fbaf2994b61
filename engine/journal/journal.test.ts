/** A journal in memory: what comes back after a restart, and what never may. */

import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { USUAL_CHOICE } from '../entry/client-directory.ts';
import { type Command, Reason } from '../protocol/index.ts';
import { cancel, limit, listing, market, modify } from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import {
  encodeMark,
  FIRST_RECORD,
  headerChain,
  MARK_BYTES,
  markOffset,
  RECORD_HEAD_BYTES,
  RecordOffset,
  segmentName,
} from './format.ts';
import { sealRecords } from './record-batch.ts';
import { JournalLost } from './segment-file.ts';
import { JournaledEngine } from './testing/journaled-engine.ts';
import { Killed, MemoryFiles } from './testing/memory-files.ts';

const FIRST = segmentName(1);
const CLIENT = { ...USUAL_CHOICE, owner: 1, name: 'maker', token: 'a'.repeat(32) };

function orders(random: (below: number) => number, count: number, from: number): Command[] {
  return Array.from({ length: count }, (_, i) => {
    const side = random(2) === 0 ? Side.Bid : Side.Ask;
    const earlier = Math.max(1, from + i - random(30));
    if (random(5) === 0) return cancel(1, earlier);
    if (random(8) === 0) return modify(1, earlier, 100 + random(9), 1 + random(9));
    if (random(12) === 0) return market(1, from + i, side, 1 + random(9));
    return limit(1, from + i, side, 100 + random(9), 1 + random(9));
  });
}

/** A small history: a client, an instrument, a few turns. */
function smallHistory(files: MemoryFiles, turns = 4): JournaledEngine {
  const run = new JournaledEngine(files);
  run.log.client(CLIENT);
  run.turn(listing('ABC'));
  const random = seededRandom(7);
  for (let turn = 0; turn < turns; turn++) run.turn(...orders(random, 3, 1 + turn * 3));
  return run;
}

describe('a restart', () => {
  it('gives the same records, reports, numbers and clients as a run that was never killed', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const files = new MemoryFiles();
    const whole = new JournaledEngine(new MemoryFiles());
    let part = new JournaledEngine(files, { segmentBytes: 4096 });
    for (const run of [whole, part]) {
      run.log.client(CLIENT);
      run.turn(listing('ABC'));
    }
    for (let turn = 0; turn < 60; turn++) {
      const commands = orders(random, 1 + random(20), 1 + turn * 20);
      whole.turn(...commands);
      part.turn(...commands);
      if (random(4) > 0) continue;
      const before = part;
      part = new JournaledEngine(files.again(), { segmentBytes: 4096 });
      // The next run goes on with the files of this one.
      part = new JournaledEngine(files, { segmentBytes: 4096 });
      part.timeNs = before.timeNs;
      expect(part.journal.newEpochReason, `seed ${seed}`).toBeUndefined();
    }
    expect(part.records, `seed ${seed}`).toEqual(whole.records);
    expect(part.reports.rows, `seed ${seed}`).toEqual(whole.reports.rows);
    expect(part.engine.nextSequence).toBe(whole.engine.nextSequence);
    expect(part.engine.recorder.sequenceOf(1)).toBe(whole.engine.recorder.sequenceOf(1));
    expect(part.engine.market.openOrders).toBe(whole.engine.market.openOrders);
    expect(part.clients).toEqual(['1 maker']);
    expect(files.list().length).toBeGreaterThan(5);
  });

  it('keeps what came whole of a write that was cut, and cuts the rest, at every byte of it', () => {
    const commands = [limit(1, 1, Side.Bid, 100, 5), limit(1, 2, Side.Ask, 101, 5), cancel(1, 1)];
    const prepared = new MemoryFiles();
    new JournaledEngine(prepared).turn(listing('ABC'));
    const whole = new JournaledEngine(prepared.again());
    whole.turn(...commands);
    let cut = 1;
    for (; ; cut++) {
      const files = prepared.again();
      const killed = new JournaledEngine(files);
      const before = killed.records.length;
      files.untilKilled = cut;
      try {
        killed.turn(...commands);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(JournalLost);
      }
      expect(killed.records).toHaveLength(before);
      const back = new JournaledEngine(files.again());
      expect(back.journal.newEpochReason, `cut ${cut}`).toBeUndefined();
      expect(back.records).toEqual(whole.records.slice(0, back.records.length));
      expect(new JournaledEngine(files.again()).epoch).toBe(whole.epoch);
    }
    // A record with three entries of 64, 64 and 48 bytes, and the commit mark.
    expect(cut).toBe(RECORD_HEAD_BYTES + 64 + 64 + 48 + MARK_BYTES + 1);
  });

  it('survives a kill at every byte that a restart itself writes', () => {
    const files = new MemoryFiles();
    const whole = smallHistory(files);
    for (let cut = 1; cut < 2 * FIRST_RECORD + 100; cut++) {
      const again = files.again();
      again.untilKilled = cut;
      try {
        new JournaledEngine(again);
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
      }
      const back = new JournaledEngine(again.again());
      expect(back.epoch).toBe(whole.epoch);
      expect(back.records).toEqual(whole.records);
    }
  });

  it('keeps clients that have asked for nothing yet, through a kill at every byte of a restart', () => {
    for (const isFirst of [true, false]) {
      const files = new MemoryFiles();
      let run = new JournaledEngine(files);
      if (!isFirst) {
        run.turn(listing('ABC'));
        run = new JournaledEngine(files);
      }
      run.log.client(CLIENT);
      run.turn();
      for (let cut = 1; cut < 700; cut++) {
        const again = files.again();
        again.untilKilled = cut;
        try {
          new JournaledEngine(again);
        } catch (error) {
          expect(error).toBeInstanceOf(Killed);
        }
        const back = new JournaledEngine(again.again());
        expect([back.epoch, back.clients], `cut ${cut}`).toEqual([run.epoch, ['1 maker']]);
        expect(back.records).toEqual(run.records);
      }
    }
  });

  it('has room for clients without orders beyond the size of a segment', () => {
    const files = new MemoryFiles();
    const run = new JournaledEngine(files, { segmentBytes: 300 });
    for (let owner = 1; owner <= 9; owner++) {
      run.log.client({ ...CLIENT, owner, name: `c${owner}` });
      run.turn();
    }
    expect(new JournaledEngine(files.again()).clients).toHaveLength(9);
    for (const turn of [1, 2]) run.turn(listing(`ABC-${turn}`));
    expect(files.list()).toHaveLength(2);
    expect(new JournaledEngine(files).records).toEqual(run.records);
  });

  it('never falls behind time when the clock was set back', () => {
    const files = new MemoryFiles();
    const run = smallHistory(files);
    const back = new JournaledEngine(files.again());
    back.timeNs = run.timeNs - 3_600_000_000_000n;
    back.turn(limit(1, 500, Side.Bid, 90, 1));
    expect(back.engine.sequencer.time).toEqual(run.engine.sequencer.time);
  });
});

describe('doing it again', () => {
  it('must come to where it came the first time, at every record', () => {
    const files = new MemoryFiles();
    const run = smallHistory(files);
    const { length } = files.read(FIRST);
    let told = 0;
    for (const field of [RecordOffset.NextSequence, RecordOffset.LaneA, RecordOffset.LaneB]) {
      for (let at = FIRST_RECORD; at < length; ) {
        const other = files.again();
        const { bytes } = other.contents.get(FIRST)!;
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        // What an engine would have written that did something else before this record.
        view.setUint32(at + field, view.getUint32(at + field, true) ^ 256, true);
        const { chain } = sealRecords(bytes.subarray(FIRST_RECORD), headerChain(bytes), crc32);
        const { transaction } = run.engine.sequencer;
        const mark = encodeMark({ end: length, transaction, chain, isClosed: false }, crc32);
        for (const place of [0, 1]) bytes.set(mark, markOffset(place));
        expect(() => new JournaledEngine(other), `${field} at ${at}`).toThrow('or to other books');
        told += 1;
        at += view.getUint32(at + RecordOffset.Length, true);
      }
    }
    expect(told).toBeGreaterThan(9);
  });
});

describe('damage', () => {
  it('of any byte is refused, or a new epoch, or has changed nothing', () => {
    const files = new MemoryFiles();
    const whole = smallHistory(files);
    const size = files.read(FIRST).length;
    let refused = 0;
    for (let at = 0; at < size; at++) {
      for (const bit of [0, 5]) {
        const damaged = files.again();
        const content = damaged.contents.get(FIRST)!;
        content.bytes[at]! ^= 1 << bit;
        refused += expectNoOtherContent(damaged, whole, `byte ${at}, bit ${bit}`) ? 1 : 0;
      }
    }
    // All but the commit marks: where one of them is damaged the other one still holds.
    expect(refused).toBe(2 * (size - 2 * MARK_BYTES));
  });

  it('by a file that ends too early is refused, or a new epoch, at every length', () => {
    const files = new MemoryFiles();
    const whole = smallHistory(files);
    const size = files.read(FIRST).length;
    for (let length = 0; length < size; length++) {
      const damaged = files.again();
      const content = damaged.contents.get(FIRST)!;
      content.bytes = content.bytes.slice(0, length);
      expect(expectNoOtherContent(damaged, whole, `length ${length}`)).toBe(true);
    }
  });

  it('by bytes behind the end, a missing segment, or one out of place is refused', () => {
    const files = new MemoryFiles();
    const run = new JournaledEngine(files, { segmentBytes: 4096 });
    run.turn(listing('ABC'));
    const random = seededRandom(3);
    for (let turn = 0; turn < 60; turn++) run.turn(...orders(random, 4, 1 + turn * 4));
    const names = files.list().toSorted();
    expect(names.length).toBeGreaterThan(3);
    const cases: [string, (damaged: MemoryFiles) => void][] = [
      ['garbage', (damaged) => append(damaged, names.at(-1)!, new Uint8Array(64).fill(9))],
      ['zeros', (damaged) => append(damaged, names.at(-1)!, new Uint8Array(4096))],
      ['the first missing', (damaged) => damaged.remove(names[0]!)],
      ['one missing', (damaged) => damaged.remove(names[1]!)],
      ['the last missing', (damaged) => damaged.remove(names.at(-1)!)],
      ['two exchanged', (damaged) => exchange(damaged, names[1]!, names[2]!)],
      ['an empty one', (damaged) => truncate(damaged, names[1]!)],
    ];
    for (const [what, damage] of cases) {
      const damaged = files.again();
      damage(damaged);
      expect(expectNoOtherContent(damaged, run, what), what).toBe(true);
    }
  });

  it('leads to a new epoch when asked for, which names where the old one counts', () => {
    const files = new MemoryFiles();
    const whole = smallHistory(files);
    const content = files.contents.get(FIRST)!;
    content.bytes[content.bytes.length - 100]! ^= 1;
    const run = new JournaledEngine(files, { onDamage: 'new-epoch' });
    expect(run.journal.newEpochReason).toBe('DAMAGED');
    const { previous } = run.journal.beginning;
    expect(previous.epoch).toEqual(whole.journal.beginning.epoch);
    expect(previous.lastSequence).toBe(run.records.length);
    expect(run.records.slice(1)).toEqual(whole.records.slice(1, run.records.length));
    run.turn(limit(1, 900, Side.Bid, 95, 2));
    // The next restart finds nothing wrong, and the same again.
    const next = new JournaledEngine(files.again());
    expect(next.journal.newEpochReason).toBeUndefined();
    expect(next.epoch).toBe(run.epoch);
    expect(next.records).toEqual(run.records);
    expect(files.list().filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });
});

describe('the epoch', () => {
  it('is a new one for a copy, and after a reboot unless every write was waited for', () => {
    const otherBoot = { bootId: new Uint8Array(16).fill(8) };
    const files = new MemoryFiles();
    const run = smallHistory(files);
    expect(new JournaledEngine(files.copy()).journal.newEpochReason).toBe('COPIED');
    const rebooted = new JournaledEngine(files.again(), otherBoot);
    expect(rebooted.journal.newEpochReason).toBe('REBOOTED');
    expect(rebooted.epoch).not.toBe(run.epoch);
    expect(rebooted.journal.beginning.previous.lastSequence).toBe(run.records.length);
    const unknown = new JournaledEngine(files.again(), { bootId: new Uint8Array(16) });
    expect(unknown.journal.newEpochReason).toBe('REBOOTED');

    const synced = new MemoryFiles();
    const careful = new JournaledEngine(synced, { fsync: true });
    careful.turn(listing('ABC'));
    expect(new JournaledEngine(synced.again(), otherBoot).epoch).toBe(careful.epoch);
  });

  it('is later than the one before, also when the clock has been set back', () => {
    const files = new MemoryFiles();
    const run = smallHistory(files);
    const copy = files.copy();
    const back = new JournaledEngine(copy, {
      wallClock: (out) => Object.assign(out, { high: 0, low: 5 }),
    });
    const [before, after] = [run, back].map(({ journal }) => journal.beginning.epoch);
    expect(after).toEqual({ ...before, random: before!.random + 1 });
  });

  it('is not begun at all by an engine that matches differently', () => {
    const files = new MemoryFiles();
    smallHistory(files);
    const other = { matcher: new Uint8Array(16).fill(4), onDamage: 'new-epoch' } as const;
    expect(() => new JournaledEngine(files.again(), other)).toThrow('matches differently');
  });
});

describe('a journal that cannot be written', () => {
  it('refuses the turn, changes nothing, and goes on when there is room again', () => {
    const files = new MemoryFiles();
    const run = smallHistory(files);
    const control = smallHistory(new MemoryFiles());
    const records = run.records.length;
    for (const room of [0, 1, 50, 96, 150]) {
      files.room = room;
      run.turn(limit(1, 50, Side.Bid, 90, 1), limit(1, 51, Side.Bid, 91, 1));
      expect(run.reports.rows.slice(-2)).toEqual([
        [0, 'rejected', 1, 50, Reason.JournalUnavailable],
        [0, 'rejected', 1, 51, Reason.JournalUnavailable],
      ]);
    }
    expect(run.records).toHaveLength(records);
    expect(run.said).toHaveLength(1);
    files.room = Number.POSITIVE_INFINITY;
    control.timeNs = run.timeNs;
    for (const one of [run, control]) one.turn(limit(1, 50, Side.Bid, 90, 1), cancel(1, 50));
    expect(run.records).toEqual(control.records);
    expect(run.said).toHaveLength(2);
    expect(new JournaledEngine(files.again()).records).toEqual(run.records);
  });

  it('names a client again that could not be named, before anything it asks for', () => {
    const files = new MemoryFiles();
    const run = smallHistory(files);
    files.room = 0;
    run.log.client({ ...CLIENT, owner: 2, name: 'late' });
    run.turn(limit(1, 50, Side.Bid, 90, 1));
    files.room = Number.POSITIVE_INFINITY;
    run.turn(limit(1, 51, Side.Bid, 90, 1));
    expect(new JournaledEngine(files.again()).clients).toEqual(['1 maker', '2 late']);
  });

  it('notices that its file has gone, or that there is no next one', () => {
    const files = new MemoryFiles();
    const run = smallHistory(files);
    const content = files.contents.get(FIRST)!;
    files.remove(FIRST);
    run.turn(limit(1, 50, Side.Bid, 90, 1));
    expect(run.reports.rows.at(-1)).toContain(Reason.JournalUnavailable);
    files.contents.set(FIRST, content);
    run.turn(limit(1, 50, Side.Bid, 90, 1));
    expect(run.reports.rows.at(-1)).toContain('accepted');

    const small = new MemoryFiles();
    const full = new JournaledEngine(small, { segmentBytes: 300 });
    full.turn(listing('ABC'));
    small.failCreate = true;
    full.turn(limit(1, 1, Side.Bid, 90, 1));
    expect(full.reports.rows.at(-1)).toContain(Reason.JournalUnavailable);
    small.failCreate = false;
    full.turn(limit(1, 2, Side.Bid, 90, 1));
    expect(full.reports.rows.at(-1)).toContain('accepted');
  });

  it('says nothing to anybody once it is uncertain what it holds', () => {
    for (const trouble of ['failSync', 'failTruncate'] as const) {
      const files = new MemoryFiles();
      const run = new JournaledEngine(files, { fsync: true });
      run.turn(listing('ABC'));
      const { length } = run.reports.rows;
      files[trouble] = true;
      files.room = trouble === 'failTruncate' ? 10 : files.room;
      expect(() => run.turn(limit(1, 1, Side.Bid, 90, 1))).toThrow(JournalLost);
      files[trouble] = false;
      files.room = Number.POSITIVE_INFINITY;
      expect(() => run.turn(limit(1, 2, Side.Bid, 90, 1))).toThrow(JournalLost);
      expect(run.reports.rows).toHaveLength(length);
    }
  });
});

/** True when it was refused or is a new epoch; false when nothing has changed. Throws otherwise. */
function expectNoOtherContent(files: MemoryFiles, whole: JournaledEngine, what: string): boolean {
  let run: JournaledEngine;
  try {
    run = new JournaledEngine(files);
  } catch (error) {
    expect(error, what).toMatchObject({ code: expect.stringMatching(/^JOURNAL_/) });
    return true;
  }
  if (run.epoch !== whole.epoch) return true;
  expect(run.records, what).toEqual(whole.records);
  return false;
}

function append(files: MemoryFiles, name: string, bytes: Uint8Array): void {
  const content = files.contents.get(name)!;
  content.bytes = new Uint8Array([...content.bytes, ...bytes]);
}

function exchange(files: MemoryFiles, a: string, b: string): void {
  const content = files.contents.get(a)!;
  files.contents.set(a, files.contents.get(b)!);
  files.contents.set(b, content);
}

function truncate(files: MemoryFiles, name: string): void {
  files.contents.get(name)!.bytes = new Uint8Array(0);
}
