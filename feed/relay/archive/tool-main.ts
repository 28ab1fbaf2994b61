/** `touchline archive`: looks into what a relay has kept, also while it writes. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { SchemaElement } from 'hyparquet';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { formatEpoch } from '../../market.ts';
import { crc32, LOG_LEVEL_OPTION, runProcess, UserError } from '../../process/index.ts';
import { type ArchivedHistory, readHistories } from './archive-reader.ts';
import { type ArchiveRow, ArchiveRows, ROW_COLUMNS } from './archive-rows.ts';
import { CSV_HEADER, csvLine, snake } from './csv.ts';
import { playCommand } from './play-command.ts';

const EXAMPLES = `
Examples:
  $ touchline archive inspect data/archive
  $ touchline archive export data/archive --symbol BTC-USD > btc.csv
  $ touchline archive play data/archive --speed 10          (touchline archive play --help)
  $ touchline archive export data/archive --level L3 --from 1000 --to 2000 --format parquet --out day.parquet

Times are nanoseconds since 1970: sequenced by the engine, sent by it, received by the relay. Records that
are not kept are rows of their own (HOLE), from sequence to last_sequence.
`;

const LEVELS = { L2: 2, L3: 3 } as const;
const ROWS_PER_WRITE = 512;
const ROW_GROUP = 100_000;
/** Columns that hold whole numbers; the others hold texts. */
const NUMBERS = new Set<string>([
  'sequence',
  'lastSequence',
  'transaction',
  'engineTime',
  'publishTime',
  'receiveTime',
  'instrument',
  'orderCount',
  'orderId',
  'tradeId',
  'status',
]);

interface ExportOptions {
  readonly level: keyof typeof LEVELS;
  readonly epoch?: string;
  readonly from: number;
  readonly to: number;
  readonly symbol?: string;
  readonly format: 'csv' | 'parquet';
  readonly out?: string;
}

runProcess('archive', async (context) => {
  const program = new Command('archive')
    .description('Looks into the archive of a relay.')
    .option(...LOG_LEVEL_OPTION)
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  program
    .command('inspect')
    .description('its histories: what each holds, and its holes')
    .argument('<directory>')
    .option('--json', 'one JSON object a line')
    .action((directory: string, options: { json?: boolean }) => inspect(directory, options));
  program
    .command('export')
    .description('every record as a row, with the times of each hop')
    .argument('<directory>')
    .addOption(new Option('--level <level>', 'which stream').choices(['L2', 'L3']).default('L2'))
    .option('--epoch <epoch>', 'which history (default: the newest)')
    .option('--from <sequence>', 'the first record', sequence, 1)
    .option('--to <sequence>', 'the last record', sequence, Number.MAX_SAFE_INTEGER)
    .option('--symbol <symbol>', 'of one instrument alone')
    .addOption(new Option('--format <format>').choices(['csv', 'parquet']).default('csv'))
    .option('--out <file>', 'where to (default: standard output, for csv)')
    .action(exportRows);
  program.addCommand(playCommand(context, historyOf));
  await program.parseAsync(process.argv);
});

function inspect(directory: string, { json = false }: { readonly json?: boolean }): void {
  for (const history of found(directory)) {
    const { level, epoch, segments, holes } = history;
    const row = {
      level: `L${level}`,
      epoch: formatEpoch(epoch),
      from: segments[0]?.firstSequence ?? 0,
      next: segments.at(-1)?.nextSequence ?? 0,
      segments: segments.length,
      bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
      begun: timeOf(segments[0]?.begunAt),
      until: timeOf(segments.at(-1)?.lastReceivedAt),
      holes,
    };
    say(json ? JSON.stringify(row) : lineOf(row));
  }
}

function lineOf(row: {
  readonly level: string;
  readonly epoch: string;
  readonly from: number;
  readonly next: number;
  readonly segments: number;
  readonly bytes: number;
  readonly begun: string;
  readonly until: string;
  readonly holes: ArchivedHistory['holes'];
}): string {
  const mebibytes = (row.bytes / 2 ** 20).toFixed(1);
  const missing = row.holes.map(({ from, to }) => `${from} to ${to - 1}`);
  const holes = missing.length === 0 ? 'no holes' : `holes: ${missing.join(', ')}`;
  return (
    `${row.level}  epoch ${row.epoch}  records ${row.from} to ${row.next - 1}  ` +
    `${row.begun} to ${row.until}  ${row.segments} segments, ${mebibytes} MiB, ${holes}`
  );
}

