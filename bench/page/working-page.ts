/**
 * An empty page that only computes, for as long in each frame as the dashboard does: what it loses is
 * what the machine takes from any page, because other processes want its processors.
 */

import type { Browser } from 'playwright-core';
import { type FrameReport, installFrameProbe, measureFrames } from './frame-probe.ts';

const SETTLE_MS = 2000;

/** `workMs`: of processor time, in each frame. */
export async function measureWorkingPage(
  browser: Browser,
  url: string,
  workMs: number,
  seconds: number,
): Promise<FrameReport> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(installFrameProbe);
    await page.route('**/*', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>empty</title>' }),
    );
    await page.goto(url);
    await page.evaluate(computeEachFrame, workMs);
    await page.waitForTimeout(SETTLE_MS);
    return await measureFrames(page, seconds);
  } finally {
    await context.close();
  }
}

/** Runs in the page. Work is counted, not timed: time passes while others have the processor, too. */
function computeEachFrame(workMs: number): void {
  let sum = 0;
  const work = (rounds: number): void => {
    for (let round = 0; round < rounds; round += 1) sum = (sum * 31 + round) | 0;
  };
  const ROUNDS = 100_000;
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < 200; tried += 1) {
    const startMs = performance.now();
    work(ROUNDS);
    // The fastest one was interrupted by nobody.
    fastestMs = Math.min(fastestMs, Math.max(0.01, performance.now() - startMs));
  }
  const rounds = Math.round((ROUNDS * workMs) / fastestMs);
  const frame = (): void => {
    requestAnimationFrame(frame);
    work(rounds);
    document.documentElement.dataset['sum'] = String(sum);
  };
  requestAnimationFrame(frame);
}
