/** What runs add up to, as numbers, as the JSON file and as a table. */

import { describe, expect, test } from 'vitest';
import { Results } from './results.ts';
import { resultsTable } from './results-table.ts';

const RIGHT = 'ab'.repeat(32);
const [NORMAL, STATIC] = ['normal', 'static'].map((name) => {
  return { name, path: name, sha256: RIGHT, messages: 2_000_000 };
}) as [Stream, Stream];
type Stream = { name: string; path: string; sha256: string; messages: number };

function run(messagesPerSecond: number, sha256 = RIGHT, completed = 2_000_000) {
  return { messagesPerSecond, cold: messagesPerSecond / 2, completed, sha256 };
}

function someResults(): Results {
  const results = new Results();
  for (const rate of [8e6, 12e6, 9e6]) results.add('full', NORMAL, run(rate));
  for (const rate of [7e6, 6e6]) results.add('full', STATIC, run(rate));
  results.add('nodejs-order-book', NORMAL, run(480_000));
  results.add('nodejs-order-book', STATIC, run(28_000, '', 280_000));
  return results;
}

describe('results', () => {
  test('are written as the documented JSON, with medians and the worst stream', () => {
    expect(someResults().toFile()).toEqual({
      full: {
        normal: { messagesPerSecond: 9e6, sha256: RIGHT, published: true },
        static: { messagesPerSecond: 6.5e6, sha256: RIGHT, published: true },
        worst: { scenario: 'static', messagesPerSecond: 6.5e6 },
      },
      peers: {
        'nodejs-order-book': {
          normal: { messagesPerSecond: 480_000, completed: 2_000_000 },
          static: { messagesPerSecond: 28_000, completed: 280_000 },
        },
      },
    });
  });

  test('are not right when one process of many gave another hash', () => {
    const results = someResults();
    expect(results.isRight).toBe(true);
    results.add('full', NORMAL, run(9e6, 'cd'.repeat(32)));
    expect(results.isRight).toBe(false);
    expect(results.toFile().full?.['normal']).toMatchObject({ published: false });
    expect(resultsTable(results)).toContain('WRONG');
  });

  test('make a table that says how far a stopped peer came', () => {
    const table = resultsTable(someResults());
    expect(table).toContain('0.028 (after 280 k)');
    expect(table).toContain('full, worst of 2: 6.50 M messages/s (static)');
    const widths = new Set(
      table
        .split('\n')
        .slice(0, 3)
        .map((line) => line.length),
    );
    expect(widths.size).toBeLessThanOrEqual(2);
  });
});
