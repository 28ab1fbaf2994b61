/** What the reader chose, kept between visits; a value that makes no sense falls back alone. */

import { LANGUAGES } from './texts.ts';

export const THEMES = ['auto', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

/** The default tells sides apart for colour-blind readers too. */
export const PALETTES = ['blue-orange', 'green-red'] as const;
export type Palette = (typeof PALETTES)[number];

export const LANGUAGE_CHOICES = ['auto', ...LANGUAGES] as const;
export type LanguageChoice = (typeof LANGUAGE_CHOICES)[number];

/** Which panels are shown; the style sheet says where they stand. */
export const LAYOUTS = ['desk', 'book', 'charts', 'several'] as const;
export type LayoutName = (typeof LAYOUTS)[number];

/** Levels a side that the page offers; the gateway says what it serves. */
export const DEPTHS = [5, 10, 25, 50, 100] as const;

/** Ticks a price step; the gateway serves these. */
export const GROUPINGS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000] as const;

/** Milliseconds between changes of the book; 0 is every transaction. */
export const INTERVALS = [0, 16, 50, 100, 250, 1000] as const;

/** Seconds that one candle sums up: those that relays keep, and two short ones made of them. */
export const CANDLE_SECONDS = [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400] as const;

/** Books shown beside the one looked at: a desk has no more room. */
export const MAX_PINNED = 3;
/** Instruments whose own choices are remembered; the oldest make room. */
const MAX_REMEMBERED = 64;
const LONGEST_TEXT = 64;

export interface Preferences {
  readonly theme: Theme;
  readonly palette: Palette;
  readonly language: LanguageChoice;
  readonly layout: LayoutName;
  readonly depth: number;
  readonly interval: number;
  readonly candleSeconds: number;
  /** Of the instrument last looked at; it may no longer exist. */
  readonly symbol: string;
  readonly pinned: readonly string[];
  /** By symbol: ticks a price step, and the smallest trade on the tape as a decimal. */
  readonly groupings: Readonly<Record<string, number>>;
  readonly smallestTrades: Readonly<Record<string, string>>;
}

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'auto',
  palette: 'blue-orange',
  language: 'auto',
  layout: 'desk',
  depth: 25,
  interval: 100,
  candleSeconds: 5,
  symbol: '',
  pinned: [],
  groupings: {},
  smallestTrades: {},
};

const KEY = 'touchline.preferences';

type Store = Pick<Storage, 'getItem' | 'setItem'>;

export function loadPreferences(store: Store): Preferences {
  const kept = readKept(store);
  const fallback = DEFAULT_PREFERENCES;
  return {
    theme: oneOf(THEMES, kept['theme'], fallback.theme),
    palette: oneOf(PALETTES, kept['palette'], fallback.palette),
    language: oneOf(LANGUAGE_CHOICES, kept['language'], fallback.language),
    layout: oneOf(LAYOUTS, kept['layout'], fallback.layout),
    depth: oneOf<number>(DEPTHS, kept['depth'], fallback.depth),
    interval: oneOf<number>(INTERVALS, kept['interval'], fallback.interval),
    candleSeconds: oneOf<number>(CANDLE_SECONDS, kept['candleSeconds'], fallback.candleSeconds),
    symbol: isText(kept['symbol']) ? kept['symbol'] : fallback.symbol,
    pinned: texts(kept['pinned']).slice(0, MAX_PINNED),
    groupings: bySymbol(kept['groupings'], (value) => GROUPINGS.find((one) => one === value)),
    smallestTrades: bySymbol(kept['smallestTrades'], (value) =>
      isText(value) ? value : undefined,
    ),
  };
}

/** Storage may be full or forbidden; the choice then lasts as long as the page. */
export function savePreferences(store: Store, preferences: Preferences): void {
  try {
    store.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Nothing is lost but the memory of a choice.
  }
}

/** `record` with one more entry; the oldest go when there are too many. */
export function remember<Value>(
  record: Readonly<Record<string, Value>>,
  symbol: string,
  value: Value,
): Readonly<Record<string, Value>> {
  const others = Object.entries(record).filter(([known]) => known !== symbol);
  return Object.fromEntries([...others, [symbol, value] as const].slice(-MAX_REMEMBERED));
}

/** The value after `current`, or before it, round and round. */
export function nextOf<T>(values: readonly T[], current: T, by: 1 | -1 = 1): T {
  return values.at((values.indexOf(current) + by) % values.length) as T;
}

/** The neighbour of `current`, stopping at both ends. */
export function stepIn<T>(values: readonly T[], current: T, by: 1 | -1): T {
  const index = Math.min(values.length - 1, Math.max(0, values.indexOf(current) + by));
  return values[index] as T;
}

function readKept(store: Store): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(store.getItem(KEY) ?? '{}'));
  } catch {
    return {};
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? [...new Set(value.filter(isText))] : [];
}

function bySymbol<Value>(
  value: unknown,
  check: (value: unknown) => Value | undefined,
): Readonly<Record<string, Value>> {
  const kept: [string, Value][] = [];
  for (const [symbol, candidate] of Object.entries(asRecord(value))) {
    const checked = check(candidate);
    if (checked !== undefined && isText(symbol)) kept.push([symbol, checked]);
  }
  return Object.fromEntries(kept.slice(-MAX_REMEMBERED));
}

function oneOf<T>(values: readonly T[], value: unknown, fallback: T): T {
  return values.find((candidate) => candidate === value) ?? fallback;
}
