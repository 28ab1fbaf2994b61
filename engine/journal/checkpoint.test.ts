/** Checkpoints in memory: taken beside a market that runs, begun with at a restart, never guessed. */

import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { USUAL_CHOICE } from '../entry/client-directory.ts';
import { type Command, Reason } from '../protocol/index.ts';
import { digestOf, StateWriter } from '../state.ts';
import { limit } from '../testing/orders.ts';
import { RANDOM_LISTINGS, randomCommand } from '../testing/random-commands.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import {
  CheckpointOffset,
  checkpointName,
  decodeCheckpointHeader,
  encodeCheckpoint,
  stateOfCheckpoint,
  transactionOfCheckpoint,
} from './checkpoint-file.ts';
import { configurationFingerprint } from './fingerprint.ts';
import { JournalFollower } from './follower.ts';
import { decodeMarks, HeaderOffset, segmentName, transactionOfName } from './format.ts';
import { expire } from './retention.ts';
import { JournaledEngine, MATCHER } from './testing/journaled-engine.ts';
import { MemoryFiles } from './testing/memory-files.ts';

const SMALL = { segmentBytes: 4096, restartRecords: 0 } as const;
const CLIENT = { ...USUAL_CHOICE, owner: 1, name: 'maker', token: 'a'.repeat(32) };

function followerOf(files: MemoryFiles, matcher: Uint8Array = MATCHER): JournalFollower {
  const configuration = configurationFingerprint();
  return new JournalFollower({ files, crc32, now: () => 5n, matcher, configuration });
}

function catchUp(follower: JournalFollower): JournalFollower {
  while (follower.step());
  return follower;
}

function digest({ engine }: JournaledEngine): string {
  const writer = new StateWriter();
  engine.saveState(writer);
  return digestOf(writer.written);
}

/** A client and three instruments, then random turns. */
class Market {
  readonly run: JournaledEngine;
  readonly #random: (below: number) => number;
  #id = 0;

  constructor(files: MemoryFiles, random: (below: number) => number, changes = {}) {
    this.run = new JournaledEngine(files, { ...SMALL, ...changes });
    this.#random = random;
    this.run.log.client(CLIENT);
    this.run.turn(...RANDOM_LISTINGS);
  }

