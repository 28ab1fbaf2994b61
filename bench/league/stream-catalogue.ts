/** Which streams are played: the league's five, or those that a folder's tables list. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirectory, testData } from '../setup/test-data.ts';
import { readColumnFile } from './column-file.ts';
import { LeagueFileError, type LeagueStream } from './league-stream.ts';
import { readRecordFile } from './record-file.ts';
import { SCENARIOS } from './scenarios.ts';

export interface CataloguedStream {
  /** What it is called in tables and results: the scenario, with its seed where several share it. */
  readonly name: string;
  readonly path: string;
  /** Of the reports that a right engine gives. */
  readonly sha256: string;
  readonly messages: number;
}

/** A table's columns; their order in the file is free, and others may stand between. */
const COLUMNS = ['file', 'scenario', 'seed', 'new_orders', 'messages', 'sha256_canonical'] as const;
type Column = (typeof COLUMNS)[number];
type Row = Readonly<Record<Column, string>>;

const PUBLISHED_MESSAGES = 1_996_097;
const TABLE = '.tsv';
const COLUMN_FILE = '.mebc.br';
const RECORD_FILE = '.bin.gz';
const SHA256 = /^[0-9a-f]{64}$/;

/** The folder or what it holds is not as it must be; `code` is stable. */
export class CatalogueError extends Error {
  readonly code: 'NO_DATA' | 'NO_TABLE' | 'BAD_TABLE' | 'NO_STREAM';

  constructor(code: CatalogueError['code'], what: string) {
    super(`${code}: ${what}`);
    this.name = 'CatalogueError';
    this.code = code;
  }
}

/** The league's own, of 1,996,097 messages each. Throws `CatalogueError`. */
export function publishedStreams(): CataloguedStream[] {
  return SCENARIOS.map(({ name, full: { file, sha256 } }) => {
    const path = testData(file);
    if (path === undefined) {
      const what = `${file} is not in ${dataDirectory()}; set TOUCHLINE_DATA to the right folder.`;
      throw new CatalogueError('NO_DATA', what);
    }
    return { name, path, sha256, messages: PUBLISHED_MESSAGES };
  });
}

/** All streams that the tables of a folder list, table by table. Throws `CatalogueError`. */
export function streamsOf(folder: string): CataloguedStream[] {
  const tables = existsSync(folder) ? readdirSync(folder).filter(isTable).sort() : [];
  if (tables.length === 0) {
    const what = `${folder} has no ${TABLE} file with the columns ${COLUMNS.join(', ')}.`;
    throw new CatalogueError('NO_TABLE', what);
  }
  const rows = tables.flatMap((table) => {
    const text = readFileSync(join(folder, table), 'utf8');
    return readTable(text, table);
  });
  return rows.map((row, i) => {
    const path = join(folder, row.file);
    if (!existsSync(path)) throw new CatalogueError('NO_STREAM', `${path} is not there.`);
    return {
      name: nameOf(rows, i),
      path,
      sha256: row.sha256_canonical,
      messages: Number(row.messages),
    };
  });
}

/** Reads a stream of either format, by its name. Throws `LeagueFileError`. */
export function readStream({ path, messages }: CataloguedStream): LeagueStream {
  const bytes = readFileSync(path);
  const stream = path.endsWith(COLUMN_FILE) ? readColumnFile(bytes) : readRecordFile(bytes);
  if (stream.count !== messages) {
    const what = `${path} has ${stream.count} messages, its table says ${messages}.`;
    throw new LeagueFileError('BAD_LENGTH', what);
  }
  return stream;
}

/** The rows of one table. Throws `CatalogueError`. */
export function readTable(text: string, table: string): Row[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const names = head.split('\t');
  const places = COLUMNS.map((column) => names.indexOf(column));
  const missing = COLUMNS.find((_, i) => places[i] === -1);
  if (missing !== undefined) {
    throw new CatalogueError('BAD_TABLE', `${table} has no column ${missing}.`);
  }
  return lines.map((line, number) => {
    const cells = line.split('\t');
    const row = Object.fromEntries(
      COLUMNS.map((column, i) => [column, cells[places[i] ?? -1]?.trim() ?? '']),
    ) as Row;
    const fault = faultOf(row);
    if (fault !== undefined) {
      throw new CatalogueError('BAD_TABLE', `${table}, row ${number + 1}: ${fault}.`);
    }
    return row;
  });
}

function isTable(file: string): boolean {
  return file.endsWith(TABLE);
}

function faultOf(row: Row): string | undefined {
  if (!row.file.endsWith(COLUMN_FILE) && !row.file.endsWith(RECORD_FILE)) {
    return `file "${row.file}" ends neither in ${COLUMN_FILE} nor in ${RECORD_FILE}`;
  }
  if (row.file.includes('..')) return `file "${row.file}" leaves the folder`;
  if (row.scenario === '') return 'the scenario is empty';
  if (!/^[0-9]+$/.test(row.messages)) return `messages is "${row.messages}"`;
  return SHA256.test(row.sha256_canonical) ? undefined : 'sha256_canonical is no SHA-256';
}

/** The shortest of scenario, with seed, with orders, with place, that no other row has. */
function nameOf(rows: readonly Row[], index: number): string {
  const candidates = [
    ({ scenario }: Row) => scenario,
    ({ scenario, seed }: Row) => `${scenario}-s${seed}`,
    ({ scenario, seed, new_orders }: Row) => `${scenario}-s${seed}-n${new_orders}`,
  ];
  for (const name of candidates) {
    const mine = name(rows[index] as Row);
    if (rows.filter((row) => name(row) === mine).length === 1) return mine;
  }
  return `${rows[index]?.scenario}-${index + 1}`;
}
