/** What the user of `touchline verify` reads, on a terminal and at the end. */

import { expect, test } from 'vitest';
import { NeutralCapture } from './captures/neutral-capture.ts';
import type { EndResult } from './checked-end.ts';
import { ProgressLine } from './progress-line.ts';
import { reportLines } from './report.ts';
import { Tally } from './tally.ts';

function endOf(tally: Tally): EndResult {
  const farEnd = 'the subscriber library (7 book hashes compared)';
  return { through: 'feed', tally, capture: new NeutralCapture('x'), farEnd };
}

test('the report says what was left out and what failed first, and ends with the verdict', () => {
  const tally = new Tally();
  tally.steps = 1234;
  tally.check(undefined);
  tally.book(undefined);
  tally.trade({
    line: 5,
    transaction: 6,
    symbol: 'X',
    kind: 'trade',
    expected: 'ask 1 @ 2',
    got: 'no trade',
  });
  const problem = { type: 'problem', code: 'NOT_JSON', message: 'This is not JSON.' } as const;
  const problems = [1, 2, 3, 4, 5, 6, 7].map((line) => ({
    ...problem,
    line,
    isWarning: line === 1,
  }));
  expect(reportLines({ ends: [endOf(tally)], problems })).toEqual([
    '1 line of the capture used in part:',
    '  line 1: NOT_JSON: This is not JSON.',
    '6 lines of the capture left out:',
    ...[2, 3, 4, 5, 6].map((line) => `  line ${line}: NOT_JSON: This is not JSON.`),
    '  and 1 more',
    '1,234 lines played, checked through the feed by the subscriber library (7 book hashes compared)',
    '1 of 1 books LIVE and equal level by level',
    '0 of 1 trades arrive',
    'first failure: line 5, transaction 6, X, trade: expected ask 1 @ 2, got no trade',
    '1 of 1 checks hold, but the trades differ',
  ]);
});

test('progress is one line that is written over, with a bar once the lines are counted', () => {
  const written: string[] = [];
  const progress = new ProgressLine({ isTTY: true, write: (text) => written.push(text) });
  const tally = new Tally();
  tally.check(undefined);
  progress.show([endOf(tally)], 5, 0);
  progress.show([endOf(tally)], 6, 50);
  progress.expect(20);
  progress.show([endOf(tally)], 10, 100);
  progress.clear();
  expect(written).toEqual([
    '\r\u001b[Kline 5: feed 1 of 1 checks hold',
    `\r\u001b[K${'█'.repeat(12)}${'░'.repeat(12)}  50 %  line 10: feed 1 of 1 checks hold`,
    '\r\u001b[K',
  ]);
});

test('nothing is written over where there is no terminal', () => {
  const written: string[] = [];
  const progress = new ProgressLine({ write: (text) => written.push(text) });
  progress.say('starting');
  progress.show([endOf(new Tally())], 5, 0);
  progress.clear();
  expect(written).toEqual([]);
});
