/** An engine run that nobody sees: for the fingerprint, and to learn where a journal ends. */

import { type Crc32, type Epoch, NO_EPOCH, type PacketSink } from '../../feed/index.ts';
import { Engine } from '../engine.ts';
import { ClientDirectory } from '../entry/client-directory.ts';
import { ReportRouter } from '../entry/report-router.ts';
import { SessionTable } from '../entry/session-table.ts';
import { NO_TOKEN } from '../protocol/index.ts';
import type { SequencedReports } from '../sequencer.ts';
import type { UsableCheckpoint } from './checkpoint-choice.ts';
import type { RecordTarget } from './record-player.ts';
import { replayTarget } from './replay.ts';
import { loadWhole, type WholeEngine } from './whole-state.ts';

export interface PrivateReports {
  readonly sink: SequencedReports;
  readonly clients: ClientDirectory;
}

/** Reports as in production, kept in the accounts of clients without sessions. */
export function privateReports(): PrivateReports {
  const clients = new ClientDirectory({ newToken: () => NO_TOKEN, openOrdersOf: () => 0 });
  const sessions = new SessionTable({
    epoch: NO_EPOCH,
    clients,
    nowMs: () => 0,
    log: { info: () => {}, warn: () => {} },
    reply: () => {},
  });
  return { sink: new ReportRouter(sessions), clients };
}

/** An engine and the accounts of its clients, seen by nobody. */
export interface PrivateRun extends WholeEngine {
  readonly engine: Engine;
  readonly clients: ClientDirectory;
}

/** From the beginning, or from a checkpoint; `sink` gets the packets. */
export function privateRun(
  crc32: Crc32,
  checkpoint?: Pick<UsableCheckpoint, 'state' | 'stateVersion'>,
  sink: PacketSink = () => {},
): PrivateRun {
  const { sink: reports, clients } = privateReports();
  // Which epoch it is makes no difference to anything but its packets.
  const engine = new Engine({ epoch: NO_EPOCH, wallClock: () => {}, crc32, sink, reports });
  const run = { engine, clients };
  if (checkpoint !== undefined) loadWhole(run, checkpoint.state, checkpoint.stateVersion, 0);
  return run;
}

/** Where the streams end, when a journal has been done again. */
export function lastSequencesOf(
  crc32: Crc32,
  checkpoint: UsableCheckpoint | undefined,
  play: (target: RecordTarget) => void,
): Omit<EpochEnd, 'epoch'> {
  const run = privateRun(crc32, checkpoint);
  play(replayTarget(run, () => 0));
  run.engine.flush();
  const { levels, orders } = run.engine;
  return {
    lastSequence: levels.nextSequence - 1,
    lastOrderSequence: orders.nextSequence - 1,
  };
}

/** Where an epoch ended, as far as it counts. */
export interface EpochEnd {
  readonly epoch: Epoch;
  readonly lastSequence: number;
  /** Of the L3 stream. */
  readonly lastOrderSequence: number;
}
