/** One run of a seed: its script is played, and made short where a promise breaks. */

import { type Script, scriptOf } from './script.ts';
import { shrink } from './shrink.ts';
import {
  SimulatedMarket,
  type SimulationOptions,
  type SimulationTally,
} from './simulated-market.ts';
import { SimulationFailure } from './simulation-failure.ts';

export interface Played {
  readonly tally: SimulationTally;
  readonly failure: SimulationFailure | undefined;
}

export async function play(
  seed: number,
  script: Script = scriptOf(seed),
  options: SimulationOptions = {},
): Promise<Played> {
  const market = new SimulatedMarket(seed, options);
  try {
    await market.play(script);
    return { tally: market.tally, failure: undefined };
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error;
    return { tally: market.tally, failure: error };
  }
}

/** The shortest script found that breaks the same promise with this seed. */
export function shortest(
  seed: number,
  failure: SimulationFailure,
  options: SimulationOptions = {},
  mostPlays = 400,
) {
  const again = async (script: Script) => (await play(seed, script, options)).failure;
  return shrink(scriptOf(seed), failure, again, mostPlays);
}
