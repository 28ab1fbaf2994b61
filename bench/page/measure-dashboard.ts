/** The measurements of the dashboard, one after the other, on one stack of processes. */

import { resolve } from 'node:path';
import type { Browser, CDPSession } from 'playwright-core';
import type { Stack } from '../harness/stack.ts';
import { percentile } from '../harness/statistics.ts';
import { ChangeCounter } from './change-counter.ts';
import { EngineBooks } from './engine-books.ts';
import { type FrameReport, installFrameProbe, measureFrames } from './frame-probe.ts';
import { type Choices, openDashboard } from './open-page.ts';
import { readShownTable, waitUntilLive } from './shown-table.ts';
import { gzippedBytes, gzippedClientBytes } from './sizes.ts';
import { traceTasks } from './task-times.ts';
import { findViolations } from './violations.ts';
import { measureWorkingPage } from './working-page.ts';

/** Where the stack has built the page that its gateway serves. */
const BUILT_PAGE = resolve(import.meta.dirname, '../../clients/dashboard/dist');
const WAIT_MS = 120_000;
/** Until compilers have settled and what grows to a bound has grown to it. */
const WARM_UP_SECONDS = 15;
const TICK_SECONDS = 20;
const THROTTLED_SECONDS = 15;
const THROTTLE = 4;
const TRACED_SECONDS = 15;
const COMPARED_SECONDS = 15;
const READINGS = 20;
const MOST_READINGS = 200;
const DEPTH = 25;
const MEBIBYTE = 2 ** 20;
/** A change every frame, so that every frame has something to write. */
const EVERY_FRAME: Choices = { symbol: 'BTC-USD', interval: 16, depth: DEPTH };
const EVERY_CHANGE: Choices = { ...EVERY_FRAME, interval: 0 };

export interface DashboardResults {
  /** Frames a second in which at least one text node changed. */
  readonly fps: number;
  readonly scriptP99Ms: number;
  readonly longTasks: number;
  readonly heapGrowthMb: number;
  /** At interval 0: the oldest change that a frame showed, from the engine to the frame's end. */
  readonly tickToFrameP99Ms: number;
  readonly throttledFps: number;
  readonly gzipKb: number;
  readonly clientGzipKb: number;
  readonly axeViolations: number;
  readonly scriptP50Ms: number;
  readonly tickToFrameP50Ms: number;
  readonly displayFps: number;
  /** Processor time of the page's main thread from one frame to the next, layout and painting included. */
  readonly frameWorkMs: number;
  /** A minute: tasks that computed for over 50 ms themselves; the others waited for a processor. */
  readonly ownLongTasks: number;
  /** An empty page that computes for `frameWorkMs` in each frame, on the same machine under the same load. */
  readonly workingPageFps: number;
  /** A minute. */
  readonly workingPageLongTasks: number;
  readonly changesPerSecond: number;
  readonly instruments: number;
  readonly seconds: number;
  /** Readings of the table under load that were the engine's book, level by level. */
  readonly equalReadings: string;
}

type Endpoints = Stack['endpoints'];

export type Load = Awaited<ReturnType<typeof measureLoad>>;
export type Calm = Awaited<ReturnType<typeof measureCalm>>;

export async function summary(load: Load, calm: Calm): Promise<DashboardResults> {
  const { report, throttled, tasks, working } = load;
  return {
    fps: rounded(report.writtenFrames / report.seconds),
    scriptP99Ms: rounded(percentile(report.scriptMs, 0.99)),
    longTasks: report.longTasks,
    heapGrowthMb: rounded(load.heapGrowth / MEBIBYTE),
    tickToFrameP99Ms: rounded(percentile(calm.report.tickToFrameMs, 0.99)),
    throttledFps: rounded(throttled.writtenFrames / throttled.seconds),
    gzipKb: rounded((await gzippedBytes(BUILT_PAGE)) / 1024),
    clientGzipKb: rounded((await gzippedClientBytes()) / 1024),
    axeViolations: calm.violations,
    scriptP50Ms: rounded(percentile(report.scriptMs, 0.5)),
    tickToFrameP50Ms: rounded(percentile(calm.report.tickToFrameMs, 0.5)),
    displayFps: rounded(report.frames / report.seconds),
    frameWorkMs: rounded(load.frameWorkMs),
    ownLongTasks: rounded((tasks.longOfOwnWork * 60) / tasks.seconds),
    workingPageFps: rounded(working.frames / working.seconds),
    workingPageLongTasks: rounded((working.longTasks * 60) / working.seconds),
    changesPerSecond: Math.round(load.changesPerSecond),
    instruments: load.instruments,
    seconds: rounded(report.seconds),
    equalReadings: load.equalReadings,
  };
}

