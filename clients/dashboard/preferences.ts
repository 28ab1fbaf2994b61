/** What the reader chose, kept between visits; a value that makes no sense falls back alone. */

export const THEMES = ['auto', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

/** The default tells sides apart for colour-blind readers too. */
export const PALETTES = ['blue-orange', 'green-red'] as const;
export type Palette = (typeof PALETTES)[number];

/** Levels a side that the page offers; the gateway says what it serves. */
export const DEPTHS = [5, 10, 25, 50, 100] as const;

/** Milliseconds between changes of the book; 0 is every transaction. */
export const INTERVALS = [0, 50, 100, 250, 1000] as const;

export interface Preferences {
  readonly theme: Theme;
  readonly palette: Palette;
  readonly depth: number;
  readonly interval: number;
  /** Of the instrument last looked at; it may no longer exist. */
  readonly symbol: string;
}

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'auto',
  palette: 'blue-orange',
  depth: 25,
  interval: 100,
  symbol: '',
};

const KEY = 'touchline.preferences';

type Store = Pick<Storage, 'getItem' | 'setItem'>;

export function loadPreferences(store: Store): Preferences {
  const kept = readKept(store);
  return {
    theme: oneOf(THEMES, kept['theme'], DEFAULT_PREFERENCES.theme),
    palette: oneOf(PALETTES, kept['palette'], DEFAULT_PREFERENCES.palette),
    depth: oneOf(DEPTHS, kept['depth'], DEFAULT_PREFERENCES.depth),
    interval: oneOf(INTERVALS, kept['interval'], DEFAULT_PREFERENCES.interval),
    symbol: typeof kept['symbol'] === 'string' ? kept['symbol'] : DEFAULT_PREFERENCES.symbol,
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

/** The value after `current`, round and round. */
export function nextOf<T>(values: readonly T[], current: T): T {
  return values[(values.indexOf(current) + 1) % values.length] as T;
}

/** The neighbour of `current`, stopping at both ends. */
export function stepIn<T>(values: readonly T[], current: T, by: 1 | -1): T {
  const index = Math.min(values.length - 1, Math.max(0, values.indexOf(current) + by));
  return values[index] as T;
}

function readKept(store: Store): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function oneOf<T>(values: readonly T[], value: unknown, fallback: T): T {
  return values.find((candidate) => candidate === value) ?? fallback;
}
