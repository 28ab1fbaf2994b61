/** An engine run that nobody sees: for the fingerprint, and to learn where a journal ends. */

import { type Crc32, type Epoch, NO_EPOCH, type PacketSink } from '../../feed/index.ts';
import { Engine } from '../engine.ts';
import { ClientDirectory } from '../entry/client-directory.ts';
import { ReportRouter } from '../entry/report-router.ts';
import { SessionTable } from '../entry/session-table.ts';
import { NO_TOKEN } from '../protocol/index.ts';
import type { SequencedReports } from '../sequencer.ts';
import type { UsableCheckpoint } from './checkpoint-choice.ts';
import { WITNESSED_RECORDS } from './limits.ts';
import type { RecordTarget } from './record-player.ts';
import { RecordWindow } from './record-window.ts';
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

export interface PrivateRunOptions {
  /** What it begins with; default: nothing. */
  readonly checkpoint?: Pick<UsableCheckpoint, 'state' | 'stateVersion'> | undefined;
  /** Gets the packets of the L2 stream; default: nobody does. */
  readonly sink?: PacketSink;
  /** As in the first record of the epoch. */
  readonly previous?: EpochEnd;
}

export function privateRun(crc32: Crc32, options: PrivateRunOptions = {}): PrivateRun {
  const { checkpoint, sink, previous } = options;
  const { sink: reports, clients } = privateReports();
  const engine = new Engine({
    // Which epoch it is makes no difference to anything but the headers of its packets.
    epoch: NO_EPOCH,
    wallClock: () => {},
    crc32,
    sink,
    reports,
    ...(previous === undefined ? {} : { previous }),
  });
  const run = { engine, clients };
  if (checkpoint !== undefined) loadWhole(run, checkpoint.state, checkpoint.stateVersion, 0);
  return run;
}

/** Where the streams end, when a journal has been done again. */
export interface JournalEnd extends Omit<EpochEnd, 'epoch'> {
  /** The newest records of the L2 stream. */
  readonly records: RecordWindow;
}

export function endOfJournal(
  crc32: Crc32,
  from: Pick<PrivateRunOptions, 'checkpoint' | 'previous'>,
  play: (target: RecordTarget) => void,
): JournalEnd {
  // A little more than is compared, for a witness may be a little behind.
  const records = new RecordWindow(4 * WITNESSED_RECORDS);
  const run = privateRun(crc32, { ...from, sink: (packet) => records.add(packet) });
  play(replayTarget(run, () => 0));
  run.engine.flush();
  const { levels, orders } = run.engine;
  return {
    lastSequence: levels.nextSequence - 1,
    lastOrderSequence: orders.nextSequence - 1,
    records,
  };
}

/** Where an epoch ended, as far as it counts. */
export interface EpochEnd {
  readonly epoch: Epoch;
  readonly lastSequence: number;
  /** Of the L3 stream. */
  readonly lastOrderSequence: number;
}
