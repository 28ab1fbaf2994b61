import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../harness/run-facts.ts';
import type { MicroResult } from '../micro/measure-case.ts';
import { MICRO_KIND, type MicroFile } from '../micro/micro-file.ts';
import { compareFiles } from './compare-files.ts';
import { comparisonTable, Verdict, verdictOf } from './verdict.ts';

const FACTS: RunFacts = {
  processor: 'P',
  cores: 2,
  memoryGiB: 8,
  system: 'linux',
  runtime: 'Node v26',
  commit: 'abc',
  date: '2026-01-01T00:00:00.000Z',
  load: 0,
  calibrationMs: 20,
};

/** Rounds around a median, 1 % apart at most. */
function result(ns: number): MicroResult {
  const samplesNs = Array.from({ length: 50 }, (_, i) => ns * (1 + 0.01 * Math.sin(i)));
  return {
    unit: 'order',
    nsPerOperation: ns,
    operationsPerSecond: 1e9 / ns,
    spread: 0.01,
    p99NsPerOperation: ns,
    rounds: 50,
    samplesNs,
    allocatedBytesPerOperation: 0,
    allocationResolution: 1,
  };
}

function file(results: Readonly<Record<string, number>>, facts: Partial<RunFacts> = {}): MicroFile {
  const named = Object.entries(results).map(([name, ns]) => [name, result(ns)] as const);
  return {
    kind: MICRO_KIND,
    facts: { ...FACTS, ...facts },
    suites: [
      {
        name: 'suite',
        measures: '',
        leavesOut: '',
        wouldLie: '',
        results: Object.fromEntries(named),
      },
    ],
  };
}

it('says nothing of fewer than six pairs', () => {
  expect(verdictOf({ ratio: 3, low: 2, high: 4, pairs: 5 })).toBe(Verdict.TooFew);
  expect(verdictOf({ ratio: 3, low: 2, high: 4, pairs: 6 })).toBe(Verdict.Slower);
});

describe('two files', () => {
  it('are compared case by case, and say what is seen and what is not', () => {
    const before = file({ same: 100, slow: 100, fast: 100, gone: 1 });
    const after = file({ same: 100.1, slow: 200, fast: 50, fresh: 1 });
    const { comparisons, warnings } = compareFiles(before, after);
    expect(comparisons.map(({ name, estimate }) => [name, verdictOf(estimate)])).toEqual([
      ['suite: same', Verdict.None],
      ['suite: slow', Verdict.Slower],
      ['suite: fast', Verdict.Faster],
    ]);
    expect(comparisonTable(comparisons)).toContain('no difference seen');
    expect(warnings.join('\n')).toContain('In one of the files only: suite: gone; suite: fresh.');
  });

  it('of other machines, runtimes or speeds are told apart', () => {
    const other = { processor: 'Q', runtime: 'Node v27', calibrationMs: 30 };
    const { warnings } = compareFiles(file({ one: 1 }), file({ one: 1 }, other));
    expect(warnings.join('\n')).toMatch(/processors differ.*\n.*runtimes differ.*\n.*1\.50 times/);
  });
});
