/** PROTOCOL.md as data: its tables, and its golden vectors as bytes. */

import { readFileSync } from 'node:fs';

export const DOCUMENT = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

export interface Table {
  /** The nearest heading above. */
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const TABLES = readTables();

function readTables(): Table[] {
  const tables: Table[] = [];
  let heading = '';
  let rows: string[][] = [];
  const end = (): void => {
    const [columns, , ...rest] = rows;
    if (columns !== undefined) tables.push({ heading, columns, rows: rest });
    rows = [];
  };
  for (const line of DOCUMENT.split('\n')) {
    if (line.startsWith('|')) {
      rows.push(
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
      continue;
    }
    end();
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
  }
  end();
  return tables;
}

/** The table under a heading that has these columns. */
export function table(heading: string, ...columns: string[]): Table {
  const found = TABLES.find(
    (candidate) =>
      candidate.heading === heading && columns.every((name) => candidate.columns.includes(name)),
  );
  if (found === undefined) throw new Error(`PROTOCOL.md has no table ${columns} under ${heading}`);
  return found;
}

/** Two columns of a table as an object. */
export function pairs(from: Table, key: string, value: string): Record<string, string> {
  const at = (name: string): number => from.columns.indexOf(name);
  return Object.fromEntries(from.rows.map((row) => [row[at(key)], row[at(value)]]));
}

/** The titles of all golden vectors, as headings write them. */
export function goldenTitles(): string[] {
  return [...DOCUMENT.matchAll(/^### (.*)\n\n```hex$/gm)].map(([, title = '']) => title);
}

/** A golden vector by its title. Throws when an offset in a comment is not where the bytes are. */
export function goldenBytes(title: string): Uint8Array {
  const heading = `### ${title.charAt(0).toUpperCase()}${title.slice(1)}\n`;
  const from = DOCUMENT.indexOf(heading);
  if (from < 0) throw new Error(`PROTOCOL.md has no vector "${title}"`);
  const block = DOCUMENT.slice(from).match(/```hex\n([\s\S]*?)```/)?.[1] ?? '';
  const bytes: number[] = [];
  for (const line of block.split('\n')) {
    const [hex = '', comment = ''] = line.split('#');
    const said = comment.match(/^ (\d+): /)?.[1];
    if (said !== undefined && Number(said) !== bytes.length) {
      throw new Error(`PROTOCOL.md, "${title}": byte ${bytes.length} is said to be ${said}`);
    }
    for (const byte of hex.split(' ')) if (byte !== '') bytes.push(Number.parseInt(byte, 16));
  }
  return Uint8Array.from(bytes);
}
