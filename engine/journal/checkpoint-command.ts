/** `touchline journal checkpoint`: takes checkpoints, once or as long as an engine writes. */

import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { nanosToBigInt } from '../../feed/index.ts';
import { crc32, type ProcessContext, UserError, wallClock } from '../../feed/process/index.ts';
import { CheckpointTaker } from './checkpoint-taker.ts';
import { configurationFingerprint, matcherFingerprint } from './fingerprint.ts';
import { JournalFollower } from './follower.ts';
import { NodeJournalFiles } from './journal-files.ts';
import { DEFAULT_CHECKPOINT_COMMANDS, FOLLOW_POLL_MS, KEPT_CHECKPOINTS } from './limits.ts';
import { lockJournal } from './lock.ts';
import { LEAST_CHECKPOINTS, type Retention } from './retention.ts';

export interface RetentionCommandLine {
  readonly keepSegments?: number;
  readonly keepBytes?: number;
  readonly keepHours?: number;
  readonly keepCheckpoints: number;
  readonly restartRecords?: number;
}

interface CheckpointCommandLine extends RetentionCommandLine {
  readonly follow?: boolean;
  readonly every: number;
  readonly everyBytes: number;
}

/** Also the engine's own: it hands them on. */
export function addRetentionOptions(command: Command): Command {
  return command
    .option('--keep-segments <count>', 'remove the oldest files beyond so many', whole)
    .option('--keep-bytes <count>', 'remove the oldest files beyond so many bytes', whole)
    .option('--keep-hours <hours>', 'remove files that were written longer ago', whole)
    .option('--keep-checkpoints <count>', 'of the newest', checkpoints, KEPT_CHECKPOINTS)
    .addOption(
      new Option(
        '--restart-records <count>',
        'records that a restart does again at least, for relays that were behind',
      ).argParser(whole),
    );
}

export function addCheckpointCommand(program: Command, context: ProcessContext): void {
  const command = program
    .command('checkpoint')
    .description('write down the state that the journal leads to, so that a restart begins there')
    .argument('<directory>')
    .option('--follow', 'keep up with the engine that writes the journal')
    .option('--every <commands>', 'take one after so many', whole, DEFAULT_CHECKPOINT_COMMANDS)
    .option('--every-bytes <count>', 'take one after so many bytes of journal', whole, 0);
  addRetentionOptions(command).action((directory: string, options: CheckpointCommandLine) =>
    takeCheckpoints(context, directory, options),
  );
}

async function takeCheckpoints(
  context: ProcessContext,
  directory: string,
  options: CheckpointCommandLine,
): Promise<void> {
  if (!existsSync(directory)) {
    throw new UserError('JOURNAL_UNUSABLE', `${directory} is not there. Name a journal.`);
  }
  const lock = await lockJournal(directory, 'checkpoints');
  context.onShutdown(() => lock.release());
  // The engine's processor time comes first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const taker = openTaker(context, new NodeJournalFiles(directory), options);
  if (options.follow === true) follow(context, taker);
  else if (await takeOne(context, taker)) return;
  else throw new UserError('NOTHING_TO_CHECKPOINT', `${directory} holds no transaction so far.`);
}

function openTaker(
  { log }: ProcessContext,
  files: NodeJournalFiles,
  options: CheckpointCommandLine,
): CheckpointTaker {
  const follower = new JournalFollower({
    files,
    crc32,
    now,
    matcher: matcherFingerprint(crc32),
    configuration: configurationFingerprint(),
  });
  return new CheckpointTaker({
    follower,
    files,
    crc32,
    everyCommands: options.every,
    everyBytes: options.everyBytes,
    retention: retentionOf(options),
    nowMs: () => Number(now() / 1_000_000n),
    taken: ({ name: checkpoint, transaction, bytes }) =>
      log.info({ checkpoint, transaction, bytes }, 'a checkpoint was taken'),
    removed: (names) => log.info({ names }, 'files that no restart needs were removed'),
  });
}

/** Reads all that is committed, and writes it down. */
async function takeOne({ signal }: ProcessContext, taker: CheckpointTaker): Promise<boolean> {
  while (!signal.aborted && taker.step()) await new Promise((resolve) => setImmediate(resolve));
  const checkpoint = taker.take();
  if (checkpoint === undefined) return false;
  const { name, transaction, bytes } = checkpoint;
  process.stdout.write(`${name}  transaction ${transaction}, ${bytes} bytes\n`);
  return true;
}

/** A step a turn, so that whoever wants to end this process is heard. */
function follow(context: ProcessContext, taker: CheckpointTaker): void {
  context.ready({});
  const turn = (): void => {
    if (context.signal.aborted) return;
    try {
      const isBusy = taker.step();
      setTimeout(turn, isBusy ? 0 : FOLLOW_POLL_MS);
    } catch (error) {
      context.fail(error);
    }
  };
  turn();
}

function retentionOf(options: RetentionCommandLine): Retention {
  const { keepSegments, keepBytes, keepHours, keepCheckpoints, restartRecords } = options;
  return {
    segments: keepSegments,
    bytes: keepBytes,
    ageMs: keepHours === undefined ? undefined : keepHours * 3_600_000,
    checkpoints: keepCheckpoints,
    restartRecords,
  };
}

function now(): bigint {
  const time = { high: 0, low: 0 };
  wallClock(time);
  return nanosToBigInt(time.high, time.low);
}

export function whole(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It is a whole number.');
}

function checkpoints(text: string): number {
  const value = whole(text);
  if (value >= LEAST_CHECKPOINTS) return value;
  throw new InvalidArgumentError(`At least ${LEAST_CHECKPOINTS} are kept.`);
}
