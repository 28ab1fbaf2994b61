/** Two files of `npm run bench`, case by case; they were not measured in turns, which is said. */

import { ratioOfSeparate } from '../harness/statistics.ts';
import { type MicroFile, resultsByName } from '../micro/micro-file.ts';
import type { Comparison } from './verdict.ts';

/** Rounds of one process know nothing of what another process, or another minute, would give. */
export const NOT_IN_TURNS =
  'The two files were measured one after the other: whatever else the machine did meanwhile is in the ratios, and the intervals do not know of it. --against measures in turns.';

/** Further apart than this, the machine itself was another one. */
const CALIBRATION_TOLERANCE = 0.05;

export interface FileComparison {
  readonly comparisons: readonly Comparison[];
  readonly warnings: readonly string[];
}

export function compareFiles(before: MicroFile, after: MicroFile): FileComparison {
  const [was, is] = [resultsByName(before), resultsByName(after)];
  const comparisons = [...is].flatMap(([name, result]): Comparison[] => {
    const old = was.get(name);
    if (old === undefined) return [];
    return [
      {
        name,
        beforeNs: old.nsPerOperation,
        afterNs: result.nsPerOperation,
        estimate: ratioOfSeparate(result.samplesNs, old.samplesNs),
      },
    ];
  });
  const only = [
    ...[...was.keys()].filter((name) => !is.has(name)),
    ...[...is.keys()].filter((name) => !was.has(name)),
  ];
  return { comparisons, warnings: warningsOf(before, after, only) };
}

function warningsOf(before: MicroFile, after: MicroFile, only: readonly string[]): string[] {
  const warnings = [NOT_IN_TURNS];
  const [was, is] = [before.facts, after.facts];
  if (was.processor !== is.processor) {
    warnings.push(`The processors differ: ${was.processor}, then ${is.processor}.`);
  }
  if (was.runtime !== is.runtime) {
    warnings.push(`The runtimes differ: ${was.runtime}, then ${is.runtime}.`);
  }
  const ratio = is.calibrationMs / was.calibrationMs;
  if (Math.abs(ratio - 1) > CALIBRATION_TOLERANCE) {
    warnings.push(`The calibration loop took ${ratio.toFixed(2)} times as long the second time.`);
  }
  if (only.length > 0) warnings.push(`In one of the files only: ${only.join('; ')}.`);
  return warnings;
}
