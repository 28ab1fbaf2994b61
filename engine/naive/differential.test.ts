/** The fast market does what the naive one does, after every command of random streams. */

import { afterAll, describe, expect, it } from 'vitest';
import { OrderDirectory } from '../order-directory.ts';
import { testSeed } from '../testing/seeded.ts';
import { Coverage } from './differential/coverage.ts';
import { FastSide, type Outcome } from './differential/market-side.ts';
import { playRandom } from './differential/play.ts';
import { ReloadedSide } from './differential/reloaded-side.ts';
import { reportDifference } from './differential/report-difference.ts';
import { TASTES } from './differential/tastes.ts';

const COMMANDS = 1500;
const STREAMS_OF_TASTE = 8;
const NAMES = TASTES.map(({ name }) => name);

describe('the fast market', () => {
  const firstSeed = testSeed();
  const coverage = new Coverage();
  const limited = new Coverage();

  it.each(NAMES)('does what the naive one does, of %s', { timeout: 60_000 }, (tasteName) => {
    for (let seed = firstSeed; seed < firstSeed + STREAMS_OF_TASTE; seed += 1) {
      const run = playRandom(seed, COMMANDS, { tasteName });
      coverage.add(run.seen);
      expect(reportDifference(seed, run)).toBeUndefined();
    }
  });

  it('does so with a rule for every command: none has never acted', () => {
    expect(coverage.missing, coverage.table()).toEqual([]);
  });

  it.each(NAMES)('goes on as before from any saved state, of %s', (tasteName) => {
    const options = { tasteName, createFast: () => new ReloadedSide(40) };
    const run = playRandom(firstSeed, COMMANDS, options);
    expect(reportDifference(firstSeed, run, options)).toBeUndefined();
  });

  it.each(NAMES)('does so where its limits are small, of %s', (tasteName) => {
    const limits = { ended: 3, keptTrades: 16, waiting: 8, duplicateWindow: 6 };
    const directory = { openOrders: COMMANDS, closedOrders: limits.duplicateWindow };
    const small = () => new FastSide({ limits, directory: new OrderDirectory(directory) });
    const createFast = () => new ReloadedSide(7, small);
    const options = { tasteName, limits, createFast };
    const run = playRandom(firstSeed, COMMANDS, options);
    expect(reportDifference(firstSeed, run, options)).toBeUndefined();
    limited.add(run.seen);
  });

  it('reaches its limits', () => {
    const rules = ['a long ending goes on later', 'refused: TooManyWaiting'];
    for (const rule of rules) expect(limited.timesOf(rule), rule).toBeGreaterThan(0);
  });

  afterAll(() => {
    if (process.env['TOUCHLINE_COVERAGE'] !== undefined) console.log(coverage.table());
  });
});

/** Forgets to tell that a stop was triggered, once in a while. */
class ForgetfulSide extends FastSide {
  #calls = 0;

  override apply(...values: Parameters<FastSide['apply']>): Outcome {
    const outcome = super.apply(...values);
    const reports = outcome.reports.filter((row) => {
      if (row[0] === 'filled') this.#calls += 1;
      return row[0] !== 'filled' || this.#calls % 50 !== 0;
    });
    return { ...outcome, reports };
  }
}

describe('the comparison', () => {
  it('finds a market that forgets a report, and shows it on a short stream', () => {
    const options = { tasteName: 'plain', createFast: () => new ForgetfulSide() };
    const run = playRandom(1, COMMANDS, options);
    const report = reportDifference(1, run, options) ?? '';
    expect(report).toMatch(/naive {2}filled/);
    expect(report).toMatch(/npm run oracle -- --seed 1 --seeds 1 --commands \d+ --taste 'plain'/);
    // Twenty-five trades make fifty reports of fills.
    expect(report.split('\n').length).toBeLessThan(90);
  });
});
