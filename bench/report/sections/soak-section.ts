/** A soak: memory, handles, latency and hash checks over time. */

import { PROCESSES, type SoakFile, type SoakSample } from '../../soak/soak-file.ts';
import type { AllResults } from '../results.ts';
import { readable, type Section } from '../section.ts';
import { lineChart } from '../svg/line-chart.ts';

const minutes = (atS: number): number => atS / 60;
const X = { label: 'minutes', kind: 'linear' } as const;

export function soakSection({ soak }: AllResults): Section | undefined {
  if (soak === undefined) return undefined;
  const { samples, verdict } = soak;
  const last = samples.at(-1);
  const seen = last === undefined ? '' : countsOf(last);
  return {
    id: 'soak',
    title: 'Soak: everything at a steady rate',
    paragraphs: [
      `${readable(soak.minutes)} minutes of ${readable(soak.ordersPerSecond)} orders a second through the real processes, with journal and archive; ${soak.clients} browsers at a time, each for ${readable(soak.stayS)} seconds. ${seen} Left out: faults, which have tests of their own. It would lie if what leaks leaked slower than a garbage collector breathes: the slope is told.`,
      verdict.isFlat ? 'Flat: nothing grew, and everything was equal.' : verdict.problems.join(' '),
    ],
    charts: [
      processChart('Resident memory', 'MiB', samples, 'residentMiB'),
      processChart('Open handles', 'handles', samples, 'handles'),
      lineChart({
        title: 'Latency from the engine, by sample',
        x: X,
        y: { label: 'microseconds', kind: 'log' },
        series: [
          series(samples, 'service p50', ({ service }) => service.p50Us),
          series(samples, 'service p99', ({ service }) => service.p99Us),
          series(samples, 'browsers p50', ({ browsers }) => browsers.p50Us),
          series(samples, 'browsers p99', ({ browsers }) => browsers.p99Us),
        ],
      }),
      lineChart({
        title: 'Hashes compared, all equal unless said',
        x: X,
        y: { label: 'since the beginning', kind: 'linear' },
        series: [
          series(samples, 'books', ({ hashChecks }) => hashChecks),
          series(samples, 'views', ({ viewHashChecks }) => viewHashChecks),
        ],
      }),
    ],
    tables: [memoryTable(soak)],
  };
}

function countsOf(last: SoakSample): string {
  return `${readable(last.records)} records with ${last.gaps} gaps, ${readable(last.hashChecks)} book hashes and ${readable(last.viewHashChecks)} view hashes compared, of which ${last.hashMismatches + last.viewHashMismatches} differed; ${readable(last.clientsServed)} browsers came and went.`;
}

function memoryTable({ verdict, samples }: SoakFile): Section['tables'][number] {
  const last = samples.at(-1);
  return {
    title: 'Memory and handles',
    header: ['process', 'first MiB', 'last', 'most', 'MiB/h in the 2nd half', 'handles'],
    rows: PROCESSES.map((name) => {
      const { firstMiB, lastMiB, mostMiB, slopeMiBPerHour } = verdict.memory[name];
      const sizes = [firstMiB, lastMiB, mostMiB, slopeMiBPerHour].map(readable);
      return [name, ...sizes, `${last?.processes[name].handles ?? ''}`];
    }),
  };
}

function processChart(
  title: string,
  label: string,
  samples: readonly SoakSample[],
  what: 'residentMiB' | 'handles',
): string {
  return lineChart({
    title,
    x: X,
    y: { label, kind: 'linear' },
    series: PROCESSES.map((name) => series(samples, name, (one) => one.processes[name][what])),
  });
}

function series(samples: readonly SoakSample[], name: string, of: (sample: SoakSample) => number) {
  return {
    name,
    points: samples.map((sample): [number, number] => [minutes(sample.atS), of(sample)]),
  };
}