async function exportRows(directory: string, options: ExportOptions): Promise<void> {
  const { from, to, symbol, format, out } = options;
  const history = historyOf(directory, options);
  const archived = new ArchiveRows(history, { from, to, symbol }, crc32);
  const rows = progress(history, options, archived);
  if (format === 'csv') {
    await writeCsv(rows, out === undefined ? process.stdout : createWriteStream(out));
  } else if (out === undefined) {
    throw new UserError('NO_OUT', 'A Parquet file needs a place: give --out FILE.');
  } else {
    await writeParquet(rows, out);
  }
  if (symbol === undefined || archived.symbols.has(symbol)) return;
  const known = [...archived.symbols].sort().join(', ');
  throw new UserError('UNKNOWN_SYMBOL', `There is no "${symbol}" in it. There are: ${known}.`);
}

async function writeCsv(rows: Iterable<ArchiveRow>, to: Writable): Promise<void> {
  let text = CSV_HEADER;
  let count = 0;
  for (const row of rows) {
    text += csvLine(row);
    count += 1;
    if (count % ROWS_PER_WRITE !== 0) continue;
    if (!to.write(text)) await once(to, 'drain');
    text = '';
  }
  to.write(text);
  if (to === process.stdout) return;
  to.end();
  await once(to, 'finish');
}

async function writeParquet(rows: Iterable<ArchiveRow>, path: string): Promise<void> {
  const columns = ROW_COLUMNS.map((column) => ({ name: snake(column) }));
  // Said in full, for what the first rows lack later ones may have.
  const schema: SchemaElement[] = [
    { name: 'root', num_children: ROW_COLUMNS.length },
    ...ROW_COLUMNS.map((column): SchemaElement => {
      const base = { name: snake(column), repetition_type: 'OPTIONAL' } as const;
      if (NUMBERS.has(column)) return { ...base, type: 'INT64' };
      return { ...base, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    }),
  ];
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: parquetRows(rows),
    columns,
    schema,
    rowGroupSize: ROW_GROUP,
  });
}

function* parquetRows(rows: Iterable<ArchiveRow>): Generator<Record<string, unknown>> {
  for (const row of rows) {
    const cells = ROW_COLUMNS.map((column) => {
      const value = row[column];
      return [snake(column), typeof value === 'number' ? BigInt(value) : (value ?? null)];
    });
    yield Object.fromEntries(cells);
  }
}

/** Shown on a terminal that the rows do not go to. */
function* progress(
  history: ArchivedHistory,
  { from, to, out }: ExportOptions,
  rows: ArchiveRows,
): Generator<ArchiveRow> {
  const first = Math.max(from, history.segments[0]?.firstSequence ?? 1);
  const last = Math.min(to, (history.segments.at(-1)?.nextSequence ?? 1) - 1);
  if (!process.stderr.isTTY || (out === undefined && process.stdout.isTTY)) {
    yield* rows.rows();
    return;
  }
  const format = 'exporting [{bar}] {percentage} % | {value} of {total} records | {eta_formatted}';
  const bar = new SingleBar({ format, stream: process.stderr });
  bar.start(Math.max(0, last - first + 1), 0);
  for (const row of rows.rows()) {
    if (row.sequence % ROWS_PER_WRITE === 0) bar.update(row.sequence - first + 1);
    yield row;
  }
  bar.update(Math.max(0, last - first + 1));
  bar.stop();
}

function historyOf(
  directory: string,
  { level, epoch }: Pick<ExportOptions, 'level' | 'epoch'>,
): ArchivedHistory {
  const all = found(directory).filter((history) => history.level === LEVELS[level]);
  const chosen =
    epoch === undefined ? all.at(-1) : all.find((history) => formatEpoch(history.epoch) === epoch);
  if (chosen !== undefined) return chosen;
  const held = all.map((history) => formatEpoch(history.epoch)).join(', ') || 'none';
  const which = epoch === undefined ? '' : ` of epoch ${epoch}`;
  throw new UserError(
    'NO_HISTORY',
    `No ${level} history${which} in ${directory}; epochs there: ${held}.`,
  );
}

function found(directory: string): ArchivedHistory[] {
  const histories = readHistories(directory, crc32);
  if (histories.length > 0) return histories;
  throw new UserError(
    'NO_ARCHIVE',
    `There is no archive in "${directory}" (relay --archive makes one).`,
  );
}

function timeOf(nanos: { readonly high: number; readonly low: number } | undefined): string {
  if (nanos === undefined) return '';
  return new Date((nanos.high * 4_294_967_296 + nanos.low) / 1e6).toISOString();
}

function sequence(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
