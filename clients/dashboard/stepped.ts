/** What a key or a button makes of the choices: pure. */

import type { Action } from './keyboard.ts';
import {
  CANDLE_SECONDS,
  DEPTHS,
  GROUPINGS,
  LAYOUTS,
  MAX_PINNED,
  nextOf,
  PALETTES,
  type Preferences,
  remember,
  stepIn,
  THEMES,
} from './preferences.ts';
import { LANGUAGES, type Language } from './texts.ts';

/** The choices that differ then; `undefined` for what is no choice. `spoken`: the page's language. */
export function stepped(
  preferences: Preferences,
  action: Action,
  symbol: string,
  spoken: Language,
): Partial<Preferences> | undefined {
  const { depth, groupings, layout, candleSeconds, theme, palette, pinned } = preferences;
  switch (action.type) {
    case 'step-depth':
      return { depth: stepIn<number>(DEPTHS, depth, action.by) };
    case 'step-grouping': {
      const grouping = stepIn<number>(GROUPINGS, groupings[symbol] ?? 1, action.by);
      return { groupings: remember(groupings, symbol, grouping) };
    }
    case 'layout':
      return { layout: nextOf(LAYOUTS, layout) };
    case 'candle':
      return { candleSeconds: nextOf<number>(CANDLE_SECONDS, candleSeconds, action.by) };
    case 'theme':
      return { theme: nextOf(THEMES, theme) };
    case 'palette':
      return { palette: nextOf(PALETTES, palette) };
    case 'language':
      return { language: nextOf(LANGUAGES, spoken) };
    case 'pin':
      return { pinned: withOrWithout(pinned, symbol) };
    default:
      return undefined;
  }
}

/** The oldest goes when there are too many. */
function withOrWithout(pinned: readonly string[], symbol: string): readonly string[] {
  if (pinned.includes(symbol)) return pinned.filter((one) => one !== symbol);
  return [...pinned, symbol].slice(-MAX_PINNED);
}
