/**
 * Two trees in turns, a fresh process each time, the least time of each case in each process: what
 * the machine does, it does to both.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { percentile, ratioOfMedians } from '../harness/statistics.ts';
import type { Tree } from './trees.ts';
import type { Comparison } from './verdict.ts';

export interface PairOptions {
  readonly pairs: number;
  /** Of the micro suites: which cases. */
  readonly filter: string;
  readonly isGuarded: boolean;
  readonly timeMs: number;
  /** Of the processes' times: which quantile is compared; the median unless said. */
  readonly share?: number;
  readonly onPair?: (done: number) => void;
}

const MAX_RUN_MS = 600_000;
const samplesShape = z.record(z.string(), z.number());

/** Which of two goes first changes from pair to pair, so that neither always finds the machine warm. */
export function compareTrees(before: Tree, after: Tree, options: PairOptions): Comparison[] {
  const was = new Map<string, number[]>();
  const is = new Map<string, number[]>();
  for (let pair = 0; pair < options.pairs; pair += 1) {
    const turns = [
      { tree: before, series: was },
      { tree: after, series: is },
    ];
    if (pair % 2 === 1) turns.reverse();
    for (const { tree, series } of turns) {
      for (const [name, ns] of Object.entries(sample(tree, options))) {
        series.set(name, [...(series.get(name) ?? []), ns]);
      }
    }
    options.onPair?.(pair + 1);
  }
  const share = options.share ?? 0.5;
  return [...is].flatMap(([name, afterSeries]) => {
    const beforeSeries = was.get(name);
    if (beforeSeries === undefined || beforeSeries.length !== afterSeries.length) return [];
    return [
      {
        name,
        beforeNs: percentile(beforeSeries, share),
        afterNs: percentile(afterSeries, share),
        estimate: ratioOfMedians(afterSeries, beforeSeries, share),
      },
    ];
  });
}

function sample(tree: Tree, { filter, isGuarded, timeMs }: PairOptions): Record<string, number> {
  const args = [join(tree.folder, 'bench/micro/main.ts'), '--samples', '--time', String(timeMs)];
  if (filter !== '') args.push('--filter', filter);
  if (isGuarded) args.push('--guarded');
  const run = spawnSync(process.execPath, args, {
    cwd: tree.folder,
    encoding: 'utf8',
    timeout: MAX_RUN_MS,
  });
  if (run.status !== 0) throw new Error(`${tree.name} does not run: ${run.stderr.trim()}`);
  return samplesShape.parse(JSON.parse(run.stdout));
}
