/** What is said of a book of the past: over the panels, in the strip, and beside the slider. Pure. */

import type { HistoryRefusal, HistoryState } from '../../browser/channels/index.ts';
import type { LinkStatus } from '../../browser/index.ts';
import { formatMoment } from '../format.ts';
import { texts } from '../texts.ts';
import type { VeilText } from '../veil.ts';

export interface PastInput {
  readonly state: HistoryState;
  readonly refusal: HistoryRefusal | undefined;
  readonly hasLevels: boolean;
  readonly timeMicros: number;
  readonly speed: number;
  readonly link: LinkStatus;
}

/** What is going on with it; never the empty string, for it must not look like live. */
export function pastReason({ state, refusal, link, speed }: PastInput): string {
  const { past } = texts;
  if (link.status !== 'open') return texts.veil.lost;
  switch (state) {
    case 'loading':
      return past.loading;
    case 'refused':
      return refusalText(refusal);
    case 'ended':
      return past.ended;
    case 'playing':
      return past.playing(past.times(speed));
    case 'shown':
      return past.standing;
  }
}

export function pastVeil(input: PastInput): VeilText {
  const { past } = texts;
  if (input.state === 'refused') {
    const kind = input.refusal?.retryable === true ? 'warning' : 'broken';
    return { kind, heading: past.refused, detail: pastReason(input), age: past.way };
  }
  const time = input.timeMicros > 0 ? formatMoment(input.timeMicros) : '';
  if (input.state === 'loading' && !input.hasLevels) {
    return { kind: 'waiting', heading: past.name, detail: pastReason(input), age: time };
  }
  return { kind: 'past', heading: past.name, detail: '', age: time };
}

/** What the panels say that know nothing of the past. */
export function elsewhereVeil(): VeilText {
  return { kind: 'elsewhere', heading: texts.past.elsewhere, detail: '', age: '' };
}

/** Over what shows the past and says itself of when. */
export function nothingCovered(): VeilText {
  return { kind: 'none', heading: '', detail: '', age: '' };
}

/** In words of whoever looks, by the gateway's code; its own words for what the page does not know. */
export function refusalText(refusal: HistoryRefusal | undefined): string {
  const known: Readonly<Record<number, string>> = texts.past.refusals;
  if (refusal === undefined) return texts.past.refusedPlainly;
  return known[refusal.code] ?? (refusal.message || texts.past.refusedPlainly);
}
