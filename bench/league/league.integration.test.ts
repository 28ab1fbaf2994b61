/** The public league's cases and streams through both books: the published reports, byte by byte. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BookMemory, MatchingBook, NaiveBook, NaiveMemory } from '../../engine/book/index.ts';
import { requireTestData } from '../setup/test-data.ts';
import { readEdgeCases } from './edge-cases.ts';
import { readRecordFile } from './record-file.ts';
import { type CreateBook, reportHash, reportLines } from './run-stream.ts';
import { LEAGUE_FOLDER, SCENARIOS } from './scenarios.ts';

const MAX_ORDERS = 1_000_000;

const BOOKS: Readonly<Record<string, CreateBook>> = {
  matching: (events) => new MatchingBook(1, new BookMemory(MAX_ORDERS), events),
  naive: (events) => new NaiveBook(new NaiveMemory(MAX_ORDERS), events),
};

describe.each(Object.entries(BOOKS))('the %s book', (_, createBook) => {
  test('gives the reports of all 34 edge cases', (context) => {
    const path = requireTestData(context, `${LEAGUE_FOLDER}/edge-cases.json`);
    const cases = readEdgeCases(readFileSync(path, 'utf8'));
    expect(cases).toHaveLength(34);
    for (const { name, stream, sha256, lines } of cases) {
      if (lines !== undefined) expect(reportLines(stream, createBook), name).toEqual(lines);
      expect(reportHash(stream, createBook), name).toBe(sha256);
    }
  });

  test.for(SCENARIOS)('gives the reports of 20,000 orders: $name', ({ small }, context) => {
    const path = requireTestData(context, small.file);
    const stream = readRecordFile(readFileSync(path));
    expect(stream.count).toBe(39_878);
    expect(reportHash(stream, createBook)).toBe(small.sha256);
  });
});
