/** Which key does what: pure, so that every shortcut is tested without a page. */

export type Action =
  | { readonly type: 'search' }
  | { readonly type: 'step-instrument'; readonly by: 1 | -1 }
  | { readonly type: 'choose-instrument'; readonly index: number }
  | { readonly type: 'step-depth'; readonly by: 1 | -1 }
  | { readonly type: 'step-grouping'; readonly by: 1 | -1 }
  | { readonly type: 'move-cursor'; readonly by: 1 | -1 }
  | { readonly type: 'orders' }
  | { readonly type: 'clear-cursor' }
  | { readonly type: 'pause' }
  | { readonly type: 'step' }
  | { readonly type: 'centre' }
  | { readonly type: 'layout' }
  | { readonly type: 'pin' }
  | { readonly type: 'candle'; readonly by: 1 | -1 }
  | { readonly type: 'filter' }
  | { readonly type: 'say' }
  | { readonly type: 'theme' }
  | { readonly type: 'palette' }
  | { readonly type: 'language' }
  | { readonly type: 'help' }
  | { readonly type: 'travel' }
  | { readonly type: 'travel-by'; readonly seconds: number }
  | { readonly type: 'travel-to'; readonly end: 'earliest' | 'latest' }
  | { readonly type: 'step-speed'; readonly by: 1 | -1 };

/** Where the key was pressed: typing keeps its keys, and so does a focused control. */
export type KeyTarget = 'page' | 'text' | 'choice' | 'button' | 'slider';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  '/': { type: 'search' },
  ArrowDown: { type: 'step-instrument', by: 1 },
  ArrowRight: { type: 'step-instrument', by: 1 },
  ArrowUp: { type: 'step-instrument', by: -1 },
  ArrowLeft: { type: 'step-instrument', by: -1 },
  '[': { type: 'step-depth', by: -1 },
  ']': { type: 'step-depth', by: 1 },
  '-': { type: 'step-grouping', by: -1 },
  '+': { type: 'step-grouping', by: 1 },
  // The same key without Shift on many a keyboard.
  '=': { type: 'step-grouping', by: 1 },
  j: { type: 'move-cursor', by: 1 },
  k: { type: 'move-cursor', by: -1 },
  o: { type: 'orders' },
  Escape: { type: 'clear-cursor' },
  ' ': { type: 'pause' },
  '.': { type: 'step' },
  c: { type: 'centre' },
  v: { type: 'layout' },
  w: { type: 'pin' },
  i: { type: 'candle', by: 1 },
  I: { type: 'candle', by: -1 },
  f: { type: 'filter' },
  b: { type: 'say' },
  d: { type: 'theme' },
  p: { type: 'palette' },
  l: { type: 'language' },
  t: { type: 'travel' },
  '?': { type: 'help' },
};

/** What keys do in the past instead. */
const PAST_ACTIONS: Readonly<Record<string, Action>> = {
  ArrowLeft: { type: 'travel-by', seconds: -1 },
  ArrowRight: { type: 'travel-by', seconds: 1 },
  PageDown: { type: 'travel-by', seconds: -60 },
  PageUp: { type: 'travel-by', seconds: 60 },
  Home: { type: 'travel-to', end: 'earliest' },
  End: { type: 'travel-to', end: 'latest' },
  '<': { type: 'step-speed', by: -1 },
  '>': { type: 'step-speed', by: 1 },
  Escape: { type: 'travel' },
};

/** On the slider itself up is on, as on every slider. */
const SLIDER_ACTIONS: Readonly<Record<string, Action>> = {
  ArrowDown: { type: 'travel-by', seconds: -1 },
  ArrowUp: { type: 'travel-by', seconds: 1 },
};

/**
 * What the key asks for, or nothing when it belongs to the browser or to the focused control.
 * `isPast`: while the page shows the past.
 */
export function actionFor(press: KeyPress, target: KeyTarget, isPast = false): Action | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey) return undefined;
  if (target === 'text' || target === 'choice') return undefined;
  if (target === 'button' && press.key === ' ') return undefined;
  if (/^[1-9]$/.test(press.key)) {
    return { type: 'choose-instrument', index: Number(press.key) - 1 };
  }
  if (target === 'slider' && Object.hasOwn(SLIDER_ACTIONS, press.key)) {
    return SLIDER_ACTIONS[press.key];
  }
  if (isPast && Object.hasOwn(PAST_ACTIONS, press.key)) return PAST_ACTIONS[press.key];
  return Object.hasOwn(ACTIONS, press.key) ? ACTIONS[press.key] : undefined;
}
