/** The journal: what it costs an engine, and how fast it is read and done again. */

import { type AllResults, numberAt } from '../results.ts';
import { type Section, wordedTable } from '../section.ts';
import { type Bar, barChart } from '../svg/bar-chart.ts';

const RATES: readonly (readonly [path: string, label: string, kind: Bar['kind']])[] = [
  ['commandsPerSecond.none', 'an engine without a journal', 'limit'],
  ['commandsPerSecond.write', 'with one, durability “write”', 'ours'],
  ['commandsPerSecond.fsync', 'with one, durability “fsync”', 'ours'],
  ['commandsPerSecond.restart', 'a restart, which does it again', 'ours'],
  ['commandsPerSecond.reading', 'reading and checking alone', 'ours'],
];

const WORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(RATES.map(([path, label]) => [path, `${label}: commands a second`])),
  'costPercent.low': 'what the journal costs, low end of its interval, %',
  'costPercent.median': 'what the journal costs, median, %',
  'costPercent.high': 'what the journal costs, high end of its interval, %',
  batch: 'commands in a commit',
};

export function journalSection({ journal }: AllResults): Section | undefined {
  if (journal === undefined) return undefined;
  const bars = RATES.flatMap(([path, label, kind]): Bar[] => {
    const value = numberAt(journal, path);
    return value === undefined ? [] : [{ label, value, kind }];
  });
  const unit = 'commands a second of processor time';
  return {
    id: 'journal',
    title: 'Journal',
    paragraphs: [
      'Fresh processes in turns, with the journal and without it; per second of processor time. Left out: fsync, unless asked for. It would lie on a slow disk.',
    ],
    charts: bars.length === 0 ? [] : [barChart({ title: 'What a journal costs', unit, bars })],
    tables: [wordedTable('Figures', journal, WORDS)],
  };
}
