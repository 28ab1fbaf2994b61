/** Rows of an archive as CSV (RFC 4180). */

import { type ArchiveRow, ROW_COLUMNS } from './archive-rows.ts';

export const CSV_HEADER = `${ROW_COLUMNS.map(snake).join(',')}\r\n`;

export function csvLine(row: ArchiveRow): string {
  return `${ROW_COLUMNS.map((column) => cell(row[column])).join(',')}\r\n`;
}

/** `engine_time_ns`: names as tables have them. */
export function snake(column: string): string {
  const name = column.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return name.endsWith('_time') ? `${name}_ns` : name;
}

function cell(value: string | number | bigint | undefined): string {
  if (value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
