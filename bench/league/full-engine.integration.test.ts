/** The whole engine on the league's cases and small streams: the published reports, out of its bytes. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CommandType, OrderType, TimeInForce } from '../../engine/protocol/index.ts';
import { Side } from '../../feed/index.ts';
import { requireTestData } from '../setup/test-data.ts';
import { checkedLines, checkRun } from './check-run.ts';
import { readEdgeCases } from './edge-cases.ts';
import { INSTRUMENT } from './full-engine.ts';
import { playFull } from './full-player.ts';
import type { LeagueStream } from './league-stream.ts';
import { readRecordFile } from './record-file.ts';
import { LEAGUE_FOLDER, SCENARIOS } from './scenarios.ts';

test('the whole engine gives the reports of all 34 edge cases', (context) => {
  const path = requireTestData(context, `${LEAGUE_FOLDER}/edge-cases.json`);
  const cases = readEdgeCases(readFileSync(path, 'utf8'));
  expect(cases).toHaveLength(34);
  for (const { name, stream, sha256, lines } of cases) {
    if (lines !== undefined) expect(linesOf(stream), name).toEqual(lines);
    expect(checkRun(playFull(stream), stream), name).toBe(sha256);
  }
});

test.for(SCENARIOS)('the whole engine gives the reports of $name', ({ small }, context) => {
  const path = requireTestData(context, small.file);
  const stream = readRecordFile(readFileSync(path));
  expect(checkRun(playFull(stream), stream)).toBe(small.sha256);
});

describe('the check of a run fails', () => {
  const [scenario] = SCENARIOS;

  test.for<[string, RegExp, (run: ReturnType<typeof playFull>) => void]>([
    [
      'when a packet is missing',
      /not whole|GAPPED|SYNCING/,
      ({ output }) => {
        output.levelPackets.splice(2, 1);
      },
    ],
    [
      'when one byte of a packet is another one',
      /not whole|GAPPED|SYNCING/,
      ({ output }) => {
        flip(output.levelPackets.at(-1), 90);
      },
    ],
    [
      'when a packet of the L3 stream is missing',
      /not whole|GAPPED|SYNCING/,
      ({ output }) => {
        output.orderPackets.splice(2, 1);
      },
    ],
    [
      'when the journal has lost its last batch',
      /journal holds/,
      ({ output }) => {
        output.journalBatches.pop();
      },
    ],
    [
      'when a client did not get its last frame',
      /one side only|never accepted|^[0-9a-f]{64}$/,
      ({ output }) => {
        output.reportFrames[0]?.pop();
      },
    ],
    [
      'when the book has an order that the packets do not tell',
      /the bytes say/,
      ({ engine, output }) => {
        const { length } = output.levelPackets;
        engine.sequencer.submit(1, 0, {
          type: CommandType.NewOrder,
          instrument: INSTRUMENT,
          clientOrderId: 999_999_999,
          side: Side.Bid,
          orderType: OrderType.Limit,
          timeInForce: TimeInForce.Gtc,
          price: 1,
          quantity: 1,
        });
        engine.flush();
        output.levelPackets.length = length;
      },
    ],
  ])('%s', ([, message, harm], context) => {
    const path = requireTestData(context, scenario?.small.file ?? '');
    const stream = readRecordFile(readFileSync(path));
    const run = playFull(stream);
    harm(run);
    const outcome = outcomeOf(() => checkRun(run, stream));
    expect(outcome).not.toBe(scenario?.small.sha256);
    expect(outcome).toMatch(message);
  });
});

function linesOf(stream: LeagueStream): string[] {
  const lines: string[] = [];
  checkedLines(playFull(stream), stream, (line) => lines.push(line));
  return lines;
}

function flip(bytes: Uint8Array | undefined, at: number): void {
  if (bytes !== undefined) bytes[at] = (bytes[at] as number) ^ 1;
}

function outcomeOf(check: () => string): string {
  try {
    return check();
  } catch (error) {
    return String(error);
  }
}
