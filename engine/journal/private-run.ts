/** An engine run that nobody sees: for the fingerprint, and to learn where a journal ends. */

import { type Crc32, type Epoch, NO_EPOCH } from '../../feed/index.ts';
import { Engine } from '../engine.ts';
import { ClientDirectory } from '../entry/client-directory.ts';
import { ReportRouter } from '../entry/report-router.ts';
import { SessionTable } from '../entry/session-table.ts';
import { NO_TOKEN } from '../protocol/index.ts';
import type { SequencedReports } from '../sequencer.ts';
import type { RecordTarget } from './record-player.ts';

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

/** The last sequence of the stream that `play` makes under this beginning. */
export function lastSequenceOf(
  beginning: { readonly epoch: Epoch; readonly previous: EpochEnd },
  crc32: Crc32,
  play: (target: RecordTarget) => void,
): number {
  const { epoch, previous } = beginning;
  const reports = privateReports();
  const engine = new Engine({
    epoch,
    previous,
    wallClock: () => {},
    crc32,
    sink: () => {},
    reports: reports.sink,
  });
  play({
    command: (...command) => engine.sequencer.apply(...command),
    client: () => {},
  });
  engine.flush();
  return engine.nextSequence - 1;
}

/** Where an epoch ended, as far as it counts. */
export interface EpochEnd {
  readonly epoch: Epoch;
  readonly lastSequence: number;
}
