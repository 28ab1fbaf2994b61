/** Decodes everything that a run of the whole engine gave out, and answers with the reports' hash. */

import { checkLevels, checkOrders } from './book-bytes.ts';
import { INSTRUMENT } from './full-engine.ts';
import type { FullRun } from './full-player.ts';
import { checkJournal } from './journal-bytes.ts';
import type { LeagueStream } from './league-stream.ts';
import { ReportBytes } from './report-bytes.ts';
import { LineHash } from './report-lines.ts';

/** The canonical SHA-256; throws when any of the bytes do not say what the engine did. */
export function checkRun(run: FullRun, stream: LeagueStream): string {
  const hash = new LineHash();
  checkedLines(run, stream, (line) => hash.add(line));
  return hash.digest();
}

/** The same, with the lines themselves. */
export function checkedLines(
  { engine, output, orders, transactionsBefore }: FullRun,
  stream: LeagueStream,
  emit: (line: string) => void,
): void {
  const listed = engine.market.instrument(INSTRUMENT);
  if (listed === undefined) throw new Error('The instrument is not listed.');
  checkLevels(output.levelPackets, listed);
  checkOrders(output.orderPackets, listed);
  checkJournal(output.journalBatches, stream, orders);
  new ReportBytes(stream, orders, transactionsBefore).lines(output.reportFrames, emit);
}
