/** Damaged lines for parsers: valid ones with pieces changed, cut, doubled or swapped. */

import type { Random } from '../random.ts';

const PIECES = [
  '"',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '0',
  '-1',
  '1e99',
  '99999999999999999999',
  'null',
  'true',
  '"a"',
  '""',
  '.',
  ' ',
  '\u0000',
  '\ud800',
  '[[',
  '\\u',
  '__proto__',
  '9007199254740993',
];

/** Half of what comes back is still nearly right, which is where parsers err. */
export function mutate(line: string, random: Random): string {
  let text = line;
  const changes = 1 + random.below(4);
  for (let change = 0; change < changes; change++) {
    const at = random.below(text.length + 1);
    const length = random.below(6);
    const piece = PIECES[random.below(PIECES.length)] ?? '';
    const kind = random.below(4);
    if (kind === 0) text = text.slice(0, at) + piece + text.slice(at + length);
    else if (kind === 1) text = text.slice(0, at);
    else if (kind === 2) text = text.slice(0, at) + text.slice(Math.max(0, at - length));
    else text = text.slice(0, at) + text.slice(at + length);
  }
  return text;
}
