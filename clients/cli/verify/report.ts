/** What `touchline verify` prints at its end: what was played, what was compared, what held. */

import { LobsterCapture } from './captures/lobster-capture.ts';
import type { EndResult } from './checked-end.ts';
import type { CaptureProblem, VerificationResult } from './run-verification.ts';
import { describeFailure } from './tally.ts';

/** Problems of one kind that are named one by one; the rest are counted. */
const SHOWN_PROBLEMS = 5;

/** The verdict is the last line. */
export function reportLines({ ends, problems }: VerificationResult): readonly string[] {
  const warnings = problems.filter(({ isWarning }) => isWarning);
  const refused = problems.filter(({ isWarning }) => !isWarning);
  return [
    ...problemLines('used in part', warnings),
    ...problemLines('left out', refused),
    ...ends.flatMap(endLines),
  ];
}

function endLines({ through, tally, farEnd, capture }: EndResult): readonly string[] {
  const lines = [
    `${number(tally.steps)} lines played, checked through the ${through} by ${farEnd}`,
  ];
  const { books, lastBooks, trades, firstFailure } = tally;
  if (books.all > 0) lines.push(`${books} books LIVE and equal level by level`);
  if (lastBooks.all > 0) lines.push(`${lastBooks} books LIVE and equal at the end`);
  if (trades.all > 0) lines.push(`${trades} trades arrive`);
  if (capture instanceof LobsterCapture) {
    const { compared, unknowable } = capture.knowledge;
    lines.push(`${number(compared)} levels compared, ${number(unknowable)} could not be known`);
  }
  if (firstFailure !== undefined) lines.push(describeFailure(firstFailure));
  return [...lines, tally.verdict];
}

function problemLines(what: string, problems: readonly CaptureProblem[]): readonly string[] {
  if (problems.length === 0) return [];
  const all = new Set(problems.map(({ line }) => line)).size;
  const shown = problems.slice(0, SHOWN_PROBLEMS);
  const more = problems.length - shown.length;
  return [
    `${number(all)} ${all === 1 ? 'line' : 'lines'} of the capture ${what}:`,
    ...shown.map(({ line, code, message }) => `  line ${number(line)}: ${code}: ${message}`),
    ...(more > 0 ? [`  and ${number(more)} more`] : []),
  ];
}

function number(value: number): string {
  return value.toLocaleString('en');
}
