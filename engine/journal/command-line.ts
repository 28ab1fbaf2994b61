/** The journal's options on the engine's command line. */

import { randomInt } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatEpoch, type WallClock } from '../../feed/index.ts';
import { clientSecurity, crc32, type Logger, monotonicMs } from '../../feed/process/index.ts';
import { readBootId } from './boot-id.ts';
import { addRetentionOptions, type RetentionCommandLine, whole } from './checkpoint-command.ts';
import { NEW_EPOCH_TEXT } from './epoch-verdict.ts';
import { matcherFingerprint } from './fingerprint.ts';
import { type FollowerLog, FollowerProcess } from './follower-process.ts';
import { Journal } from './journal.ts';
import {
  DEFAULT_SEGMENT_BYTES,
  MAX_SEGMENT_BYTES,
  MIN_SEGMENT_BYTES,
  WITNESS_BOUND_MS,
} from './limits.ts';
import { askWitnesses, type Testimony } from './witness.ts';

export interface JournalCommandLine extends RetentionCommandLine {
  readonly journal?: string;
  readonly durability: 'write' | 'fsync';
  readonly segmentBytes: number;
  readonly onDamage: 'refuse' | 'new-epoch';
  readonly witness?: readonly string[];
  readonly witnessKey?: string;
  /** The engine's own, of its security options. */
  readonly keys?: string | undefined;
  readonly checkpointEvery: number;
  readonly checkpointBytes: number;
}

export function addJournalOptions(command: Command): Command {
  return addRetentionOptions(command)
    .option('--journal <directory>', 'keep every command here, and go on from it after a restart')
    .addOption(
      new Option('--durability <what>', 'write survives a kill, fsync a loss of power too')
        .choices(['write', 'fsync'])
        .default('write'),
    )
    .option(
      '--segment-bytes <count>',
      'a journal file is followed by another one at this size',
      segmentBytes,
      DEFAULT_SEGMENT_BYTES,
    )
    .addOption(
      new Option('--on-damage <what>', 'refuse a damaged journal, or use it as far as it goes')
        .choices(['refuse', 'new-epoch'])
        .default('refuse'),
    )
    .option(
      '--witness <endpoint>',
      'ask this relay at a restart how far it has come; may be given several times',
      (endpoint: string, before: readonly string[] = []) => [...before, endpoint],
    )
    .option('--witness-key <key>', 'public key of the witnesses; needs --keys')
    .option(
      '--checkpoint-every <commands>',
      'have a process of its own write down the state after so many; 0: never',
      whole,
      0,
    )
    .option('--checkpoint-bytes <count>', 'the same after so many bytes of journal', whole, 0);
}

/** Undefined where no checkpoints are wanted. To be started when the journal is being written. */
export function followerOf(
  options: JournalCommandLine,
  log: FollowerLog,
): FollowerProcess | undefined {
  const { journal, checkpointEvery, checkpointBytes } = options;
  if (journal === undefined || checkpointEvery + checkpointBytes === 0) return undefined;
  const { keepSegments, keepBytes, keepHours, keepCheckpoints, restartRecords } = options;
  const values = {
    '--every': checkpointEvery,
    '--every-bytes': checkpointBytes,
    '--keep-segments': keepSegments,
    '--keep-bytes': keepBytes,
    '--keep-hours': keepHours,
    '--keep-checkpoints': keepCheckpoints,
    '--restart-records': restartRecords,
  };
  const args = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [name, String(value)],
  );
  return new FollowerProcess([journal, '--follow', ...args], log);
}

/** Undefined without `--journal`: such an engine begins a new epoch, and forgets. */
export async function openJournal(
  options: JournalCommandLine,
  wallClock: WallClock,
  log: Logger,
): Promise<Journal | undefined> {
  const { journal: directory, durability, segmentBytes, onDamage, restartRecords } = options;
  if (directory === undefined) return undefined;
  const testimonies = await hear(options, log);
  const journal = await Journal.open(directory, {
    testimonies,
    fsync: durability === 'fsync',
    segmentBytes,
    onDamage,
    restartRecords,
    crc32,
    wallClock,
    nowMs: monotonicMs,
    random: () => randomInt(2 ** 20),
    matcher: matcherFingerprint(crc32),
    bootId: readBootId(),
    log,
  });
  const { transactions, newEpochReason: reason, beginning } = journal;
  const checkpoint = journal.checkpoint?.name;
  const epoch = formatEpoch(beginning.epoch);
  const fields = { directory, durability, transactions, checkpoint, epoch };
  if (reason === undefined) log.info(fields, 'the journal goes on, and its epoch');
  else if (reason === 'NO_JOURNAL') log.info(fields, 'a journal begins');
  else log.warn({ ...fields, reason }, `the journal begins a new epoch: ${NEW_EPOCH_TEXT[reason]}`);
  return journal;
}

/** Their silence is no reason to stay away: it is said, and the engine goes on. */
async function hear(
  { witness: endpoints = [], witnessKey: relayKey, keys }: JournalCommandLine,
  log: Logger,
): Promise<readonly Testimony[]> {
  const curve = relayKey === undefined ? undefined : clientSecurity({ keys, relayKey })?.relay;
  const testimonies = await askWitnesses(endpoints, WITNESS_BOUND_MS, curve);
  for (const endpoint of endpoints) {
    const said = testimonies.find((testimony) => testimony.endpoint === endpoint);
    if (said === undefined) {
      const fields = { witness: endpoint, boundMs: WITNESS_BOUND_MS };
      log.warn(fields, 'a witness has not answered: what it knows is not considered');
      continue;
    }
    const { epoch, nextSequence } = said;
    const fields = { witness: endpoint, epoch: formatEpoch(epoch), nextSequence };
    log.info(fields, 'a witness has answered');
  }
  return testimonies;
}

function segmentBytes(text: string): number {
  const bytes = Number(text);
  if (Number.isInteger(bytes) && bytes >= MIN_SEGMENT_BYTES && bytes <= MAX_SEGMENT_BYTES) {
    return bytes;
  }
  throw new InvalidArgumentError(`It is a whole number, ${MIN_SEGMENT_BYTES} or more.`);
}
