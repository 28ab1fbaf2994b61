/** The watching at a terminal: which book, how deep, what a key changes, and what is drawn next. */

import { GROUPING_LADDER } from '../../../gateway/protocol/index.ts';
import type { BookView, LevelView } from './book-view.ts';
import type { Key } from './keys.ts';
import type { Palette } from './palette.ts';
import { OTHER_LINES, renderScreen } from './render-screen.ts';
import { findSymbols, type WatchedBook } from './watched-book.ts';

/** Levels a side: more than fits is never asked for. */
const MOST_LEVELS = 100;
/** A changed quantity stays bright for this long. */
const BRIGHT_MS = 150;

export interface WatchScreenOptions {
  readonly palette: Palette;
  /** Levels a side; what fits without it. */
  readonly depth?: number | undefined;
  /** The symbol to begin with. */
  readonly symbol: string;
  readonly book: WatchedBook;
}

/** What a key asks of the process. */
export type Effect = 'quit' | 'suspend' | 'redraw' | undefined;

export class WatchScreen {
  hint: string | undefined;
  readonly #options: WatchScreenOptions;
  #symbol: string;
  #grouping = 1;
  #depthWish: number | undefined;
  #asked = '';
  #search: string | undefined;
  #isHelpShown = false;
  #paused: { readonly view: BookView; readonly sinceMs: number } | undefined;
  #lastSequence = -1;
  #changedAtMs = 0;
  #hashes: string | number | undefined;
  #hashedAtMs: number | undefined;
  /** What each level said, and until when it is bright. */
  #levels = new Map<string, { readonly quantity: string; readonly brightUntilMs: number }>();

  constructor(options: WatchScreenOptions) {
    this.#options = options;
    this.#symbol = options.symbol;
    this.#depthWish = options.depth;
  }

  get isTyping(): boolean {
    return this.#search !== undefined;
  }

  get symbol(): string {
    return this.#symbol;
  }

  /** Levels a side that a window of this height has room for. */
  depth(height: number): number {
    const fits = Math.max(1, Math.floor((height - OTHER_LINES) / 2));
    return Math.min(fits, this.#depthWish ?? MOST_LEVELS);
  }

  press(key: Key, height: number, nowMs: number): Effect {
    if (key.key === 'quit' || key.key === 'suspend' || key.key === 'redraw') return key.key;
    if (this.#search !== undefined) {
      this.#type(this.#search, key);
      return undefined;
    }
    const { symbols } = this.#options.book;
    const place = symbols.indexOf(this.#symbol);
    switch (key.key) {
      case 'step-instrument':
        this.#choose(symbols[(place + key.by + symbols.length) % symbols.length]);
        break;
      case 'choose-instrument':
        this.#choose(symbols[key.index]);
        break;
      case 'step-grouping': {
        const at = GROUPING_LADDER.indexOf(this.#grouping) + key.by;
        this.#grouping = GROUPING_LADDER[at] ?? this.#grouping;
        break;
      }
      case 'step-depth':
        this.#depthWish = Math.max(1, this.depth(height) + key.by);
        break;
      case 'pause': {
        const view = this.#options.book.view(this.depth(height));
        this.#paused = this.#paused === undefined ? { view, sinceMs: nowMs } : undefined;
        break;
      }
      case 'search':
        this.#search = '';
        break;
      case 'help':
        this.#isHelpShown = !this.#isHelpShown;
        break;
      case 'escape':
        this.#isHelpShown = false;
        break;
      default:
      // Typing, outside of a search.
    }
    return undefined;
  }

  draw(width: number, height: number, nowMs: number): string[] {
    const { book, palette } = this.#options;
    const depth = this.depth(height);
    this.#ask(depth);
    const view = this.#paused?.view ?? book.view(depth);
    if (this.#paused === undefined) this.#notice(view, nowMs);
    const { symbols } = book;
    return renderScreen({
      view,
      width,
      height,
      depth,
      palette,
      bright: this.#brightened(view, nowMs),
      place: symbols.indexOf(view.symbol) + 1,
      symbols,
      ageSeconds: (nowMs - this.#changedAtMs) / 1000,
      hashAgeSeconds:
        this.#hashedAtMs === undefined ? undefined : (nowMs - this.#hashedAtMs) / 1000,
      pausedSeconds: this.#paused && (nowMs - this.#paused.sinceMs) / 1000,
      search:
        this.#search === undefined
          ? undefined
          : { text: this.#search, found: findSymbols(this.#search, symbols) },
      isHelpShown: this.#isHelpShown,
      hint: this.hint,
    });
  }

  #type(text: string, key: Key): void {
    if (key.key === 'text') this.#search = text + key.text;
    else if (key.key === 'erase') this.#search = text === '' ? undefined : text.slice(0, -1);
    else if (key.key === 'escape') this.#search = undefined;
    else if (key.key === 'enter') {
      this.#search = undefined;
      if (text !== '') this.#choose(findSymbols(text, this.#options.book.symbols)[0]);
    }
  }

  #choose(symbol: string | undefined): void {
    if (symbol === undefined || symbol === this.#symbol) return;
    this.#symbol = symbol;
    this.#paused = undefined;
    this.#isHelpShown = false;
    this.#levels.clear();
    this.#lastSequence = -1;
    this.#hashes = undefined;
    this.#hashedAtMs = undefined;
    this.#options.book.select(symbol);
  }

  /** The source is asked when something else is wanted, not with every picture. */
  #ask(depth: number): void {
    const wish = `${depth} ${this.#grouping}`;
    if (wish === this.#asked) return;
    this.#asked = wish;
    this.#options.book.want(depth, this.#grouping);
  }

  /** When things last changed, for ages that are counted here. */
  #notice(view: BookView, nowMs: number): void {
    if (view.sequence !== this.#lastSequence) this.#changedAtMs = nowMs;
    this.#lastSequence = view.sequence;
    const hashes = view.facts['hashes checked'];
    if (hashes !== this.#hashes && hashes !== 0) this.#hashedAtMs = nowMs;
    this.#hashes = hashes;
  }

  /** The levels whose quantity is another one than a moment ago; in a new picture none. */
  #brightened(view: BookView, nowMs: number): Set<LevelView> {
    const bright = new Set<LevelView>();
    const before = this.#levels;
    const now: typeof before = new Map();
    for (const [side, levels] of [
      ['bid', view.bids],
      ['ask', view.asks],
    ] as const) {
      for (const level of levels) {
        const key = `${side} ${level.price}`;
        const known = before.get(key);
        const isOther = before.size > 0 && known?.quantity !== level.quantity;
        const brightUntilMs = isOther ? nowMs + BRIGHT_MS : (known?.brightUntilMs ?? 0);
        now.set(key, { quantity: level.quantity, brightUntilMs });
        if (brightUntilMs > nowMs) bright.add(level);
      }
    }
    this.#levels = now;
    return bright;
  }
}
