/** The league's hand-made cases through one of our engines: which of them give the right reports. */

import { BookMemory, MatchingBook } from '../../engine/book/index.ts';
import { checkRun } from './check-run.ts';
import type { EdgeCase } from './edge-cases.ts';
import { playFull } from './full-player.ts';
import type { OwnEngine } from './one-run.ts';
import { reportHash } from './run-stream.ts';

const MAX_ORDERS = 10_000;

/** Names of the cases whose reports are not the expected ones. */
export function wrongCases(engine: OwnEngine, cases: readonly EdgeCase[]): string[] {
  return cases
    .filter(({ stream, sha256 }) => {
      const hash =
        engine === 'full'
          ? checkRun(playFull(stream), stream)
          : reportHash(stream, (events) => new MatchingBook(1, new BookMemory(MAX_ORDERS), events));
      return hash !== sha256;
    })
    .map(({ name }) => name);
}
