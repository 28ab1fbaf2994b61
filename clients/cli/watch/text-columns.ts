/** Texts in columns of a terminal: figures in groups, bars in parts of a column, lines side by side. */

import { stripVTControlCharacters } from 'node:util';

/** Eighths of a column, so that bars grow smoothly. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const GROUP_SEPARATOR = ',';

/** `share` of `width` columns, 0 to 1; anything above nothing shows. */
export function bar(share: number, width: number): string {
  if (!(share > 0)) return '';
  const eighths = Math.max(1, Math.round(Math.min(1, share) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** The same towards the left, in halves: there are no other parts of a column from that side. */
export function barToLeft(share: number, width: number): string {
  if (!(share > 0)) return '';
  const halves = Math.max(1, Math.round(Math.min(1, share) * width * 2));
  return '▐'.repeat(halves % 2) + '█'.repeat(Math.floor(halves / 2));
}

/** A plain decimal with its whole digits in groups of three. */
export function grouped(decimal: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(decimal) ?? [];
  if (whole === '') return decimal;
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, GROUP_SEPARATOR) + fraction;
}

/** Columns that a painted text takes. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** As many of the parts, in their order, as fit into a line. */
export function fitting(parts: readonly string[], width: number, gap: string): string {
  let line = '';
  for (const part of parts) {
    const next = line === '' ? part : line + gap + part;
    if (widthOf(next) > width) break;
    line = next;
  }
  return line;
}

/** A painted text, cut; what follows its last visible column loses its colour. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return stripVTControlCharacters(text)
    .slice(0, Math.max(0, width - 1))
    .concat('…');
}
