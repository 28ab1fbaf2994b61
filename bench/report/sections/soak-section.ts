/** A soak: memory, handles, latency and hash checks over time. */

import {
  PROCESSES,
  type SoakFile,
  type SoakSample,
  type SoakVerdict,
} from '../../soak/soak-file.ts';
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
      `${readable(soak.minutes)} minutes of ${readable(soak.ordersPerSecond)} orders a second through the real processes, with journal and archive; ${soak.clients} browsers at a time, each for ${readable(soak.stayS)} seconds. ${seen} Left out: faults, which have tests of their own. It would lie if what leaks leaked beside the heap, and less than what is resident there breathes: what the heap holds after a collection is told with its slope.`,
      verdictText(verdict),
    ],
    charts: [
      processChart('Resident memory', 'MiB', samples, 'residentMiB'),
      processChart('Held after a full collection', 'MiB', samples, 'heldMiB'),
      ...(samples.some(({ processes }) => processes.engine.besideMiB !== undefined)
        ? [processChart('Resident beside the heap', 'MiB', samples, 'besideMiB')]
        : []),
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

function verdictText({ isFlat, problems, unjudged }: SoakVerdict): string {
  if (isFlat) return 'Flat: nothing grew, and everything was equal.';
  const equal = problems.length === 0 ? ['Everything was equal.'] : problems;
  return [...equal, unjudged ?? ''].join(' ').trim();
}

function countsOf(last: SoakSample): string {
  return `${readable(last.records)} records with ${last.gaps} gaps, ${readable(last.hashChecks)} book hashes and ${readable(last.viewHashChecks)} view hashes compared, of which ${last.hashMismatches + last.viewHashMismatches} differed; ${readable(last.clientsServed)} browsers came and went.`;
}

function memoryTable({ verdict, samples }: SoakFile): Section['tables'][number] {
  const last = samples.at(-1);
  return {
    title: 'Memory and handles',
    header: ['process', 'MiB at first', 'last', 'most', 'held', 'held, per hour', 'handles'],
    rows: PROCESSES.map((name) => {
      const { firstMiB, lastMiB, mostMiB, heldMiB, heldMiBPerHour } = verdict.memory[name];
      const sizes = [firstMiB, lastMiB, mostMiB, heldMiB, heldMiBPerHour].map((size) =>
        // A file says null where there is no number.
        Number.isFinite(size) ? readable(size) : '',
      );
      return [name, ...sizes, `${last?.processes[name].handles ?? ''}`];
    }),
  };
}

function processChart(
  title: string,
  label: string,
  samples: readonly SoakSample[],
  what: 'residentMiB' | 'heldMiB' | 'besideMiB' | 'handles',
): string {
  return lineChart({
    title,
    x: X,
    y: { label, kind: 'linear' },
    series: PROCESSES.map((name) => series(samples, name, (one) => one.processes[name][what])),
  });
}

function series(
  samples: readonly SoakSample[],
  name: string,
  of: (sample: SoakSample) => number | undefined,
) {
  const points = samples.flatMap((sample): [number, number][] => {
    const value = of(sample);
    return value === undefined ? [] : [[minutes(sample.atS), value]];
  });
  return { name, points };
}