  commands(count: number): Command[] {
    return Array.from({ length: count }, () => {
      this.#id += 1;
      return randomCommand(this.#random, this.#id);
    });
  }

  turns(count: number): this {
    for (let turn = 0; turn < count; turn++) {
      this.run.turn(...this.commands(1 + this.#random(12)));
    }
    return this;
  }
}

/** Of which no mark says that another one follows. */
function openSegments(files: MemoryFiles): number {
  const names = files.list().filter((name) => transactionOfName(name) !== undefined);
  return names.filter((name) => decodeMarks(files.read(name), crc32)?.isClosed === false).length;
}

/** The same commands from here on do the same to both. */
function expectSame(
  a: JournaledEngine,
  b: JournaledEngine,
  then: readonly Command[],
  hint: string,
) {
  expect(digest(b), hint).toBe(digest(a));
  b.timeNs = a.timeNs;
  const [before, rows] = [a, b].map(({ records }) => records.length) as [number, number];
  const reports = a.reports.rows.length;
  const reportsOfB = b.reports.rows.length;
  for (const run of [a, b]) run.turn(...then);
  expect(b.records.slice(rows), hint).toEqual(a.records.slice(before));
  expect(b.reports.rows.slice(reportsOfB), hint).toEqual(a.reports.rows.slice(reports));
  expect(digest(b), hint).toBe(digest(a));
}

describe('a checkpoint', () => {
  it('is what the engine was, wherever it is taken, and a restart goes on from it', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    for (let run = 0; run < 6; run++) {
      const hint = `seed ${seed}, run ${run}`;
      const files = new MemoryFiles();
      const market = new Market(files, random).turns(3);
      const follower = followerOf(files);
      for (let round = 0; round < 6; round++) {
        market.turns(random(15));
        for (let steps = random(30); steps > 0 && follower.step(); steps--);
        if (random(2) === 0) follower.takeCheckpoint();
      }
      const last = catchUp(follower).takeCheckpoint();
      market.turns(random(8));
      const back = new JournaledEngine(files.again(), SMALL);
      expect(back.journal.checkpoint?.name, hint).toBe(last?.name);
      expect(back.epoch, hint).toBe(market.run.epoch);
      expect(back.clients, hint).toEqual(['1 maker']);
      expectSame(market.run, back, market.commands(40), hint);
      // Whoever looks at all of it finds the same.
      const whole = new JournaledEngine(files.again(), { ...SMALL, restartRecords: 2 ** 40 });
      expect(whole.journal.checkpoint, hint).toBeUndefined();
    }
  });

  it('lies as far back as relays may be behind', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(3));
    const follower = followerOf(files);
    const taken: number[] = [];
    for (let i = 0; i < 5; i++) {
      market.turns(10);
      taken.push(catchUp(follower).takeCheckpoint()?.transaction ?? 0);
    }
    const at = (restartRecords: number) =>
      new JournaledEngine(files.again(), { ...SMALL, restartRecords }).journal.checkpoint;
    expect(at(0)?.transaction).toBe(taken[4]);
    expect(at(20)?.transaction).toBe(taken[3]);
    expect(at(1_000_000)).toBeUndefined();
  });

  it('that is damaged anywhere is skipped, loudly, for the one before it', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(4)).turns(6);
    const follower = followerOf(files);
    const older = catchUp(follower).takeCheckpoint();
    market.turns(6);
    const newer = catchUp(follower).takeCheckpoint();
    const { length } = files.read(newer!.name);
    for (let at = 0; at < length; at += at < 200 ? 1 : 97) {
      const damaged = files.again();
      damaged.contents.get(newer!.name)!.bytes[at]! ^= 4;
      const back = new JournaledEngine(damaged, SMALL);
      expect(back.journal.checkpoint?.name, `byte ${at}`).toBe(older?.name);
      expect(back.said[0]).toContain('checkpoint cannot be used');
      expect(digest(back)).toBe(digest(market.run));
    }
    for (const cut of [0, 5, 159, 160, length - 1]) {
      const damaged = files.again();
      const content = damaged.contents.get(newer!.name)!;
      content.bytes = content.bytes.slice(0, cut);
      expect(new JournaledEngine(damaged, SMALL).journal.checkpoint?.name).toBe(older?.name);
    }
  });

  it('of another history, another place or another version is skipped', () => {
    const [files, others] = [new MemoryFiles(), new MemoryFiles()];
    const market = new Market(files, seededRandom(5)).turns(6);
    new Market(others, seededRandom(6)).turns(4);
    const strange = catchUp(followerOf(others)).takeCheckpoint();
    files.contents.set(strange!.name, others.contents.get(strange!.name)!);
    const back = new JournaledEngine(files.again(), SMALL);
    expect([back.journal.checkpoint, back.said.length]).toEqual([undefined, 1]);
    expect(digest(back)).toBe(digest(market.run));
    const own = catchUp(followerOf(files)).takeCheckpoint();
    for (const [offset, value] of [
      [CheckpointOffset.Chain, 7],
      [CheckpointOffset.Offset, 900],
      [CheckpointOffset.Matcher, 9],
      [CheckpointOffset.StateVersion, 0xff],
    ] as const) {
      const changed = files.again();
      changed.remove(strange!.name);
      const { bytes } = changed.contents.get(own!.name)!;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      view.setUint16(offset, value, true);
      view.setUint32(CheckpointOffset.Crc, crc32(bytes.subarray(0, CheckpointOffset.Crc)), true);
      const run = new JournaledEngine(changed, SMALL);
      expect([run.journal.checkpoint, run.said.length], `at ${offset}`).toEqual([undefined, 1]);
      expect(digest(run)).toBe(digest(market.run));
    }
  });

  it('stands for older segments, which may be gone or damaged', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(7)).turns(40);
    const checkpoint = catchUp(followerOf(files)).takeCheckpoint();
    market.turns(20);
    const names = files
      .list()
      .filter((name) => transactionOfName(name) !== undefined)
      .sort();
    expect(names.length).toBeGreaterThan(4);
    for (const trouble of ['gone', 'damaged'] as const) {
      const again = files.again();
      if (trouble === 'gone') again.remove(names[0]!);
      else again.contents.get(names[0]!)!.bytes[500]! ^= 1;
      for (const restartRecords of [0, 1_000_000]) {
        const back = new JournaledEngine(again.again(), { ...SMALL, restartRecords });
        expect(back.journal.checkpoint?.name, trouble).toBe(checkpoint?.name);
        expect(back.journal.newEpochReason).toBeUndefined();
        expect(digest(back)).toBe(digest(market.run));
      }
      // Without it nobody can know what they held.
      again.remove(checkpoint!.name);
      expect(() => new JournaledEngine(again, SMALL)).toThrow('damaged');
    }
  });

  it('is not taken in a segment that a restart would write anew', () => {
    const files = new MemoryFiles();
    const run = new JournaledEngine(files, SMALL);
    run.log.client(CLIENT);
    run.turn();
    const follower = catchUp(followerOf(files));
    expect(follower.takeCheckpoint()).toBeUndefined();
    // The engine comes back and writes it anew; the follower goes on with what it finds.
    const back = new JournaledEngine(files, SMALL);
    back.turn(...RANDOM_LISTINGS);
    expect(catchUp(follower).takeCheckpoint()?.transaction).toBe(3);
    // One that has come back and done nothing so far: its place is the end of what was before.
    const idle = new JournaledEngine(files, SMALL);
    idle.log.client({ ...CLIENT, owner: 2, name: 'late' });
    idle.turn();
    files.remove(checkpointName(3));
    expect(catchUp(follower).takeCheckpoint()).toMatchObject({ transaction: 3 });
    const next = new JournaledEngine(files.again(), SMALL);
    expect(next.journal.checkpoint?.transaction).toBe(3);
    expect(next.clients).toEqual(['1 maker', '2 late']);
  });

  it('is taken again after a kill at any byte of a restart or of a new segment', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(15)).turns(2);
    const commands = market.commands(4);
    const options = { ...SMALL, segmentBytes: 600 };
    const restart = (again: MemoryFiles) => void new JournaledEngine(again, options);
    const nextSegment = (again: MemoryFiles) => {
      const engine = new JournaledEngine(again, options);
      engine.turn(...commands, ...commands);
      engine.turn(...commands);
    };
    for (const act of [restart, nextSegment]) {
      let isLeftOpen = false;
      for (let cut = 1; cut < 2000; cut += 5) {
        const again = files.again();
        again.untilKilled = cut;
        try {
          act(again);
          break;
        } catch {
          // Killed.
        }
        const left = again.again();
        isLeftOpen ||= openSegments(left) > 1;
        const follower = catchUp(followerOf(left));
        const back = new JournaledEngine(left, SMALL);
        back.turn(limit(1, 900_000, Side.Bid, 90, 1));
        const { transaction } = back.engine.sequencer;
        for (const one of [follower, followerOf(left)]) {
          expect(catchUp(one).transaction, `cut ${cut}`).toBe(transaction);
        }
      }
      expect(isLeftOpen).toBe(true);
    }
  });

  it('is never taken of what is damaged, replaced or another version’s', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(13)).turns(2);
    const follower = catchUp(followerOf(files));
    market.turns(2);
    const { bytes } = files.contents.get(segmentName(1))!;
    bytes[bytes.length - 20]! ^= 1;
    expect(() => catchUp(follower)).toThrow('is damaged at byte');
    bytes[bytes.length - 20]! ^= 1;
    expect(() => followerOf(files, new Uint8Array(16))).toThrow('another version');
    const shortened = catchUp(followerOf(files));
    const other = new MemoryFiles();
    new Market(other, seededRandom(14)).turns(1);
    files.contents.set(segmentName(1), other.contents.get(segmentName(1))!);
    expect(() => catchUp(shortened)).toThrow('cannot be followed');
    expect(() => followerOf(new MemoryFiles())).toThrow('There is no journal yet');
  });

  it('that is whole and means nothing to this engine stops it, with a word on what to do', () => {
    const files = new MemoryFiles();
    new Market(files, seededRandom(15)).turns(4);
    const checkpoint = catchUp(followerOf(files)).takeCheckpoint();
    const content = files.contents.get(checkpoint!.name)!;
    const header = decodeCheckpointHeader(content.bytes, crc32);
    const state = stateOfCheckpoint(content.bytes, crc32).slice();
    // The name of a part.
    state[0]! ^= 1;
    content.bytes = encodeCheckpoint(header, state, crc32);
    expect(() => new JournaledEngine(files, SMALL)).toThrow('Move it out of the journal');
  });

  it('names the last position of an epoch that ends, also when damage ends it', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(8)).turns(8);
    catchUp(followerOf(files)).takeCheckpoint();
    market.turns(3);
    const copied = new JournaledEngine(files.copy(), SMALL);
    expect(copied.journal.newEpochReason).toBe('COPIED');
    expect(copied.journal.beginning.previous).toMatchObject({
      lastSequence: market.run.engine.levels.nextSequence - 1,
      lastOrderSequence: market.run.engine.orders.nextSequence - 1,
    });
    expectSame(market.run, copied, market.commands(9), 'copied');
  });
});

