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
