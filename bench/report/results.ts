/** The results of one run of everything: a file per benchmark in a folder, or all of them in one. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFacts } from '../harness/run-facts.ts';
import { type MicroFile, parseMicroFile } from '../micro/micro-file.ts';
import type { SoakFile } from '../soak/soak-file.ts';

/** What the files of the other benchmarks hold, as far as it is drawn; the rest is shown as a table. */
export type LooseJson = Readonly<Record<string, unknown>>;

/** Of the last run, and of each part where that was another one. */
export interface ReportFacts extends RunFacts {
  readonly parts?: Readonly<Partial<Record<Part, RunFacts>>>;
}

export interface AllResults {
  readonly facts: ReportFacts;
  readonly league?: LooseJson;
  readonly openLoop?: LooseJson;
  readonly growth?: LooseJson;
  readonly feed?: LooseJson;
  readonly gateway?: LooseJson;
  readonly dashboard?: LooseJson;
  readonly journal?: LooseJson;
  readonly micro?: MicroFile;
  readonly soak?: SoakFile;
}

export const PARTS = [
  'league',
  'openLoop',
  'growth',
  'feed',
  'gateway',
  'dashboard',
  'journal',
  'micro',
  'soak',
] as const;
export type Part = (typeof PARTS)[number];

/** As many points as a plot of memory needs. */
const MAX_SOAK_SAMPLES = 80;

export function readResults(folder: string, facts: ReportFacts): AllResults {
  const results: Record<string, unknown> = {};
  for (const part of PARTS) {
    const path = join(folder, `${part}.json`);
    if (!existsSync(path)) continue;
    const text = readFileSync(path, 'utf8');
    results[part] = part === 'micro' ? parseMicroFile(text, path) : JSON.parse(text);
  }
  return { facts, ...results };
}

/** When a part was measured, and of what: as its own file says, or the run that it was part of. */
export function factsOf({ facts, ...results }: AllResults, part: Part): RunFacts {
  const own = (results[part] as { readonly facts?: RunFacts } | undefined)?.facts;
  return own ?? facts.parts?.[part] ?? facts;
}

/** Without the samples behind the medians: what is kept in the repository. */
export function condensed({ micro, soak, ...rest }: AllResults): AllResults {
  const suites = micro?.suites.map((suite) => ({
    ...suite,
    results: Object.fromEntries(
      Object.entries(suite.results).map(([name, result]) => [
        name,
        { ...rounded(result), samplesNs: [] },
      ]),
    ),
  }));
  const step = Math.max(1, Math.ceil((soak?.samples.length ?? 0) / MAX_SOAK_SAMPLES));
  const samples = soak?.samples.filter((_, i) => (soak.samples.length - 1 - i) % step === 0);
  return {
    ...rest,
    ...(micro === undefined || suites === undefined ? {} : { micro: { ...micro, suites } }),
    ...(soak === undefined || samples === undefined ? {} : { soak: { ...soak, samples } }),
  };
}

function rounded<T extends object>(value: T): T {
  const round = (part: unknown): unknown =>
    typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(4)) : part;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, round(part)])) as T;
}

/** The number at a path such as `throughput.tcp.deltasPerSecond`, where there is one. */
export function numberAt(value: unknown, path: string): number | undefined {
  let part = value;
  for (const key of path.split('.')) {
    if (typeof part !== 'object' || part === null) return undefined;
    part = (part as LooseJson)[key];
  }
  return typeof part === 'number' && Number.isFinite(part) ? part : undefined;
}

export function objectAt(value: unknown, path: string): LooseJson {
  let part = value;
  for (const key of path.split('.')) {
    if (typeof part !== 'object' || part === null) return {};
    part = (part as LooseJson)[key];
  }
  return typeof part === 'object' && part !== null ? (part as LooseJson) : {};
}
