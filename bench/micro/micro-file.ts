/** The shape of the `--json` file of the micro suites: what comparisons and the report read. */

import { z } from 'zod';
import type { RunFacts } from '../harness/run-facts.ts';
import type { MicroResult } from './measure-case.ts';

export const MICRO_KIND = 'micro';

export interface MicroFile {
  readonly kind: typeof MICRO_KIND;
  readonly facts: RunFacts;
  readonly suites: readonly MicroSuiteResult[];
}

export interface MicroSuiteResult {
  readonly name: string;
  readonly measures: string;
  readonly leavesOut: string;
  readonly wouldLie: string;
  readonly results: Readonly<Record<string, MicroResult>>;
}

const number = z.number();
const text = z.string();
const resultShape = z.object({
  unit: text,
  peer: text.optional(),
  nsPerOperation: number,
  operationsPerSecond: number,
  spread: number,
  p99NsPerOperation: number,
  rounds: number,
  samplesNs: z.array(number),
  allocatedBytesPerOperation: number,
  allocationResolution: number,
  bytesPerOperation: number.optional(),
});
const factsShape = z.object({
  processor: text,
  cores: number,
  memoryGiB: number,
  system: text,
  runtime: text,
  commit: text,
  date: text,
  load: number,
  calibrationMs: number,
});
const fileShape = z.object({
  kind: z.literal(MICRO_KIND),
  facts: factsShape,
  suites: z.array(
    z.object({
      name: text,
      measures: text,
      leavesOut: text,
      wouldLie: text,
      results: z.record(text, resultShape),
    }),
  ),
});

/** Throws with what is wrong where in the file. */
export function parseMicroFile(json: string, path: string): MicroFile {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${String(error)}`);
  }
  const parsed = fileShape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not a file of npm run bench: ${z.prettifyError(parsed.error)}`);
}

/** Every result by `suite: case`. */
export function resultsByName(file: MicroFile): Map<string, MicroResult> {
  return new Map(
    file.suites.flatMap(({ name, results }) =>
      Object.entries(results).map(([one, result]) => [`${name}: ${one}`, result] as const),
    ),
  );
}
