/** The whole terminal: title, ladder with the tape beside it, truth strip, and what keys do. */

import { STATE_REASON_TEXT } from '../../../feed/index.ts';
import type { BookView, LevelView } from './book-view.ts';
import { ladderLines, ladderWidth } from './ladder-lines.ts';
import type { Palette } from './palette.ts';
import { factsOf } from './render-book.ts';
import { tapeLines, tapeWidth } from './tape-lines.ts';
import { cut, fitting, padEnd, widthOf } from './text-columns.ts';

export interface ScreenState {
  readonly view: BookView;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly palette: Palette;
  readonly bright: ReadonlySet<LevelView>;
  /** Where the book is in the list, from 1; 0 when it is not in it. */
  readonly place: number;
  readonly symbols: readonly string[];
  /** Seconds since the levels last changed. */
  readonly ageSeconds: number;
  /** Seconds since the last hash that was compared; `undefined` when there was none. */
  readonly hashAgeSeconds: number | undefined;
  /** Seconds that the picture has stood still on demand. */
  readonly pausedSeconds: number | undefined;
  /** What is being searched, and what was found. */
  readonly search: { readonly text: string; readonly found: readonly string[] } | undefined;
  readonly isHelpShown: boolean;
  /** What may help when there is no live book. */
  readonly hint: string | undefined;
}

/** Lines that are no levels: title, alarm, header, spread, hairline, strip, keys. */
export const OTHER_LINES = 7;
const LEAST_TAPE_WIDTH = 24;
const LEAST_LADDER_WIDTH = 44;
const BESIDE = ' │ ';
const GAP = '   ';

const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['?', 'help'],
  ['/', 'search'],
  ['← →', 'instrument'],
  ['+ -', 'grouping'],
  ['[ ]', 'depth'],
  ['space', 'pause'],
  ['q', 'quit'],
];

const HELP: readonly (readonly [key: string, what: string])[] = [
  ['/', 'search an instrument by its name; enter takes the first'],
  ['← →  n p  tab', 'the instrument before, the next one'],
  ['1 to 9', 'the first to the ninth instrument'],
  ['+ -', 'coarser prices, finer prices'],
  ['[ ]', 'fewer levels, more levels'],
  ['space', 'stand still, and go on'],
  ['ctrl-l', 'draw everything again'],
  ['ctrl-z', 'back to the shell for a while; fg returns'],
  ['?', 'this page, and away with it'],
  ['q  ctrl-c', 'end'],
];

/** Exactly `height` lines, or fewer where the terminal is too low for all of them. */
export function renderScreen(state: ScreenState): string[] {
  const { width, height } = state;
  const foot = [hairline(state), strip(state), lastLine(state)];
  const body = state.isHelpShown ? helpLines(state.palette) : bodyLines(state);
  const room = height - 2 - foot.length;
  const shown = body.slice(0, Math.max(0, room));
  while (shown.length < room) shown.push('');
  const lines = [title(state), alarm(state), ...shown, ...foot];
  return lines.slice(0, height).map((line) => cut(line, width));
}

function title({ view, palette, place, symbols, width }: ScreenState): string {
  const state = view.state === 'LIVE' ? palette.good(view.state) : palette.warning(view.state);
  const left = `${palette.strong(view.symbol)}  ${state}  ${palette.faint(view.from)}`;
  const group = view.grouping === 1 ? '' : `${view.grouping} ticks a level${GAP}`;
  const right = palette.faint(`${group}${place === 0 ? '' : `${place} of ${symbols.length}`}`);
  const between = width - widthOf(left) - widthOf(right);
  return between < 1 ? left : `${left}${' '.repeat(between)}${right}`;
}

/** What keeps the figures from being what they seem, over the whole width. */
function alarm({ view, palette, ageSeconds, pausedSeconds, hint, width }: ScreenState): string {
  if (pausedSeconds !== undefined) {
    const since = `PAUSED for ${pausedSeconds.toFixed(0)} s; space goes on`;
    return palette.alarm(padEnd(` ${since}`, width));
  }
  if (view.state === 'LIVE') return '';
  const age = view.bids.length + view.asks.length === 0 ? '' : `  ${ageSeconds.toFixed(0)} s old`;
  const text = hint ?? `${STATE_REASON_TEXT[view.reason]}${age}`;
  return palette.alarm(padEnd(cut(` ${view.state}  ${text}`, width), width));
}

function bodyLines(state: ScreenState): string[] {
  const { view, width, depth, palette, bright } = state;
  const beside = tapeColumns(state);
  if (beside === 0) return ladderLines(view, { width, depth, palette, bright });
  const left = width - beside - BESIDE.length;
  const ladder = ladderLines(view, { width: left, depth, palette, bright });
  const isLive = view.state === 'LIVE';
  const trades = tapeLines(view.trades, ladder.length - 1, beside, palette, isLive);
  const tape = [palette.faint('trades'), ...trades];
  const line = palette.faint(BESIDE);
  return ladder.map((text, i) => `${padEnd(text, left)}${line}${tape[i] ?? ''}`);
}

/** What the ladder leaves to the tape; 0 where there is no room for one. */
function tapeColumns({ view, width, depth }: ScreenState): number {
  const least = Math.max(LEAST_TAPE_WIDTH, tapeWidth(view.trades));
  if (width - least - BESIDE.length < LEAST_LADDER_WIDTH) return 0;
  return Math.max(least, width - BESIDE.length - ladderWidth(view, depth));
}

function hairline({ palette, width }: ScreenState): string {
  return palette.faint('─'.repeat(width));
}

/** What was proved of the book and how it came here; what does not fit is left out from the end. */
function strip({ view, palette, width, ageSeconds, hashAgeSeconds }: ScreenState): string {
  const proofs: string[] = [];
  const others: string[] = [];
  const positions: string[] = [];
  for (const [name, value] of factsOf(view)) {
    if (name === 'hashes checked') {
      proofs.push(hashText(palette, value, hashAgeSeconds));
    } else {
      const isPosition = name === 'sequence' || name === 'transaction';
      (isPosition ? positions : others).push(`${palette.faint(name)} ${value}`);
    }
  }
  if (view.sequence > 0) {
    proofs.push(`${palette.faint('changed')} ${seconds(ageSeconds)} ${palette.faint('ago')}`);
  }
  return fitting([...proofs, ...others, ...positions], width, GAP);
}

function hashText(palette: Palette, count: string, ageSeconds: number | undefined): string {
  if (ageSeconds === undefined) return palette.faint('no hash yet');
  const age = palette.faint(`${seconds(ageSeconds)} ago`);
  return `${palette.faint('hash')} ${palette.good('=')} ${count} ${age}`;
}

function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} s`;
}

function lastLine({ palette, search, width, isHelpShown }: ScreenState): string {
  if (search === undefined) {
    const keys = isHelpShown ? [['?', 'back'] as const, ['q', 'quit'] as const] : KEYS;
    return fitting(
      keys.map(([key, what]) => `${palette.strong(key)} ${palette.faint(what)}`),
      width,
      '  ',
    );
  }
  const [first, ...others] = search.found;
  const found = first === undefined ? [palette.warning('nothing')] : [palette.marked(` ${first} `)];
  const prompt = `/${search.text}${palette.marked(' ')}`;
  return fitting([prompt, ...found, ...others.map((one) => palette.faint(one))], width, '  ');
}

function helpLines(palette: Palette): string[] {
  const widest = Math.max(...HELP.map(([key]) => key.length));
  return ['', ...HELP.map(([key, what]) => `  ${palette.strong(key.padEnd(widest))}${GAP}${what}`)];
}
