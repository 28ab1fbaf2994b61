/** The public league, the open loop and the growth curves. */

import { type AllResults, type LooseJson, numberAt, objectAt } from '../results.ts';
import { readable, type Section, type Table } from '../section.ts';
import { type Bar, barChart } from '../svg/bar-chart.ts';
import { lineChart } from '../svg/line-chart.ts';

/** Best of their language in the league's own table, measured elsewhere (Graviton4, 2026). */
const PUBLISHED: readonly Bar[] = [
  { label: 'best open C (published)', value: 8.19e6, kind: 'published' },
  { label: 'best JavaScript (published)', value: 0.71e6, kind: 'published' },
];
const OWN = { full: 'the whole engine', bare: 'its matcher alone (the limit)' } as const;

export function leagueSection({ league, openLoop, growth }: AllResults): Section | undefined {
  if (league === undefined && openLoop === undefined && growth === undefined) return undefined;
  const charts: string[] = [];
  const tables: Table[] = [];
  if (league !== undefined) {
    charts.push(worstChart(league));
    tables.push(streamTable(league));
  }
  if (openLoop !== undefined) charts.push(openLoopChart(openLoop));
  if (growth !== undefined) charts.push(...growthCharts(growth));
  return {
    id: 'league',
    title: 'Engine: the public league',
    paragraphs: [
      'Five streams of 1,996,097 messages through the function that production calls per command: stamped, journalled, matched, both streams and all reports encoded; a score is the slowest stream. Afterwards every byte is decoded and compared, and the reports are hashed as the league does. Left out: sockets and the file, in whose place are arrays. It would lie on a machine that is busy at other times for one engine than for the other (they take turns), and for a peer that is stopped early, whose books have not grown yet.',
    ],
    charts,
    tables,
  };
}

function worstOf(results: LooseJson): number {
  const rates = Object.values(results).map((one) => numberAt(one, 'messagesPerSecond'));
  return Math.min(...rates.filter((rate): rate is number => rate !== undefined));
}

function worstChart(league: LooseJson): string {
  const own = Object.entries(OWN).flatMap(([key, label]): Bar[] => {
    const value = numberAt(league, `${key}.worst.messagesPerSecond`);
    return value === undefined ? [] : [{ label, value, kind: key === 'bare' ? 'limit' : 'ours' }];
  });
  const peers = Object.entries(objectAt(league, 'peers')).map(([label, results]): Bar => {
    return { label, value: worstOf(results as LooseJson), kind: 'peer' };
  });
  return barChart({
    title: 'The slowest of five streams',
    unit: 'messages a second',
    bars: [...own, ...peers, ...PUBLISHED],
  });
}

function streamTable(league: LooseJson): Table {
  const engines = [
    ...Object.entries(OWN).map(([key, label]) => ({ label, results: objectAt(league, key) })),
    ...Object.entries(objectAt(league, 'peers')).map(([label, results]) => {
      return { label, results: results as LooseJson };
    }),
  ].filter(({ results }) => Object.keys(results).length > 0);
  const streams = [...new Set(engines.flatMap(({ results }) => Object.keys(results)))];
  return {
    title: 'M messages a second, by stream',
    header: ['stream', ...engines.map(({ label }) => label)],
    rows: streams
      .filter((stream) => stream !== 'worst')
      .map((stream) => [
        stream,
        ...engines.map(({ results }) => {
          const rate = numberAt(results, `${stream}.messagesPerSecond`);
          return rate === undefined ? '' : readable(rate / 1e6);
        }),
      ]),
  };
}

function openLoopChart(openLoop: LooseJson): string {
  const percentiles = Object.entries(objectAt(openLoop, 'percentilesUs'));
  const points = percentiles.map(([share, us]): [number, number] => [Number(share), Number(us)]);
  const rate = readable(numberAt(openLoop, 'rate') ?? 0);
  return lineChart({
    title: `From when a command was due to when all of it was told, at ${rate} a second`,
    x: { label: 'percentile', kind: 'percentile' },
    y: { label: 'microseconds', kind: 'log' },
    series: [{ name: 'whole engine', points }],
  });
}

function growthCharts(growth: LooseJson): string[] {
  return Object.entries(growth)
    .filter(([, rows]) => Array.isArray(rows))
    .map(([name, rows]) =>
      lineChart({
        title: `Matcher, as it grows: ${name}`,
        x: { label: name, kind: 'log' },
        y: { label: 'ns an operation', kind: 'linear' },
        series: ['place', 'reduce', 'best', 'cancel'].map((operation) => ({
          name: operation,
          points: (rows as LooseJson[]).map((row): [number, number] => [
            Number(row['size']),
            Number(row[operation]),
          ]),
        })),
      }),
    );
}
