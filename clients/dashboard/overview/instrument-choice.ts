/** Which instruments the overview lists, in which order, and what the arrow keys lead to. */

import type { InstrumentInfo } from '../../browser/index.ts';

/** Those whose symbol contains what was typed, those that begin with it first. */
export function matching(
  instruments: readonly InstrumentInfo[],
  typed: string,
): readonly InstrumentInfo[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return instruments;
  const begins: InstrumentInfo[] = [];
  const contains: InstrumentInfo[] = [];
  for (const instrument of instruments) {
    const position = instrument.symbol.toLowerCase().indexOf(wanted);
    if (position === 0) begins.push(instrument);
    else if (position > 0) contains.push(instrument);
  }
  return [...begins, ...contains];
}

/** The neighbour of `symbol` in the list, round and round; the first when `symbol` is not in it. */
export function neighbour(
  instruments: readonly InstrumentInfo[],
  symbol: string,
  by: 1 | -1,
): string | undefined {
  if (instruments.length === 0) return undefined;
  const index = instruments.findIndex((instrument) => instrument.symbol === symbol);
  if (index < 0) return instruments[0]?.symbol;
  return instruments[(index + by + instruments.length) % instruments.length]?.symbol;
}

/** What to show first: what was looked at last time if it is still there, else the first listed. */
export function firstChoice(
  instruments: readonly InstrumentInfo[],
  remembered: string,
): string | undefined {
  const known = instruments.some((instrument) => instrument.symbol === remembered);
  return known ? remembered : instruments[0]?.symbol;
}
