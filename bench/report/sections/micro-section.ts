/** Single operations, suite by suite; codecs also as pictures. */

import type { MicroSuiteResult } from '../../micro/micro-file.ts';
import { MICRO_HEADER, microRows } from '../../micro/micro-table.ts';
import type { AllResults } from '../results.ts';
import type { Section } from '../section.ts';
import { type Bar, barChart } from '../svg/bar-chart.ts';

const CODEC = 'gateway codec';
const MESSAGES = ['snapshot', 'diff'] as const;

export function microSection({ micro }: AllResults): Section | undefined {
  if (micro === undefined) return undefined;
  const codec = micro.suites.find(({ name }) => name === CODEC);
  return {
    id: 'micro',
    title: 'Single operations',
    paragraphs: [
      'Rounds of many operations each, medians over the rounds, each case warmed up by itself; beside each table stands what its suite measures. Left out: everything that the parts cost together, which is more than the sum: caches are shared. It would lie where a round repeats what no market repeats.',
    ],
    charts: codec === undefined ? [] : codecCharts(codec),
    tables: micro.suites.map(({ name, measures, leavesOut, wouldLie, results }) => ({
      title: name,
      note: `${measures} Left out: ${leavesOut} It would lie: ${wouldLie}`,
      header: [...MICRO_HEADER],
      rows: microRows(results),
    })),
  };
}

function codecCharts({ results }: MicroSuiteResult): string[] {
  const bars = (what: string, of: (name: string) => number | undefined): Bar[] =>
    Object.entries(results).flatMap(([name, { peer }]): Bar[] => {
      const value = of(name);
      if (!name.startsWith(what) || value === undefined) return [];
      const label = name.slice(what.length + 2);
      return [{ label, value, kind: peer === undefined ? 'ours' : 'peer' }];
    });
  return MESSAGES.flatMap((message) => [
    barChart({
      title: `To encode a ${message}`,
      unit: 'nanoseconds',
      bars: bars(`encode a ${message}`, (name) => results[name]?.nsPerOperation),
      isLessBetter: true,
    }),
    barChart({
      title: `To decode a ${message}; ours is checked`,
      unit: 'nanoseconds',
      bars: bars(`decode a ${message}`, (name) => results[name]?.nsPerOperation),
      isLessBetter: true,
    }),
    barChart({
      title: `A ${message} on the wire`,
      unit: 'bytes',
      bars: bars(`encode a ${message}`, (name) => results[name]?.bytesPerOperation),
      isLessBetter: true,
    }),
  ]);
}