/** Frames, scripts and heap while the market is busy. */
export async function measureLoad(browser: Browser, endpoints: Endpoints, seconds: number) {
  const counter = new ChangeCounter(endpoints.publish, endpoints.relay);
  await counter.start();
  const { page, context } = await openDashboard(browser, endpoints.gateway, {
    choices: EVERY_FRAME,
    script: installFrameProbe,
  });
  try {
    await waitUntilLive(page, WAIT_MS);
    await page.waitForTimeout(WARM_UP_SECONDS * 1000);
    const inspector = await context.newCDPSession(page);
    const heapBefore = await usedHeap(inspector);
    await inspector.send('Performance.enable', { timeDomain: 'threadTicks' });
    counter.begin();
    const workBefore = await threadMs(inspector);
    const report = await measureFrames(page, seconds);
    const frameWorkMs = ((await threadMs(inspector)) - workBefore) / report.frames;
    const { perSecond: changesPerSecond, instruments } = counter;
    const heapGrowth = (await usedHeap(inspector)) - heapBefore;
    const tasks = await traceTasks(browser, TRACED_SECONDS);
    await inspector.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
    const throttled = await measureFrames(page, THROTTLED_SECONDS);
    await inspector.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    // Not beside the measurement: remembering every book takes a processor of its own.
    await counter.close();
    const equalReadings = await compareReadings(page, endpoints);
    await context.close();
    const { gateway } = endpoints;
    const working = await measureWorkingPage(browser, gateway, frameWorkMs, COMPARED_SECONDS);
    const facts = { heapGrowth, changesPerSecond, instruments, equalReadings, frameWorkMs };
    return { report, throttled, tasks, working, ...facts };
  } finally {
    await counter.close();
    await context.close();
  }
}

/** How late a change is on the page, and what is wrong with the page, while the market is calm. */
export async function measureCalm(browser: Browser, endpoints: Endpoints) {
  const { page, context } = await openDashboard(browser, endpoints.gateway, {
    choices: EVERY_CHANGE,
    script: installFrameProbe,
  });
  try {
    await waitUntilLive(page, WAIT_MS);
    await page.waitForTimeout(WARM_UP_SECONDS * 1000);
    const report: FrameReport = await measureFrames(page, TICK_SECONDS);
    return { report, violations: await violations(browser, endpoints) };
  } finally {
    await context.close();
  }
}

/** What the table says, against the engine's book at the transaction that the table names. */
async function compareReadings(
  page: Parameters<typeof readShownTable>[0],
  { publish, relay }: Endpoints,
): Promise<string> {
  const books = new EngineBooks(publish, relay, String(EVERY_FRAME['symbol']), DEPTH);
  await books.start();
  try {
    let [equal, read] = [0, 0];
    for (let tried = 0; read < READINGS && tried < MOST_READINGS; tried += 1) {
      const shown = await readShownTable(page);
      while (books.reached < Number(shown.transaction)) await page.waitForTimeout(5);
      const engine = books.after(Number(shown.transaction));
      if (engine === undefined) {
        // The page is behind the first book that was remembered here.
        await page.waitForTimeout(100);
        continue;
      }
      read += 1;
      const { bids, asks, sequence } = shown;
      const expected = { bids: engine.bids, asks: engine.asks, sequence: `${engine.sequence}` };
      if (JSON.stringify({ bids, asks, sequence }) === JSON.stringify(expected)) equal += 1;
    }
    return `${equal} of ${read}`;
  } finally {
    await books.close();
  }
}

async function violations(browser: Browser, { gateway }: Endpoints): Promise<number> {
  let found = 0;
  for (const colorScheme of ['dark', 'light'] as const) {
    const { page, context } = await openDashboard(browser, gateway, { colorScheme });
    await waitUntilLive(page, WAIT_MS);
    found += (await findViolations(page)).length;
    await context.close();
  }
  return found;
}

/** Processor time that the page's main thread has had. */
async function threadMs(inspector: CDPSession): Promise<number> {
  const { metrics } = await inspector.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN) * 1000;
}

/** Bytes of objects that are still reachable. */
async function usedHeap(inspector: CDPSession): Promise<number> {
  await inspector.send('HeapProfiler.collectGarbage');
  return (await inspector.send('Runtime.getHeapUsage')).usedSize;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
