/**
 * The engine with its journal and a taker of checkpoints, without sockets: small enough to be killed
 * several times a second. It gives itself commands that follow from their numbers alone, and says on
 * its standard output what it publishes and what it has done.
 */

import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { crc32, monotonicMs, UserError, wallClock } from '../../../feed/process/index.ts';
import { Engine } from '../../engine.ts';
import { USUAL_CHOICE } from '../../entry/client-directory.ts';
import { digestOf, StateWriter } from '../../state.ts';
import { CheckpointTaker } from '../checkpoint-taker.ts';
import { configurationFingerprint } from '../fingerprint.ts';
import { JournalFollower } from '../follower.ts';
import { Journal } from '../journal.ts';
import { lockJournal } from '../lock.ts';
import { privateReports } from '../private-run.ts';
import { replayTarget } from '../replay.ts';
import { loadWhole } from '../whole-state.ts';
import { killCommand, TARGET, TARGET_CLIENT } from './kill-commands.ts';
import { KILL_PHASES, MarkedFiles, PhaseFile } from './marked-files.ts';

const [directory = '', folder = '', holdPhase, holdPoints] = process.argv.slice(2);
const PUBLISHING_MS = 2;
const PAUSE_MS = 5;

async function main(): Promise<void> {
  const held = KILL_PHASES.find((name) => name === holdPhase);
  const hold = held === undefined ? undefined : { phase: held, points: Number(holdPoints) };
  const phase = new PhaseFile(join(folder, 'phase'), hold, () => say('held', {}));
  await lockJournal(directory);
  const files = new MarkedFiles(directory, phase);
  const journal = new Journal(files, {
    fsync: false,
    segmentBytes: TARGET.segmentBytes,
    onDamage: 'refuse',
    crc32,
    wallClock,
    nowMs: monotonicMs,
    random: () => 1,
    matcher: TARGET.matcher,
    bootId: TARGET.bootId,
    restartRecords: TARGET.restartRecords,
    log: { info: () => {}, error: (fields, message) => say('log', { ...fields, message }) },
  });
  const log = journal.begin();
  const { sink: reports, clients } = privateReports();
  let isServing = false;
  const engine = new Engine({
    ...journal.beginning,
    wallClock,
    crc32,
    sink: (packet) => {
      if (isServing) tell(1, packet);
    },
    reports,
    log,
  });
  const { checkpoint } = journal;
  if (checkpoint !== undefined) {
    loadWhole({ engine, clients }, checkpoint.state, checkpoint.stateVersion, 0);
  }
  journal.play(replayTarget({ engine, clients }, () => 0));
  engine.flush();
  if (clients.size === 0) {
    clients.restore({ ...USUAL_CHOICE, ...TARGET_CLIENT }, 0);
    log.client({ ...USUAL_CHOICE, ...TARGET_CLIENT });
    engine.flush();
  }
  const { transaction } = engine.sequencer;
  const { epoch } = journal.beginning;
  const facts = { transaction, epoch, next: engine.nextSequence, digest: digest(engine) };
  const { newEpochReason: reason } = journal;
  say('ready', { ...facts, reason, from: checkpoint?.transaction ?? 0 });
  // What was compiled is otherwise written down at the end, which never comes.
  if (transaction === 0) flushCompileCache();
  isServing = true;
  phase.enter('idle');
  const number = clients.ofOwner(TARGET_CLIENT.owner)?.lastCommand ?? 0;
  run(engine, phase, files, number);
}

/** Turns of a few commands behind that of `last`; between them nothing, or a checkpoint. */
function run(engine: Engine, phase: PhaseFile, files: MarkedFiles, last: number): void {
  const { sequencer } = engine;
  let number = last;
  const taker = new CheckpointTaker({
    follower: new JournalFollower({
      files,
      crc32,
      now: () => 0n,
      matcher: TARGET.matcher,
      configuration: configurationFingerprint(),
    }),
    files,
    crc32,
    everyCommands: TARGET.checkpointCommands,
    everyBytes: 0,
    retention: { checkpoints: 3, segments: 6, restartRecords: TARGET.restartRecords },
    nowMs: () => 0,
    taken: () => {},
    removed: () => {},
  });
  const turn = (): void => {
    phase.linger(0);
    const count = 1 + (sequencer.transaction % 23);
    for (let i = 0; i < count; i++) {
      number += 1;
      sequencer.submit(TARGET_CLIENT.owner, number, killCommand(number));
    }
    sequencer.commit();
    phase.enter('publishing');
    engine.flush();
    phase.linger(PUBLISHING_MS);
    say('done', { transaction: sequencer.transaction });
    phase.enter('checkpointing');
    while (taker.step());
    phase.enter('idle');
    setTimeout(turn, sequencer.transaction % 3 === 0 ? PAUSE_MS : 0);
  };
  turn();
}

function digest(engine: Engine): string {
  const writer = new StateWriter();
  engine.saveState(writer);
  return digestOf(writer.written);
}

function say(what: string, fields: object): void {
  tell(2, Buffer.from(JSON.stringify({ what, ...fields })));
}

/** Length, kind, payload: whole, for a pipe takes no part of so little. */
function tell(kind: number, payload: Uint8Array): void {
  const message = Buffer.alloc(5 + payload.length);
  message.writeUInt32LE(payload.length, 0);
  message[4] = kind;
  message.set(payload, 5);
  for (let at = 0; at < message.length; ) at += writeSync(1, message, at);
}

main().catch((error: unknown) => {
  const code = error instanceof UserError ? error.code : 'FATAL';
  say('failed', { code, message: error instanceof Error ? (error.stack ?? '') : String(error) });
  process.exitCode = 1;
});
