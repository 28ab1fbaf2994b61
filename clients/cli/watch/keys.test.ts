import { expect, test } from 'vitest';
import { type Key, keysOf } from './keys.ts';

const all = (bytes: string, isTyping: boolean) => [...keysOf(bytes, () => isTyping)];

test('arrows come in two ways, and several keys in one go', () => {
  const forward: Key = { key: 'step-instrument', by: 1 };
  const back: Key = { key: 'step-instrument', by: -1 };
  expect(all('\u001b[C\u001bOC\t', false)).toEqual([forward, forward, forward]);
  expect(all('\u001b[D3+q', false)).toEqual([
    back,
    { key: 'choose-instrument', index: 2 },
    { key: 'step-grouping', by: 1 },
    { key: 'quit' },
  ]);
});

test('while somebody types, letters are text, and Ctrl-C still ends', () => {
  expect(all('q1é\u007f\r\u0003', true)).toEqual([
    { key: 'text', text: 'q' },
    { key: 'text', text: '1' },
    { key: 'text', text: 'é' },
    { key: 'erase' },
    { key: 'enter' },
    { key: 'quit' },
  ]);
  expect(all('\u001b', true)).toEqual([{ key: 'escape' }]);
});

test('what one key begins counts for the next', () => {
  let isTyping = false;
  const keys: string[] = [];
  for (const key of keysOf('q/q1', () => isTyping)) {
    keys.push(key.key);
    isTyping ||= key.key === 'search';
  }
  expect(keys).toEqual(['quit', 'search', 'text', 'text']);
});

test('what is not known does nothing, as whole sequences', () => {
  expect(all('\u001b[1;5C\u001b[3~\u001b[200~z\u001bOP', false)).toEqual([]);
});

test('any bytes are taken', () => {
  const seed = Number(process.env['TOUCHLINE_SEED'] ?? Date.now() % 1e9);
  let state = seed;
  const next = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const letters = ['\u001b', '[', 'O', '\u0000', '🦆', '\ud83e', 'q', ';', '1', 'A', '~', '?'];
  for (let round = 0; round < 5000; round += 1) {
    const bytes = Array.from({ length: next(12) }, () => letters[next(letters.length)]).join('');
    const keys = all(bytes, next(2) === 0);
    expect(keys.length, `seed ${seed}: ${JSON.stringify(bytes)}`).toBeLessThanOrEqual(bytes.length);
  }
});
