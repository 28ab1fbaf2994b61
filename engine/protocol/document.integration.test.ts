/** PROTOCOL.md against the code: every table, every limit, every byte it shows. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DUPLICATE_WINDOW } from '../limits.ts';
import {
  GOLDEN_CLIENT_FOUND,
  GOLDEN_COMMANDS,
  GOLDEN_FIND_CLIENT,
  GOLDEN_FOUND,
  GOLDEN_LOGGED_ON,
  GOLDEN_LOGOFF,
  GOLDEN_LOGON,
  GOLDEN_NUMBER,
  GOLDEN_OPEN_ORDERS,
  GOLDEN_PAGE,
  GOLDEN_QUESTION,
  GOLDEN_REPORT_SEQUENCE,
  GOLDEN_REPORTS,
  GOLDEN_REPORTS_LOST,
  goldenBytes,
  readerOn,
} from '../testing/golden-messages.ts';
import {
  CommandDecoder,
  decodeClientFound,
  decodeFindClient,
  decodeFindInstrument,
  decodeInstrumentFound,
  decodeLoggedOn,
  decodeLogoff,
  decodeLogon,
  decodeOpenOrders,
  decodeOpenOrdersPage,
  decodeReport,
  decodeReportSequence,
  decodeReportsLost,
  MessageType,
  REASON_TEXT,
  Reason,
  readCommandNumber,
} from './index.ts';
import * as limits from './limits.ts';
import * as messages from './messages.ts';
import * as operators from './operator-layouts.ts';
import * as orders from './order-layouts.ts';
import * as reports from './report-layouts.ts';
import * as session from './session-layouts.ts';
import * as venues from './venue-layouts.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '..', 'PROTOCOL.md'), 'utf8');

type MessageName = keyof typeof MessageType;
const NAMES = Object.keys(MessageType) as MessageName[];

/** `NewOrder` to `NEW_ORDER`. */
function title(name: string): string {
  return name.replace(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

interface Section {
  readonly type: number;
  readonly bytes: number;
  readonly fields: Record<string, number>;
  readonly hex: Uint8Array;
}

/** What the page says of a message. */
function section(name: MessageName): Section {
  const start = DOCUMENT.indexOf(`### ${title(name)}: `);
  expect(start, `a section for ${title(name)}`).toBeGreaterThan(0);
  const next = DOCUMENT.indexOf('\n### ', start + 1);
  const text = DOCUMENT.slice(start, next < 0 ? undefined : next);
  const head = /: type (\d+), (\d+) bytes/.exec(text);
  const fields: Record<string, number> = {};
  for (const row of text.matchAll(/^\| (\d+) \| [^|]+ \| (\w+) \|/gm)) {
    fields[row[2] as string] = Number(row[1]);
  }
  const shown = /```hex\n([^`]*)```/.exec(text)?.[1] ?? '';
  const digits = shown.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '');
  const hex = Uint8Array.from(Buffer.from(digits, 'hex'));
  return { type: Number(head?.[1]), bytes: Number(head?.[2]), fields, hex };
}

/** The offset constants of a message, with names as the page writes them. */
function offsets(name: MessageName): Record<string, number> {
  if (name === 'Heartbeat') return {};
  const shared = name === 'Replace' ? 'Modify' : name;
  const layouts = { ...session, ...orders, ...operators, ...venues, ...reports };
  const constants = new Map(Object.entries(layouts)).get(`${shared}Offset`);
  const entries = Object.entries(constants as unknown as Record<string, number>);
  return Object.fromEntries(
    entries.map(([field, at]) => [`${field[0]?.toLowerCase()}${field.slice(1)}`, at]),
  );
}

/** The rows of the two-or-more-column table behind a heading. */
function table(heading: string): string[][] {
  const from = DOCUMENT.indexOf(`\n## ${heading}\n`);
  const text = DOCUMENT.slice(from, DOCUMENT.indexOf('\n## ', from + 1));
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('PROTOCOL.md', () => {
  it.each(NAMES)('gives type, length, fields and bytes of %s as the code has them', (name) => {
    const page = section(name);
    expect(page.type).toBe(MessageType[name]);
    expect(page.bytes).toBe(messages.MESSAGE_BYTES[name]);
    expect(page.fields).toEqual(offsets(name));
    expect(Buffer.from(page.hex).toString('hex')).toBe(
      Buffer.from(goldenBytes(name)).toString('hex'),
    );
  });

  it('shows no message that the code does not know', () => {
    const titles = [...DOCUMENT.matchAll(/^### (\w+): type/gm)].map((match) => match[1]);
    expect(titles).toEqual(NAMES.map(title));
  });

  it.each(Object.entries(GOLDEN_COMMANDS))('decodes the bytes shown for %s', (name, command) => {
    const reader = readerOn(section(name as MessageName).hex);
    expect(new CommandDecoder().read(reader)).toEqual(command);
    expect(readCommandNumber(reader)).toBe(GOLDEN_NUMBER);
  });

  it.each(Object.entries(GOLDEN_REPORTS))('decodes the bytes shown for %s', (name, report) => {
    expect(decodeReport(readerOn(section(name as MessageName).hex))).toEqual(report);
  });

  it('decodes the bytes shown for the session’s messages', () => {
    expect(decodeLogon(readerOn(section('Logon').hex))).toEqual(GOLDEN_LOGON);
    expect(decodeLoggedOn(readerOn(section('LoggedOn').hex))).toEqual(GOLDEN_LOGGED_ON);
    expect(decodeLogoff(readerOn(section('Logoff').hex))).toBe(GOLDEN_LOGOFF);
    expect(readerOn(section('Heartbeat').hex).length).toBe(8);
    expect(decodeFindInstrument(readerOn(section('FindInstrument').hex))).toBe(GOLDEN_QUESTION);
    expect(decodeReportSequence(readerOn(section('ReportSequence').hex))).toBe(
      GOLDEN_REPORT_SEQUENCE,
    );
    expect(decodeReportsLost(readerOn(section('ReportsLost').hex))).toEqual(GOLDEN_REPORTS_LOST);
    expect(decodeOpenOrders(readerOn(section('OpenOrders').hex))).toEqual(GOLDEN_OPEN_ORDERS);
    expect(decodeOpenOrdersPage(readerOn(section('OpenOrdersPage').hex))).toEqual(GOLDEN_PAGE);
    expect(decodeInstrumentFound(readerOn(section('InstrumentFound').hex))).toEqual(GOLDEN_FOUND);
    expect(decodeFindClient(readerOn(section('FindClient').hex))).toEqual(GOLDEN_FIND_CLIENT);
    expect(decodeClientFound(readerOn(section('ClientFound').hex))).toEqual(GOLDEN_CLIENT_FOUND);
  });

  it('lists every limit and every reason as the code has them', () => {
    const shown = (value: number) => value.toLocaleString('en-US');
    expect(Object.fromEntries(table('Limits'))).toEqual(
      Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, shown(value)])),
    );
    expect(table('Reasons')).toEqual(
      Object.entries(Reason).map(([name, code]) => [String(code), name, REASON_TEXT[code]]),
    );
    for (const value of [
      limits.MAX_ENTRY_FRAME_BYTES,
      limits.MAX_QUEUED_REPORT_BYTES,
      limits.ENTRY_HEARTBEAT_INTERVAL_MS,
      limits.ENTRY_TIMEOUT_MS,
      limits.RESUME_WINDOW_MS,
      limits.REPORT_LOG_BYTES,
      limits.MAX_CLIENTS,
      limits.MAX_BOOK_UPDATE_LEVELS,
      DUPLICATE_WINDOW,
    ]) {
      expect(DOCUMENT).toContain(shown(value));
    }
  });
});
