/**
 * protocol.json: the tables and vectors of PROTOCOL.md for machines. Run by itself, it writes the
 * file anew; a test says when that is due.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { goldenBytes, goldenTitles, pairs, type Table, table } from './protocol-document.ts';

export const PROTOCOL_TABLES = new URL('../protocol.json', import.meta.url);

/** Offset and type as the wire has it; `name` as the code has it, where it names the field. */
interface Field {
  readonly offset: number;
  readonly type: string;
  readonly name: string;
  readonly meaning: string;
}

/** Repair messages that have fields of their own. */
const REPAIR_MESSAGES = [
  'Replay',
  'Snapshot',
  'Credit',
  'Acknowledge',
  'BookAt',
  'Range',
  'Candles',
  'Moment',
  'Chunk',
  'Reject',
];

/** What protocol.json has to hold. */
export function protocolTables(): object {
  return {
    protocol: 'touchline-feed',
    byteOrder: { topic: 'big', everythingElse: 'little' },
    topic: fields(table('1. Topic', 'field'), ''),
    topicKinds: numbers(table('1. Topic', 'kind', 'name'), 'kind'),
    levels: numbers(table('1. Topic', 'level', 'name'), 'level'),
    packet: fields(table('2. Packet', 'constant'), 'constant'),
    packetFlags: numbers(table('2. Packet', 'flag'), 'flag'),
    recordHeader: fields(table('3. Records', 'field'), ''),
    records: records(),
    statuses: numbers(table('Status', 'status'), 'status'),
    states: pairs(table('5. States', 'state'), 'state', 'meaning'),
    reasons: pairs(table('5. States', 'reason'), 'reason', 'meaning'),
    repairHeader: fields(table('8. Repair messages', 'constant'), 'constant'),
    repairMessages: repairMessages(),
    rejectCodes: numbers(table('Reject', 'code', 'name'), 'code'),
    limits: Object.fromEntries(
      Object.entries(pairs(table('12. Limits', 'constant'), 'constant', 'value')).map(
        ([name, value]) => [name, Number(value)],
      ),
    ),
    goldenVectors: Object.fromEntries(
      goldenTitles().map((title) => [title, Buffer.from(goldenBytes(title)).toString('hex')]),
    ),
  };
}

/** As the file has it. */
export function protocolTablesText(): string {
  return `${JSON.stringify(protocolTables(), undefined, 2)}\n`;
}

function numbers(from: Table, value: string): Record<string, number> {
  const named = pairs(from, 'name', value);
  return Object.fromEntries(Object.entries(named).map(([name, text]) => [name, Number(text)]));
}

function fields(from: Table, name: string): Field[] {
  const cell = (row: readonly string[], column: string): string =>
    row[from.columns.indexOf(column)] ?? '';
  return from.rows.map((row) => ({
    offset: Number(cell(row, 'offset')),
    type: cell(row, 'type'),
    name: cell(row, name),
    meaning: cell(row, 'field'),
  }));
}

function records(): Record<string, object> {
  const all = table('3. Records', 'bytes');
  const types = pairs(all, 'name', 'type');
  const bytes = pairs(all, 'name', 'bytes');
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      {
        type: Number(type),
        bytes: Number(bytes[name]),
        fields: fields(table(name, 'accessor'), 'accessor'),
      },
    ]),
  );
}

function repairMessages(): Record<string, object> {
  const types = pairs(table('8. Repair messages', 'name'), 'name', 'type');
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => {
      const own = REPAIR_MESSAGES.includes(name) ? fields(table(name, 'constant'), 'constant') : [];
      return [name, { type: Number(type), fields: own }];
    }),
  );
}

if (import.meta.main) writeFileSync(fileURLToPath(PROTOCOL_TABLES), protocolTablesText());
