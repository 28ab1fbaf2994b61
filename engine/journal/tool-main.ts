/** `touchline journal`: looks into a journal without touching it; also while an engine writes it. */

import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { formatEpoch, nanosToBigInt } from '../../feed/index.ts';
import {
  crc32,
  LOG_LEVEL_OPTION,
  type ProcessContext,
  runProcess,
  UserError,
} from '../../feed/process/index.ts';
import { CommandType } from '../protocol/index.ts';
import { addAuditCommand } from './audit-command.ts';
import { findCheckpoints } from './checkpoint-choice.ts';
import { addCheckpointCommand } from './checkpoint-command.ts';
import { Durability, FORMAT_VERSION } from './format.ts';
import { type History, type HistorySegment, playHistory, readHistory } from './history.ts';
import { NodeJournalFiles } from './journal-files.ts';
import { verifyJournal } from './verify-journal.ts';

const EXAMPLES = `
Examples:
  $ touchline journal inspect data/journal             its files, one a line
  $ touchline journal verify data/journal              reads and does everything again, and fails when it is damaged
  $ touchline journal checkpoint data/journal          the state at its end, for a restart or an upgrade
  $ touchline journal export data/journal --from 1000  every command, one JSON object a line
  $ touchline journal audit data/journal --owner desk --format csv   who did what, and what became of it
`;

const NAMES = new Map<number, string>(
  Object.entries(CommandType).map(([name, type]) => [type, name]),
);

interface ExportOptions {
  readonly from: number;
  readonly to: number;
}

runProcess('journal', async (context) => {
  const program = new Command('journal')
    .description('Looks into the journal of an engine.')
    .option(...LOG_LEVEL_OPTION)
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  program
    .command('inspect')
    .description('its files: transactions, epoch, how far each counts')
    .argument('<directory>')
    .option('--json', 'one JSON object a line')
    .action((directory: string, options: { json?: boolean }) => inspect(directory, options));
  program
    .command('verify')
    .description('read every byte and do every command again')
    .argument('<directory>')
    .action((directory: string) => verify(context, directory));
  program
    .command('export')
    .description('every command with its transaction, time and owner, as JSON lines')
    .argument('<directory>')
    .option('--from <transaction>', 'the first', transaction, 1)
    .option('--to <transaction>', 'the last', transaction, Number.MAX_SAFE_INTEGER)
    .action((directory: string, options: ExportOptions) => exportLines(directory, options));
  addAuditCommand(program);
  addCheckpointCommand(program, context);
  await program.parseAsync(process.argv);
});

function inspect(directory: string, options: { readonly json?: boolean }): void {
  const { history, files } = read(directory);
  for (const segment of history.segments) {
    const row = rowOf(segment);
    say(options.json === true ? JSON.stringify(row) : lineOf(row));
  }
  for (const checkpoint of findCheckpoints(files, files.list(), crc32).found) {
    const { name, transaction, digest, nextSequence } = checkpoint;
    const row = { name, transaction, nextSequence, digest };
    const line = `${name}  transaction ${transaction}, engine digest ${digest}`;
    say(options.json === true ? JSON.stringify(row) : line);
  }
  for (const { name, why } of history.skipped) {
    say(options.json === true ? JSON.stringify({ name, why }) : `${name}  cannot be used: ${why}`);
  }
  const { damage, tornBytes } = history;
  if (options.json === true) say(JSON.stringify({ tornBytes, damage: damage ?? null }));
  else {
    if (tornBytes > 0) say(`${tornBytes} bytes of a write that was cut short follow.`);
    if (damage !== undefined) say(`DAMAGED: ${damage.segment}, byte ${damage.at}: ${damage.what}`);
  }
}

function verify(context: ProcessContext, directory: string): void {
  const { history, files } = read(directory);
  const last = history.segments.at(-1);
  const { damage } = history;
  if (damage !== undefined) {
    const counted = last?.transaction ?? 0;
    const where = `${damage.segment}, byte ${damage.at}: ${damage.what}`;
    context.fail(new UserError('JOURNAL_DAMAGED', `${where} Good up to transaction ${counted}.`));
    return;
  }
  if (last === undefined) {
    say('The journal is empty.');
    return;
  }
  const { epoch } = last.header;
  const { lastSequence, digest, checkpoints } = verifyJournal(files, history, crc32);
  if (history.checkpoint !== undefined) {
    say(`Read from ${history.checkpoint.name}, which stands for what was before.`);
  }
  const until = `transaction ${last.transaction}, sequence ${lastSequence}`;
  say(`Whole: ${history.segments.length} files, ${until}, epoch ${formatEpoch(epoch)}.`);
  say(`Engine digest ${digest}; ${checkpoints} checkpoints are what the journal leads to.`);
}

function exportLines(directory: string, { from, to }: ExportOptions): void {
  const { history } = read(directory);
  // Segments that lie wholly before need not be read. The first one is told from its beginning, also
  // where a checkpoint stands for those before it.
  const isOwn = ({ header }: HistorySegment) => header.version === FORMAT_VERSION;
  const segments = history.segments.filter(
    (segment) => segment.transaction >= from && isOwn(segment),
  );
  let last = 0;
  playHistory(
    { checkpoint: undefined, segments, read: history.read },
    {
      command: (transaction, timeHigh, timeLow, owner, number, command) => {
        last = transaction;
        if (transaction < from || transaction > to) return;
        const time = nanosToBigInt(timeHigh, timeLow).toString();
        const { type, ...fields } = command;
        say(JSON.stringify({ transaction, time, owner, number, type: NAMES.get(type), ...fields }));
      },
      // A token is its client's secret.
      client: ({ owner, name }) => {
        if (last + 1 >= from && last < to) say(JSON.stringify({ client: name, owner }));
      },
    },
  );
}

function read(directory: string): { readonly history: History; readonly files: NodeJournalFiles } {
  const files = new NodeJournalFiles(directory);
  if (existsSync(directory)) {
    try {
      return { files, history: readHistory(files, crc32, { wantsAll: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
  throw new UserError(
    'JOURNAL_UNUSABLE',
    `${directory} cannot be read. Name the directory that the engine was given by --journal.`,
  );
}

type Row = ReturnType<typeof rowOf>;

function rowOf({ name, header, end, transaction, records, mark }: HistorySegment) {
  return {
    name,
    first: header.firstTransaction,
    last: transaction,
    records,
    bytes: end,
    epoch: formatEpoch(header.epoch),
    durability: header.durability === Durability.Fsync ? 'fsync' : 'write',
    begun: new Date(Number(header.created / 1_000_000n)).toISOString(),
    isClosed: mark?.isClosed === true,
  };
}

function lineOf(row: Row): string {
  const { name, first, last, bytes, epoch, durability, begun, isClosed } = row;
  const what = last < first ? 'no transaction yet' : `transactions ${first} to ${last}`;
  const end = isClosed ? '' : ', open';
  return `${name}  ${what}, ${bytes} bytes, ${durability}, epoch ${epoch}, begun ${begun}${end}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function transaction(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('It is a whole number, 1 or more.');
}
