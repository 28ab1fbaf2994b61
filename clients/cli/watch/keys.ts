/** What the bytes of a keyboard mean to the watching, in plain view or while a symbol is searched. */

export type Key =
  | { readonly key: 'step-instrument'; readonly by: 1 | -1 }
  | { readonly key: 'choose-instrument'; readonly index: number }
  | { readonly key: 'step-grouping'; readonly by: 1 | -1 }
  | { readonly key: 'step-depth'; readonly by: 1 | -1 }
  | { readonly key: 'pause' | 'search' | 'help' | 'redraw' | 'quit' | 'suspend' }
  | { readonly key: 'text'; readonly text: string }
  | { readonly key: 'erase' | 'enter' | 'escape' };

/** In order, so that what begins like another comes first; terminals say arrows in two ways. */
const SEQUENCES: readonly (readonly [bytes: string, key: Key])[] = [
  ['\u001b[C', { key: 'step-instrument', by: 1 }],
  ['\u001bOC', { key: 'step-instrument', by: 1 }],
  ['\u001b[B', { key: 'step-instrument', by: 1 }],
  ['\u001bOB', { key: 'step-instrument', by: 1 }],
  ['\t', { key: 'step-instrument', by: 1 }],
  ['\u001b[D', { key: 'step-instrument', by: -1 }],
  ['\u001bOD', { key: 'step-instrument', by: -1 }],
  ['\u001b[A', { key: 'step-instrument', by: -1 }],
  ['\u001bOA', { key: 'step-instrument', by: -1 }],
  ['\u001b[Z', { key: 'step-instrument', by: -1 }],
  ['\u0003', { key: 'quit' }],
  ['\u0004', { key: 'quit' }],
  ['\u000c', { key: 'redraw' }],
  ['\u001a', { key: 'suspend' }],
  ['\r', { key: 'enter' }],
  ['\n', { key: 'enter' }],
  ['\u007f', { key: 'erase' }],
  ['\b', { key: 'erase' }],
];

const LETTERS: Readonly<Record<string, Key>> = {
  n: { key: 'step-instrument', by: 1 },
  p: { key: 'step-instrument', by: -1 },
  '+': { key: 'step-grouping', by: 1 },
  '=': { key: 'step-grouping', by: 1 },
  '-': { key: 'step-grouping', by: -1 },
  ']': { key: 'step-depth', by: 1 },
  '[': { key: 'step-depth', by: -1 },
  ' ': { key: 'pause' },
  '/': { key: 'search' },
  '?': { key: 'help' },
  h: { key: 'help' },
  q: { key: 'quit' },
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a keyboard says.
const OTHER_SEQUENCE = /^\u001b(\[[0-9;?]*[ -/]*[@-~]|O.)/;

/**
 * The keys in what a terminal said, one by one, because one may change what the next means:
 * `isTyping` while letters are text. What is not known is left out.
 */
export function* keysOf(bytes: string, isTyping: () => boolean): Generator<Key> {
  let rest = bytes;
  while (rest !== '') {
    const known = SEQUENCES.find(([sequence]) => rest.startsWith(sequence));
    if (known !== undefined) {
      rest = rest.slice(known[0].length);
      yield known[1];
      continue;
    }
    const other = OTHER_SEQUENCE.exec(rest);
    if (other !== null) {
      rest = rest.slice(other[0].length);
      continue;
    }
    const [letter = ''] = rest;
    rest = rest.slice(letter.length);
    const key = letter === '\u001b' ? ({ key: 'escape' } as const) : keyOf(letter, isTyping());
    if (key !== undefined) yield key;
  }
}

function keyOf(letter: string, isTyping: boolean): Key | undefined {
  if (isTyping) return letter >= ' ' ? { key: 'text', text: letter } : undefined;
  if (letter >= '1' && letter <= '9') {
    return { key: 'choose-instrument', index: Number(letter) - 1 };
  }
  return Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
}
