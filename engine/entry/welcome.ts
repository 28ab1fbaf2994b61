/** What a client is told when its session begins: who it is, and what it has missed. */

import type { Epoch } from '../../feed/index.ts';
import { encodeLoggedOn, encodeReportsLost } from '../protocol/index.ts';
import type { EntrySession } from './session.ts';

export function welcome(session: EntrySession, epoch: Epoch): void {
  const { owner, token, lastCommand, reports, heartbeatMs } = session.account;
  const { isResumed } = session;
  const nextReport = reports.next;
  const client = { owner, heartbeatMs, token, lastCommand, nextReport };
  encodeLoggedOn(session.writer(), { ...client, epoch, isResumed });
}

/** Tells what it has missed, as far as that is kept. */
export function replay(session: EntrySession, lastReport: number): void {
  const { reports } = session.account;
  if (lastReport + 1 < reports.first) {
    encodeReportsLost(session.writer(), { first: lastReport + 1, last: reports.first - 1 });
  }
  reports.replay(lastReport, (report, sequence) => session.report(report, sequence));
}