describe('an engine that does something else', () => {
  const OTHER = { ...SMALL, matcher: new Uint8Array(16).fill(9) };

  it('goes on only from a checkpoint at the very end, in an epoch that names it', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(9)).turns(8);
    expect(() => new JournaledEngine(files.again(), OTHER)).toThrow('no checkpoint at its end');
    const follower = catchUp(followerOf(files));
    follower.takeCheckpoint();
    market.turns(1);
    expect(() => new JournaledEngine(files.again(), OTHER)).toThrow('no checkpoint at its end');
    catchUp(follower).takeCheckpoint();
    const next = files.again();
    const after = new JournaledEngine(next, OTHER);
    expect(after.journal.newEpochReason).toBe('UPGRADED');
    expect(after.epoch).not.toBe(market.run.epoch);
    expect(after.journal.beginning.previous).toEqual({
      epoch: market.run.journal.beginning.epoch,
      lastSequence: market.run.engine.levels.nextSequence - 1,
      lastOrderSequence: market.run.engine.orders.nextSequence - 1,
    });
    expectSame(market.run, after, market.commands(30), 'upgraded');
    // From now on it is its own journal, and the one that wrote before has no business there.
    const again = new JournaledEngine(next.again(), OTHER);
    expect([again.epoch, again.journal.newEpochReason]).toEqual([after.epoch, undefined]);
    expect(digest(again)).toBe(digest(after));
    expect(() => new JournaledEngine(next.again(), SMALL)).toThrow('matches differently');
  });

  it('survives a kill at every byte of its first start', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(10)).turns(4);
    catchUp(followerOf(files)).takeCheckpoint();
    for (let cut = 1; cut < 500; cut += 3) {
      const again = files.again();
      again.untilKilled = cut;
      try {
        new JournaledEngine(again, OTHER);
      } catch {
        // Killed.
      }
      const back = new JournaledEngine(again.again(), OTHER);
      expect(digest(back), `cut ${cut}`).toBe(digest(market.run));
      expect(back.epoch).not.toBe(market.run.epoch);
      back.turn(limit(1, 900_000, Side.Bid, 90, 1));
      expect(back.reports.rows.at(-1)).not.toContain(Reason.JournalUnavailable);
    }
  });

  it('crosses from an older format of records in the same way', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(11)).turns(8);
    catchUp(followerOf(files)).takeCheckpoint();
    // Version 1: header and marks are the same, its records mean nothing to this version.
    const old = files.again();
    for (const [name, { bytes }] of old.contents) {
      if (transactionOfName(name) !== undefined) makeOldFormat(bytes);
    }
    const withoutIt = old.again();
    const after = new JournaledEngine(old, SMALL);
    expect(after.journal.newEpochReason).toBe('UPGRADED');
    expectSame(market.run, after, market.commands(12), 'older format');
    expect(new JournaledEngine(old.again(), SMALL).epoch).toBe(after.epoch);
    for (const name of withoutIt.list()) {
      if (transactionOfCheckpoint(name) !== undefined) withoutIt.remove(name);
    }
    expect(() => new JournaledEngine(withoutIt, SMALL)).toThrow('matches differently');
  });
});

