/** What lies over the panels while the page shows the past: nowhere does it look live. */

import type { Veil, VeilText } from '../veil.ts';
import { elsewhereVeil, nothingCovered, type PastInput, pastVeil } from './past-words.ts';

export interface PastCovers {
  readonly ladder: Veil;
  readonly tape: Veil;
  readonly depth: Veil;
  readonly price: Veil;
  readonly heatmap: Veil;
}

/** Returns what lies over the ladder. */
export function coverPast(covers: PastCovers, input: PastInput): VeilText {
  const veil = pastVeil(input);
  for (const cover of [covers.ladder, covers.tape, covers.depth]) cover.draw(veil);
  // What was seen live knows nothing of the past; candles need no archive, but a moment.
  covers.heatmap.draw(elsewhereVeil());
  covers.price.draw(input.timeMicros > 0 ? nothingCovered() : elsewhereVeil());
  return veil;
}
