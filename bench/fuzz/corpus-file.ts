/** The inputs that are kept: a file of a few lines per target, one input a line. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'corpus');
/** The project stays small: the shortest of what reached something new. */
export const MAX_KEPT_INPUTS = 40;
export const MAX_KEPT_BYTES = 1024;

export function readCorpus(target: string): Uint8Array[] {
  const path = corpusPath(target);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => Uint8Array.from(Buffer.from(line, 'base64')));
}

/** Answers how many there are now. */
export function keepInputs(target: string, inputs: readonly Uint8Array[]): number {
  const short = [...readCorpus(target), ...inputs]
    .filter(({ length }) => length <= MAX_KEPT_BYTES)
    .slice(0, MAX_KEPT_INPUTS);
  const lines = [...new Set(short.map((input) => Buffer.from(input).toString('base64')))];
  if (lines.length > 0) writeFileSync(corpusPath(target), `${lines.join('\n')}\n`);
  return lines.length;
}

function corpusPath(target: string): string {
  return join(FOLDER, `${target}.base64`);
}
