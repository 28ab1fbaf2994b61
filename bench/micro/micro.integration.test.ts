/** Every case of every suite runs, and its results go through the file and come back. */

import { describe, expect, it } from 'vitest';
import { runFacts } from '../harness/run-facts.ts';
import { type MicroResult, measureCase } from './measure-case.ts';
import { MICRO_KIND, type MicroFile, parseMicroFile, resultsByName } from './micro-file.ts';
import { caseName, type MicroCase } from './micro-suite.ts';
import { MICRO_HEADER, suiteText } from './micro-table.ts';
import { loadSuites } from './suites/index.ts';

const MICRO_SUITES = await loadSuites();
const options = { timeMs: 1, warmUpMs: 1 };

const fixed: MicroCase = {
  name: 'a loop',
  unit: 'step',
  operations: 1000,
  setUp: () => {
    let isReady = false;
    return {
      before: () => {
        isReady = true;
      },
      round: () => {
        if (!isReady) throw new Error('The round came without what prepares it.');
      },
      after: () => {
        isReady = false;
      },
      bytes: 12,
    };
  },
};

it.each(MICRO_SUITES)('$name: every case does its work', async (suite) => {
  for (const one of suite.cases) {
    const result = await measureCase(one, options);
    expect(result.nsPerOperation, one.name).toBeGreaterThan(0);
    expect(result.samplesNs.length, one.name).toBeGreaterThan(0);
  }
});

it('says of every suite what it measures, what it leaves out and what would make it lie', () => {
  for (const { measures, leavesOut, wouldLie, name } of MICRO_SUITES) {
    for (const sentence of [measures, leavesOut, wouldLie]) {
      expect(sentence.length, name).toBeGreaterThan(40);
    }
  }
});

it('gives every case a name of its own', () => {
  const names = MICRO_SUITES.flatMap((suite) => suite.cases.map((one) => caseName(suite, one)));
  expect(new Set(names).size).toBe(names.length);
});

describe('a result', () => {
  it('is of rounds that were prepared and undone, each time', async () => {
    const result = await measureCase(fixed, options);
    expect(result.rounds).toBeGreaterThanOrEqual(9);
    expect(result.bytesPerOperation).toBe(12);
  });

  it('counts what is put on the heap', async () => {
    const kept: unknown[] = [];
    const setUp = () => ({
      round: () => {
        for (let i = 0; i < 10_000; i += 1) kept[i % 8] = { i, more: i };
      },
    });
    const { allocatedBytesPerOperation } = await measureCase(
      { ...fixed, operations: 10_000, setUp },
      { timeMs: 100, warmUpMs: 5 },
    );
    expect(allocatedBytesPerOperation).toBeGreaterThan(12);
    expect(allocatedBytesPerOperation).toBeLessThan(200);
  });

  it('goes through the file and stands in the table', async () => {
    const result: MicroResult = await measureCase(fixed, options);
    const suite = {
      name: 's',
      measures: 'm',
      leavesOut: 'l',
      wouldLie: 'w',
      results: { one: result },
    };
    const file: MicroFile = { kind: MICRO_KIND, facts: runFacts(new Date(0)), suites: [suite] };
    const read = parseMicroFile(JSON.stringify(file), 'x.json');
    expect(resultsByName(read).get('s: one')?.samplesNs).toEqual(result.samplesNs);
    for (const title of MICRO_HEADER) expect(suiteText(suite)).toContain(title);
  });

  it('of another kind of file is refused by name', () => {
    expect(() => parseMicroFile('{"kind":"league"}', 'x.json')).toThrow(/x\.json is not a file of/);
    expect(() => parseMicroFile('no', 'x.json')).toThrow(/x\.json is not JSON/);
  });
});
