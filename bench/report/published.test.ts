/** What the project shows of its figures is what was measured, and nothing else. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { resultsDocument, withFigures } from './markdown.ts';
import type { AllResults } from './results.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

function read(name: string): string {
  return readFileSync(join(REPOSITORY, name), 'utf8');
}

const results = JSON.parse(read('bench/results.json')) as AllResults;

it('README.md has the figures of bench/results.json', () => {
  expect(withFigures(read('README.md'), results)).toBe(read('README.md'));
});

it('bench/RESULTS.md is what is written of bench/results.json', () => {
  expect(resultsDocument(results)).toBe(read('bench/RESULTS.md'));
});

it('every command that the documents of bench/ name is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const name of ['bench/README.md', 'bench/scenarios/README.md', 'bench/league/README.md']) {
    const named = [...read(name).matchAll(/npm run ([a-z:-]+)/g)].map(([, script]) => script ?? '');
    expect(named.length, name).toBeGreaterThan(0);
    for (const script of named) expect(scripts[script], `${name}: ${script}`).toBeDefined();
  }
});
