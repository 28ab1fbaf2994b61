/** One stack of a tree's own processes with one dashboard's subscriptions: what its threads use. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as CliModule from '../../../clients/cli/index.ts';
import { FEED_PATH } from '../../../gateway/protocol/index.ts';
import { sleep } from '../processes.ts';
import { listSymbols } from '../recorded-diffs.ts';
import { type ThreadTime, threadTimes, usedBetween } from './thread-times.ts';
import type { WatcherReport } from './watcher.ts';

export interface LiveSettings {
  readonly seconds: number;
  /** Commands a second. */
  readonly rate: number;
  /** Of the watched books. */
  readonly interval: number;
}

export interface LiveMeasurement {
  readonly seconds: number;
  readonly processes: ReadonlyMap<string, readonly ThreadTime[]>;
  readonly seen: WatcherReport;
}

/** Compilers have settled by then, and what comes at once at the start is over. */
const WARM_UP_MS = 8000;

/** `tree`: the folder of a checkout, whose processes and client are used. */
export async function measureTree(tree: string, settings: LiveSettings): Promise<LiveMeasurement> {
  const cli = pathToFileURL(join(tree, 'clients/cli/index.ts')).href;
  const { startStack } = (await import(cli)) as typeof CliModule;
  const stack = await startStack({
    source: 'sim:7',
    sourceOptions: ['--rate', String(settings.rate)],
    logLevel: 'warn',
  });
  let watcher: ChildProcess | undefined;
  try {
    const { host } = new URL(stack.endpoints.gateway);
    const url = `ws://${host}${FEED_PATH}`;
    const symbols = await listSymbols(url);
    const plan = { tree, url, symbols, interval: settings.interval };
    watcher = fork(join(import.meta.dirname, 'watcher.ts'), [JSON.stringify(plan)]);
    const pids = [
      ['engine', stack.engine.pid],
      ['relay', stack.relay.pid],
      ['gateway', stack.gateway.pid],
      ['source', stack.source.pid],
      ['watcher', watcher.pid ?? 0],
    ] as const;
    await sleep(WARM_UP_MS);
    await ask(watcher);
    const before = pids.map(([, pid]) => threadTimes(pid));
    const beganAt = performance.now();
    await sleep(settings.seconds * 1000);
    const processes = new Map(
      pids.map(([name, pid], i) => [name, usedBetween(before[i] ?? [], threadTimes(pid))]),
    );
    const seconds = (performance.now() - beganAt) / 1000;
    return { seconds, processes, seen: await ask(watcher) };
  } finally {
    watcher?.disconnect();
    await stack.stop();
  }
}

async function ask(watcher: ChildProcess): Promise<WatcherReport> {
  const answer = once(watcher, 'message');
  watcher.send('report');
  const [report] = await answer;
  return report as WatcherReport;
}
