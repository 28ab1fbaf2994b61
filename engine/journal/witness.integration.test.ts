/** Relays as witnesses of a restart: what they have is asked over sockets, and judged. */

import { afterEach, describe, expect, it } from 'vitest';
import { type Epoch, PacketRing, type SnapshotProvider } from '../../feed/index.ts';
import { RepairServer } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { RANDOM_LISTINGS, randomCommand } from '../testing/random-commands.ts';
import { seededRandom } from '../testing/seeded.ts';
import { WITNESSED_RECORDS } from './limits.ts';
import { JournaledEngine } from './testing/journaled-engine.ts';
import { MemoryFiles } from './testing/memory-files.ts';
import { askWitnesses, type Testimony } from './witness.ts';

const closers: (() => unknown)[] = [];
const BOUND_MS = 2000;

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A journal, and a relay that has heard every packet of it. */
function market(turns = 30): { files: MemoryFiles; run: JournaledEngine; ring: PacketRing } {
  const files = new MemoryFiles();
  const ring = new PacketRing(2 ** 24);
  const run = new JournaledEngine(files, {}, (packet, first, count) => {
    ring.add(packet, first, count);
  });
  const random = seededRandom(3);
  run.turn(...RANDOM_LISTINGS);
  for (let id = 1; id <= turns; id++) run.turn(randomCommand(random, id));
  return { files, run, ring };
}

async function relayOf(ring: PacketRing, epoch: Epoch): Promise<string> {
  const snapshots: SnapshotProvider = {
    epoch,
    isReady: true,
    nextSequence: ring.nextSequence,
    instrumentIds: () => [],
    instrument: () => undefined,
    findId: () => undefined,
  };
  const streams = [{ ring, snapshots }] as const;
  const server = new RepairServer({ streams, crc32, wallClock, nowMs: monotonicMs });
  closers.push(() => server.close());
  return server.bind('tcp://127.0.0.1:*');
}

async function hear(ring: PacketRing, epoch: Epoch): Promise<readonly Testimony[]> {
  return askWitnesses([await relayOf(ring, epoch)], BOUND_MS);
}

function back(files: MemoryFiles, testimonies: readonly Testimony[]): JournaledEngine {
  return new JournaledEngine(files.again(), { testimonies });
}

describe('a witness', () => {
  it('that has what the journal leads to, or less, speaks for it', async () => {
    const { files, run, ring } = market(600);
    const { epoch } = run.journal.beginning;
    const all = await hear(ring, epoch);
    expect(all).toMatchObject([{ epoch, nextSequence: run.engine.nextSequence }]);
    expect(all[0]?.records.size).toBeGreaterThan(WITNESSED_RECORDS / 2);
    expect(back(files, all).journal.newEpochReason).toBeUndefined();
    // Half of what there was: it is behind.
    const part = new PacketRing(2 ** 24);
    const firstHalf = [...ring.packetsFrom(1)].slice(0, ring.length / 2);
    for (const { packet, firstSequence, count } of firstHalf) {
      part.add(packet, firstSequence, count);
    }
    expect(back(files, await hear(part, epoch)).journal.newEpochReason).toBeUndefined();
    const older = { seconds: epoch.seconds - 5, random: 1 };
    expect(back(files, await hear(ring, older)).journal.newEpochReason).toBeUndefined();
  });

  it('that has later records ends the epoch: the files were restored from a backup', async () => {
    const { files, run, ring } = market();
    const { epoch } = run.journal.beginning;
    const restored = files.again();
    const before = run.engine.nextSequence;
    const random = seededRandom(9);
    for (let id = 100; id < 130; id++) run.turn(randomCommand(random, id));
    expect(run.engine.nextSequence).toBeGreaterThan(before);
    const next = back(restored, await hear(ring, epoch));
    expect(next.journal.newEpochReason).toBe('WITNESS_AHEAD');
    expect(next.journal.beginning.previous).toMatchObject({ epoch, lastSequence: before - 1 });
    expect(next.epoch).not.toBe(run.epoch);
    expect(next.said.join()).toContain('a witness speaks against the journal');
  });

  it('that has one record more, or one other, is enough', async () => {
    const { files, run, ring } = market();
    const [whole] = await hear(ring, run.journal.beginning.epoch);
    if (whole === undefined) throw new Error('The relay has not answered.');
    const { nextSequence } = whole;
    const next = back(files, [{ ...whole, nextSequence: nextSequence + 1 }]);
    expect(next.journal.newEpochReason).toBe('WITNESS_AHEAD');
    const behind = back(files, [{ ...whole, nextSequence: nextSequence - 1 }]);
    expect(behind.journal.newEpochReason).toBeUndefined();
  });

  it('that has other records at the same place ends the epoch', async () => {
    const { files, run, ring } = market();
    const other = new PacketRing(2 ** 24);
    for (const [i, { packet, firstSequence, count }] of [...ring.packetsFrom(1)].entries()) {
      const copy = packet.slice();
      // The last byte of the last record's price or quantity.
      if (i === ring.length - 1) copy[copy.length - 8]! ^= 1;
      other.add(copy, firstSequence, count);
    }
    const testimonies = await hear(other, run.journal.beginning.epoch);
    expect(back(files, testimonies).journal.newEpochReason).toBe('WITNESS_DIFFERS');
  });

  it('that knows a later epoch ends this one, and is not contradicted by the clock', async () => {
    const { files, run, ring } = market();
    const { epoch } = run.journal.beginning;
    const later = { seconds: epoch.seconds + 1_000_000, random: 7 };
    const testimonies = await hear(ring, later);
    const next = back(files, testimonies);
    expect(next.journal.newEpochReason).toBe('WITNESS_LATER_EPOCH');
    expect(next.journal.beginning.epoch).toEqual({ ...later, random: 8 });
    // Also where there is no journal any more.
    const fresh = back(new MemoryFiles(), testimonies);
    expect(fresh.journal.newEpochReason).toBe('NO_JOURNAL');
    expect(fresh.journal.beginning.epoch).toEqual({ ...later, random: 8 });
  });

  it('that does not answer is no witness', async () => {
    const silent = 'tcp://127.0.0.1:1';
    expect(await askWitnesses([silent], 50)).toEqual([]);
    const { run, ring } = market();
    const heard = await relayOf(ring, run.journal.beginning.epoch);
    expect(await askWitnesses([silent, heard], BOUND_MS)).toMatchObject([{ endpoint: heard }]);
  });
});
