/** Makes a script that breaks a promise as short as can be: whatever is not needed is left out. */

import type { Script } from './script.ts';
import type { SimulationFailure } from './simulation-failure.ts';

/** `undefined`: nothing is broken. */
export type Play = (script: Script) => Promise<SimulationFailure | undefined>;

export interface Shrunk {
  readonly script: Script;
  readonly failure: SimulationFailure;
  readonly plays: number;
}

/** Leaves out halves, quarters and so on down to single acts, as long as the same promise breaks. */
export async function shrink(
  script: Script,
  failure: SimulationFailure,
  play: Play,
  mostPlays: number,
): Promise<Shrunk> {
  let best = { script, failure };
  let plays = 0;
  let size = Math.ceil(script.length / 2);
  while (size >= 1) {
    let isShorter = false;
    for (let at = 0; at < best.script.length && plays < mostPlays; ) {
      const rest = [...best.script.slice(0, at), ...best.script.slice(at + size)];
      const found = await play(rest);
      plays += 1;
      if (found?.promise === failure.promise) {
        best = { script: rest, failure: found };
        isShorter = true;
      } else {
        at += size;
      }
    }
    if (plays >= mostPlays || (size === 1 && !isShorter)) break;
    if (!isShorter || size > best.script.length) size = Math.max(1, Math.ceil(size / 2));
    if (size > 1 && isShorter) size = Math.ceil(size / 2);
  }
  return { ...best, plays };
}
