/** The feed, process to process: throughput beside the limit, latency beside plain zeromq.js, late joiners. */

import { type AllResults, type LooseJson, numberAt, objectAt } from '../results.ts';
import { flatTable, type Section } from '../section.ts';
import { type Bar, barChart } from '../svg/bar-chart.ts';

export function feedSection({ feed }: AllResults): Section | undefined {
  if (feed === undefined) return undefined;
  const throughput = Object.entries(objectAt(feed, 'throughput'));
  const latency = Object.entries(objectAt(feed, 'latency'));
  return {
    id: 'feed',
    title: 'Feed: from one process to another',
    paragraphs: [
      'A publisher process and subscriber processes that build books; only deltas count that were applied in order, without a gap and with equal hashes at the end. The limit is the same bytes through plain zeromq.js to somebody who does not decode them. Latency is open loop, the clocks those of one machine. Left out: networks. It would lie where both share too few cores.',
    ],
    charts: [
      ...throughput.map(([transport, result]) => throughputChart(transport, result as LooseJson)),
      ...latencyCharts(latency),
    ],
    tables: [flatTable('All figures', feed)],
  };
}

function throughputChart(transport: string, result: LooseJson): string {
  const bar = (label: string, path: string, kind: Bar['kind']): Bar[] => {
    const value = numberAt(result, path);
    return value === undefined ? [] : [{ label, value, kind }];
  };
  const batches = Object.keys(objectAt(result, 'batches')).flatMap((size) =>
    bar(`${size} deltas a packet`, `batches.${size}`, 'ours'),
  );
  return barChart({
    title: `Deltas applied and proved, over ${transport}`,
    unit: 'deltas a second',
    bars: [
      ...bar('one subscriber', 'deltasPerSecond', 'ours'),
      ...bar('two subscribers, without loss', 'subscribers2', 'ours'),
      ...bar('three subscribers, without loss', 'subscribers3', 'ours'),
      ...batches,
      ...bar('one delta a message, as people do', 'oneAMessage', 'peer'),
      ...bar('the same bytes, not decoded', 'limit', 'limit'),
    ],
  });
}

type Rates = readonly (readonly [rate: string, result: unknown])[];

/** Millions a second are more than the machine can do: queues, beside which the others were not seen. */
function latencyCharts(rates: Rates): string[] {
  const isFlood = ([rate]: Rates[number]) => rate.endsWith('M');
  return [
    ...latencyChart(
      'One-way latency',
      rates.filter((one) => !isFlood(one)),
    ),
    ...latencyChart('One-way latency, flooded', rates.filter(isFlood)),
  ];
}

function latencyChart(title: string, rates: Rates): string[] {
  const bars = rates.flatMap(([rate, result]): Bar[] => {
    const bar = (what: string, path: string, kind: Bar['kind']): Bar[] => {
      const value = numberAt(result, path);
      return value === undefined ? [] : [{ label: `${rate}/s, ${what}`, value, kind }];
    };
    return [
      ...bar('p50', 'p50Us', 'ours'),
      ...bar('p50, plain zeromq.js', 'plainP50Us', 'limit'),
      ...bar('p50, polling', 'spinP50Us', 'ours'),
    ];
  });
  const unit = 'microseconds';
  return bars.length === 0 ? [] : [barChart({ title, unit, bars, isLessBetter: true })];
}
