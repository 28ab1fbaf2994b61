/** The dashboard in a real browser: frames, what they cost, and how old what they show is. */

import { type AllResults, type LooseJson, numberAt } from '../results.ts';
import { type Section, wordedTable } from '../section.ts';
import { type Bar, barChart } from '../svg/bar-chart.ts';

type Row = readonly [path: string, label: string, kind: Bar['kind']];

const FRAMES: readonly Row[] = [
  ['fps', 'frames in which a text changed', 'ours'],
  ['workingPageFps', 'an empty page that computes as long', 'limit'],
  ['displayFps', 'frames that the display offered', 'limit'],
  ['throttledFps', 'processor four times slower', 'ours'],
];
const TIMES: readonly Row[] = [
  ['scriptP50Ms', 'script in a frame, p50', 'ours'],
  ['scriptP99Ms', 'script in a frame, p99', 'ours'],
  ['frameWorkMs', 'script, layout and painting, mean', 'ours'],
  ['tickToFrameP50Ms', 'engine to the end of the frame, p50', 'ours'],
  ['tickToFrameP99Ms', 'engine to the end of the frame, p99', 'ours'],
];

const WORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(FRAMES.map(([path, label]) => [path, `${label}, a second`])),
  ...Object.fromEntries(TIMES.map(([path, label]) => [path, `${label}, ms`])),
  longTasks: 'tasks over 50 ms, a minute',
  ownLongTasks: 'of them computing for over 50 ms themselves, a minute',
  workingPageLongTasks: 'tasks over 50 ms of the empty page, a minute',
  heapGrowthMb: 'growth of the heap, MiB',
  gzipKb: 'the whole page, KiB gzipped',
  clientGzipKb: 'the client library alone, KiB gzipped',
  axeViolations: 'violations that axe finds',
  changesPerSecond: 'changes a second of what is shown',
  instruments: 'instruments',
  seconds: 'seconds measured',
  equalReadings: 'readings of the table equal to the engine’s book',
};

export function dashboardSection({ dashboard }: AllResults): Section | undefined {
  if (dashboard === undefined) return undefined;
  return {
    id: 'dashboard',
    title: 'Dashboard',
    paragraphs: [
      'A real Chromium, fed by the real processes on the same processors, and drawing by them too (`--disable-gpu`); frames are those in which a text changed. Left out: other machines’ graphics. It would lie in a window that nobody paints.',
    ],
    charts: [
      ...chart('Frames a second', 'frames a second', dashboard, FRAMES),
      ...chart('Times of a frame', 'milliseconds', dashboard, TIMES, true),
    ],
    tables: [wordedTable('Figures', dashboard, WORDS)],
  };
}

function chart(
  title: string,
  unit: string,
  values: LooseJson,
  rows: readonly Row[],
  isLessBetter = false,
): string[] {
  const bars = rows.flatMap(([path, label, kind]): Bar[] => {
    const value = numberAt(values, path);
    return value === undefined ? [] : [{ label, value, kind }];
  });
  return bars.length === 0 ? [] : [barChart({ title, unit, bars, isLessBetter })];
}
