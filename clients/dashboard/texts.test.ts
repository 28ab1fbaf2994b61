/** Each language says everything, and says it in its own words. */

import { afterEach, expect, test } from 'vitest';
import { STATE_REASON_TEXT } from '../../feed/index.ts';
import { english } from './texts/english.ts';
import { spanish } from './texts/spanish.ts';
import { languageFor, speak, texts } from './texts.ts';

afterEach(() => speak('en'));

/** Paths of all texts: functions are called with stand-ins for their figures. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') {
    const words = Array.from({ length: value.length }, (_, index) => String(index + 2));
    return [[path, String(value(...words))]];
  }
  return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

/** Said alike in both: names, figures and what traders say everywhere. */
const SHARED =
  /^\/(title|wordmark|noValue|code|ladder\/total|price\/(close|volume|seconds)|heatmap\/ago|past\/times|header\/(milliseconds|dayVolume|theme\/auto)|strip\/(frames|transaction)|help\/keys\/\d+\/0)$/;

test('every text of one language is a text of the other, and none is empty', () => {
  const paths = (all: unknown) => leaves(all).map(([path]) => path);
  expect(paths(spanish)).toEqual(paths(english));
  for (const [path, text] of [...leaves(spanish), ...leaves(english)]) {
    expect(text.trim(), path).not.toBe('');
  }
});

test('nothing was left in English', () => {
  const said = new Map(leaves(english));
  const same = leaves(spanish).filter(([path, text]) => said.get(path) === text);
  expect(same.map(([path]) => path).filter((path) => !SHARED.test(path))).toEqual([]);
});

test('figures given to a text are in it, in every language', () => {
  const taking = (all: unknown, path = ''): [string, (...figures: string[]) => string][] =>
    typeof all === 'function'
      ? [[path, all as (...figures: string[]) => string]]
      : Object.entries(typeof all === 'object' ? (all as object) : {}).flatMap(([key, inner]) =>
          taking(inner, `${path}/${key}`),
        );
  for (const language of [english, spanish]) {
    for (const [path, text] of taking(language)) {
      // Plurals and ages have cases of their own.
      if (/seconds$|missed$|recovered$/.test(path)) continue;
      const figures = Array.from({ length: text.length }, (_, index) => `<${index}>`);
      for (const figure of figures) expect(text(...figures), path).toContain(figure);
    }
  }
});

test('every reason that a state can have is said in every language', () => {
  for (const reason of Object.keys(STATE_REASON_TEXT)) {
    expect(spanish.reasons, reason).toHaveProperty(reason);
  }
});

test('the reader’s choice wins, then the browser’s first language that is spoken here', () => {
  expect(languageFor('es', ['en'])).toBe('es');
  expect(languageFor('auto', ['fr-FR', 'es-MX', 'en'])).toBe('es');
  expect(languageFor('auto', ['EN-gb'])).toBe('en');
  expect(languageFor('auto', ['fr'])).toBe('en');
  expect(languageFor('auto', [])).toBe('en');
});

test('whoever reads a text after the choice reads it in that language', () => {
  speak('es');
  expect(texts.ladder.title).toBe(spanish.ladder.title);
});
