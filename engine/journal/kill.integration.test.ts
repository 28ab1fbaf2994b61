/**
 * SIGKILL from another process, hundreds of times, in every phase of a small engine's life: it comes
 * back as if nothing had happened. `TOUCHLINE_KILLS` says how often (`npm run kill -- --kills 5000`),
 * `TOUCHLINE_SEED` repeats the choices, though not the machine's timing.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Epoch, PacketOffset, readU64, sameEpoch, setNanos } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import { Engine } from '../engine.ts';
import { digestOf, StateWriter } from '../state.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { playHistory, readHistory } from './history.ts';
import { NodeJournalFiles } from './journal-files.ts';
import { privateReports } from './private-run.ts';
import { recordsOf } from './testing/journaled-engine.ts';
import { killCommand } from './testing/kill-commands.ts';
import { bundleTarget, KilledEngine, type Ready } from './testing/killed-engine.ts';
import { KILL_PHASES, type KillPhase } from './testing/marked-files.ts';

const KILLS = Number(process.env['TOUCHLINE_KILLS'] ?? 200);
/** A phase must have been hit so often, or the run has not tried what it says. */
const LEAST_PER_PHASE = 10;
/** Points of a phase that pass before a held process stands still: more than any phase has once. */
const MOST_POINTS = 9;
const LIMIT_MS = 600_000 + 5000 * KILLS;

/** The run that is never killed: the same commands at the times that the journal says. */
class Unkilled {
  readonly records: string[] = [''];
  readonly engine: Engine;
  /** Of the commands done: none is missing, none was done twice. */
  numbers = 0;

  constructor(epoch: Epoch) {
    this.engine = new Engine({
      epoch,
      wallClock: (out) => setNanos(out, 0n),
      crc32,
      sink: (packet) => this.records.push(...recordsOf(packet)),
      reports: privateReports().sink,
    });
    this.engine.flush();
  }

  /** Up to the end of the journal, of which the oldest segments may be gone. */
  follow(directory: string): void {
    const history = readHistory(new NodeJournalFiles(directory), crc32, { wantsAll: true });
    expect(history.damage).toBeUndefined();
    const { sequencer } = this.engine;
    playHistory(
      { ...history, checkpoint: undefined },
      {
        command: (transaction, timeHigh, timeLow, owner, number, command) => {
          if (transaction <= sequencer.transaction) return;
          // What is due the engine sequences itself.
          const own = number === 0 ? command : killCommand(number);
          if (number !== 0) expect(number).toBe(this.numbers + 1);
          this.numbers = Math.max(this.numbers, number);
          expect(command, `transaction ${transaction}`).toMatchObject(own);
          sequencer.apply(transaction, timeHigh, timeLow, owner, number, own);
        },
        client: () => {},
      },
    );
    this.engine.flush();
  }

  expectEqual({ transaction, next, digest }: Ready, hint: string): void {
    expect(transaction, hint).toBe(this.engine.sequencer.transaction);
    expect(next, hint).toBe(this.engine.nextSequence);
    const writer = new StateWriter();
    this.engine.saveState(writer);
    expect(digest, hint).toBe(digestOf(writer.written));
  }

  /** What was published before a kill is what there is after it. */
  expectPublished(packets: readonly Uint8Array[], hint: string): number {
    let count = 0;
    for (const packet of packets) {
      const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
      let sequence = readU64(view, PacketOffset.FirstSequence);
      for (const record of recordsOf(packet)) {
        expect(record, `${hint}, sequence ${sequence}`).toBe(this.records[sequence]);
        sequence += 1;
        count += 1;
      }
    }
    return count;
  }
}

it(
  'comes back after SIGKILL as if nothing had happened, in whatever phase it was hit',
  async () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'touchline-kill-'));
    const directory = join(folder, 'journal');
    mkdirSync(directory);
    await bundleTarget(folder);
    const hits: Record<KillPhase, number> = {
      restarting: 0,
      idle: 0,
      writing: 0,
      publishing: 0,
      checkpointing: 0,
    };
    /** Chance has had its kills: what it has not hit often enough is then hit on purpose. */
    const lacking = (): KillPhase | undefined => {
      const phase = KILL_PHASES.find((one) => hits[one] < LEAST_PER_PHASE);
      return phase ?? (fromCheckpoint <= kills / 10 ? 'checkpointing' : undefined);
    };
    let unkilled: Unkilled | undefined;
    let engine: KilledEngine | undefined;
    let [kills, held, records, fromCheckpoint] = [0, 0, 0, 0];
    /** It is what it was before it was killed. */
    const comeBack = async (back: KilledEngine, hint: string): Promise<void> => {
      const ready = await back.ready();
      unkilled ??= new Unkilled(ready.epoch);
      expect(sameEpoch(ready.epoch, unkilled.engine.epoch), `${hint}: ${ready.reason}`).toBe(true);
      unkilled.expectEqual(ready, hint);
      if (ready.from > 0) fromCheckpoint += 1;
    };
    try {
      while (kills < KILLS || lacking() !== undefined) {
        const hint = `seed ${seed}, kill ${kills}`;
        const phase = kills < KILLS ? undefined : lacking();
        if (phase === undefined) {
          engine = new KilledEngine(folder);
          // One in four is killed while it is coming back.
          const isEarly = unkilled !== undefined && random(4) === 0;
          if (!isEarly) await comeBack(engine, hint);
          await sleep(isEarly ? 40 + random(150) : random(30) + random(2) * random(40));
        } else {
          engine = new KilledEngine(folder, { phase, points: random(MOST_POINTS) });
          if (phase !== 'restarting') await comeBack(engine, hint);
          await engine.held();
          held += 1;
        }
        const hit = await engine.kill();
        if (phase !== undefined) expect(hit, hint).toBe(phase);
        hits[hit] += 1;
        kills += 1;
        // No kill leaves a checkpoint behind that has its name and is not whole.
        expect(engine.logged, hint).toEqual([]);
        unkilled?.follow(directory);
        // All that was said to be done is there, and nothing has been made up.
        const last = unkilled?.engine.sequencer.transaction ?? 0;
        expect(last, hint).toBeGreaterThanOrEqual(engine.done);
        records += unkilled?.expectPublished(engine.packets, hint) ?? 0;
      }
      const counts = Object.entries(hits).map(([phase, count]) => `${phase} ${count}`);
      const { transaction } = unkilled?.engine.sequencer ?? { transaction: 0 };
      const what = `${transaction} commands, ${records} records, ${fromCheckpoint} checkpoints used`;
      process.stdout.write(`${kills} kills (${counts.join(', ')}; ${held} held), ${what}\n`);
      expect(readdirSync(directory).some((name) => name.includes('.damaged'))).toBe(false);
    } finally {
      await engine?.end();
      rmSync(folder, { recursive: true });
    }
  },
  LIMIT_MS,
);

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
