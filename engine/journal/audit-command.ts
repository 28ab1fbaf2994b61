/** `touchline journal audit`: who did what, and what became of it. */

import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { crc32, UserError } from '../../feed/process/index.ts';
import { Audit } from './audit.ts';
import {
  type AuditFilter,
  CSV_HEADER,
  csvLines,
  isWanted,
  jsonClientLine,
  jsonLine,
} from './audit-lines.ts';
import { type History, readHistory } from './history.ts';
import { NodeJournalFiles } from './journal-files.ts';

interface AuditCommandLine {
  readonly format: 'json' | 'csv';
  readonly owner?: string;
  readonly instrument?: string;
  readonly order?: number;
  readonly from: number;
  readonly to: number;
}

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('who did what: every command with its client and time, and what became of it')
    .argument('<directory>')
    .addOption(
      new Option('--format <format>', 'a JSON object a command, or a CSV line a report')
        .choices(['json', 'csv'])
        .default('json'),
    )
    .option('--owner <client>', 'only what this client did, or was told of')
    .option('--instrument <symbol>', 'only on this instrument')
    .option('--order <clientOrderId>', 'only about this order, whoever caused it', whole)
    .option('--from <transaction>', 'the first', whole, 1)
    .option('--to <transaction>', 'the last', whole, Number.MAX_SAFE_INTEGER)
    .action((directory: string, options: AuditCommandLine) => audit(directory, options));
}

function audit(directory: string, options: AuditCommandLine): void {
  const history = read(directory);
  const trail = new Audit(history, crc32);
  const { format, owner, instrument, order, from, to } = options;
  const filter: AuditFilter = {
    from,
    to,
    ...(owner === undefined ? {} : { owner }),
    ...(instrument === undefined ? {} : { symbol: instrument }),
    ...(order === undefined ? {} : { clientOrderId: order }),
  };
  const isAboutClients = instrument === undefined && order === undefined;
  if (format === 'csv') say(CSV_HEADER);
  trail.run({
    command(audited) {
      if (!isWanted(audited, filter, trail)) return;
      if (format === 'json') say(jsonLine(audited, trail));
      else for (const line of csvLines(audited, trail)) say(line);
    },
    client(client, transaction) {
      if (format === 'csv' || !isAboutClients || transaction < from - 1 || transaction > to) return;
      const isNamed = owner === undefined || owner === client.name || owner === `${client.owner}`;
      if (isNamed) say(jsonClientLine(client, transaction));
    },
  });
  const { damage } = history;
  if (damage !== undefined) {
    const where = `${damage.segment}, byte ${damage.at}: ${damage.what}`;
    throw new UserError('JOURNAL_DAMAGED', `${where} What is before it has been told.`);
  }
}

function read(directory: string): History {
  if (existsSync(directory)) {
    try {
      return readHistory(new NodeJournalFiles(directory), crc32, { wantsAll: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
  throw new UserError(
    'JOURNAL_UNUSABLE',
    `${directory} cannot be read. Name the directory that the engine was given by --journal.`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function whole(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('It is a whole number, 1 or more.');
}
