/**
 * Measures a page from inside: runs before any script of it, and counts what each of its frames did.
 * `installFrameProbe` is sent to the browser as text, so it refers to nothing outside itself.
 */

import type { Page } from 'playwright-core';

export interface FrameReport {
  readonly seconds: number;
  /** Animation frames that came. */
  readonly frames: number;
  /** Those in which the page changed at least one text node. */
  readonly writtenFrames: number;
  /** Milliseconds that scripts took between one frame and the next, one number a frame. */
  readonly scriptMs: readonly number[];
  /** Tasks longer than 50 ms, of whatever the page did. */
  readonly longTasks: number;
  /** From the engine's time of the oldest change that a frame showed to that frame's end. */
  readonly tickToFrameMs: readonly number[];
}

interface ProbeHandle {
  start(): void;
  report(): FrameReport;
}

export function installFrameProbe(): void {
  /** Frames of some minutes at 60 a second: nothing is allocated while measuring. */
  const MOST = 20_000;
  const scriptMs = new Float64Array(MOST);
  const tickToFrameMs = new Float64Array(MOST);
  let [frames, written, ticks, longTasks, busyMs, depth, startMs] = [0, 0, 0, 0, 0, 0, 0];
  let hasWritten = false;
  let isRunning = false;

  /** Adds the time of the outermost call: a handler called by another is part of it. */
  const timed = <Self, Values extends unknown[], Result>(
    call: (this: Self, ...values: Values) => Result,
  ) =>
    function (this: Self, ...values: Values): Result {
      const start = performance.now();
      depth += 1;
      try {
        return call.apply(this, values);
      } finally {
        depth -= 1;
        if (depth === 0) busyMs += performance.now() - start;
      }
    };

  const { requestAnimationFrame } = window;
  window.requestAnimationFrame = (callback) => requestAnimationFrame.call(window, timed(callback));
  const { setTimeout: later } = window;
  window.setTimeout = ((callback: () => void, ms?: number) =>
    later(timed(callback), ms)) as typeof window.setTimeout;
  for (const owner of [WebSocket.prototype, MessagePort.prototype]) {
    const property = Object.getOwnPropertyDescriptor(owner, 'onmessage') as PropertyDescriptor;
    Object.defineProperty(owner, 'onmessage', {
      ...property,
      set(this: object, handler: ((event: MessageEvent) => void) | null) {
        property.set?.call(this, handler === null ? null : timed(handler));
      },
    });
  }

  // Registered before the page's own callback, so it runs first in each frame.
  const nextFrame = (): void => {
    requestAnimationFrame.call(window, nextFrame);
    if (isRunning && frames < MOST) {
      scriptMs[frames] = busyMs;
      frames += 1;
      if (hasWritten) written += 1;
    }
    busyMs = 0;
    hasWritten = false;
  };
  requestAnimationFrame.call(window, nextFrame);

  // Whatever is told here was written in this frame: observers hear at the end of the callback.
  const painted = new MessageChannel();
  let oldestUs = 0;
  const originMs = Date.now() - performance.now();
  const received = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
  received?.set?.call(painted.port1, () => {
    if (!isRunning || ticks >= MOST) return;
    tickToFrameMs[ticks] = originMs + performance.now() - oldestUs / 1000;
    ticks += 1;
  });
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'characterData') hasWritten = true;
      else if (change.target instanceof HTMLElement) {
        oldestUs = Number(change.target.dataset['oldestEngineTime']);
        if (oldestUs > 0) painted.port2.postMessage(null);
      }
    }
  }).observe(document, {
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['data-oldest-engine-time'],
  });
  new PerformanceObserver((list) => {
    if (isRunning) longTasks += list.getEntries().length;
  }).observe({ type: 'longtask' });

  const handle: ProbeHandle = {
    start() {
      [frames, written, ticks, longTasks] = [0, 0, 0, 0];
      startMs = performance.now();
      isRunning = true;
    },
    report() {
      isRunning = false;
      return {
        seconds: (performance.now() - startMs) / 1000,
        frames,
        writtenFrames: written,
        scriptMs: [...scriptMs.subarray(0, frames)],
        longTasks,
        tickToFrameMs: [...tickToFrameMs.subarray(0, ticks)],
      };
    },
  };
  Object.assign(window, { frameProbe: handle });
}

/** Measures for so long, and tells what was counted. */
export async function measureFrames(page: Page, seconds: number): Promise<FrameReport> {
  await page.evaluate(() => (window as unknown as { frameProbe: ProbeHandle }).frameProbe.start());
  await page.waitForTimeout(seconds * 1000);
  return await page.evaluate(() =>
    (window as unknown as { frameProbe: ProbeHandle }).frameProbe.report(),
  );
}