describe('retention', () => {
  it('removes what no restart needs, and never more', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    for (let run = 0; run < 8; run++) {
      const files = new MemoryFiles();
      const market = new Market(files, random);
      const follower = followerOf(files);
      const restartRecords = random(3) * 300;
      const changes = { ...SMALL, restartRecords };
      for (let round = 0; round < 8; round++) {
        market.turns(10 + random(20));
        catchUp(follower).takeCheckpoint();
        const retention = {
          segments: random(3) === 0 ? undefined : random(4),
          bytes: random(3) === 0 ? undefined : random(20_000),
          checkpoints: random(3) === 0 ? undefined : 2 + random(3),
          restartRecords,
        };
        const endSequence = follower.nextSequence;
        const before = files.list().length;
        const removed = expire({ files, crc32, retention, nowMs: 0, endSequence });
        expect(files.list().length).toBe(before - removed.length);
        const hint = `seed ${seed}, run ${run}, round ${round}`;
        const back = new JournaledEngine(files.again(), changes);
        expect(digest(back), hint).toBe(digest(market.run));
        expect(back.said, hint).toEqual([]);
        // Also when the checkpoint that it would begin with is damaged.
        const damaged = files.again();
        const used = back.journal.checkpoint?.name;
        if (used === undefined) continue;
        damaged.contents.get(used)!.bytes[170]! ^= 1;
        expect(digest(new JournaledEngine(damaged, changes)), hint).toBe(digest(market.run));
      }
      expect(files.contents.has(segmentName(1)), `${restartRecords}`).toBeDefined();
    }
  });

  it('removes nothing unless it is asked to', () => {
    const files = new MemoryFiles();
    const market = new Market(files, seededRandom(12));
    const follower = followerOf(files);
    for (let i = 0; i < 4; i++) {
      market.turns(20);
      catchUp(follower).takeCheckpoint();
    }
    const { nextSequence: endSequence } = follower;
    const all = { files, crc32, nowMs: 1e15, endSequence };
    expect(expire({ ...all, retention: { restartRecords: 0 } })).toEqual([]);
    const few = { segments: 1, restartRecords: 0, checkpoints: 2 };
    expect(expire({ ...all, retention: { ...few, restartRecords: 10 ** 9 } })).toEqual([]);
    const removed = expire({ ...all, retention: few });
    expect(removed).toContain(segmentName(1));
    expect(removed.filter((name) => transactionOfCheckpoint(name) !== undefined)).toHaveLength(2);
    expect(files.list()).toContain(checkpointName(follower.transaction));
  });
});

function makeOldFormat(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint16(HeaderOffset.Version, 1, true);
  view.setUint32(HeaderOffset.Crc, crc32(bytes.subarray(0, HeaderOffset.Crc)), true);
}
