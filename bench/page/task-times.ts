/** Of the tasks of a page's main thread that took long: how many computed for so long themselves. */

import type { Browser, CDPSession } from 'playwright-core';

/** As the Long Tasks specification has it. */
const LONG_US = 50_000;
const CHUNK_BYTES = 1 << 20;

export interface TaskTimes {
  readonly seconds: number;
  /** Tasks that ended more than 50 ms after they began. */
  readonly long: number;
  /** Those of them that had the processor for more than 50 ms: the others waited for it. */
  readonly longOfOwnWork: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
}

/** Records all tasks of the browser for so long; the page measured is the one that draws. */
export async function traceTasks(browser: Browser, seconds: number): Promise<TaskTimes> {
  const session = await browser.newBrowserCDPSession();
  try {
    await session.send('Tracing.start', {
      transferMode: 'ReturnAsStream',
      traceConfig: { includedCategories: ['toplevel', 'devtools.timeline'] },
    });
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const events = await endTracing(session);
    return { seconds, ...countLong(events) };
  } finally {
    await session.detach();
  }
}

export function countLong(events: readonly TraceEvent[]): Omit<TaskTimes, 'seconds'> {
  const frames = new Map<string, number>();
  for (const event of events) {
    if (event.name !== 'FireAnimationFrame') continue;
    frames.set(threadOf(event), (frames.get(threadOf(event)) ?? 0) + 1);
  }
  const [drawing] = [...frames].sort(([, a], [, b]) => b - a)[0] ?? [];
  const tasks = events.filter(
    (event) =>
      event.ph === 'X' &&
      event.name === 'ThreadControllerImpl::RunTask' &&
      threadOf(event) === drawing,
  );
  return {
    long: tasks.filter(({ dur = 0 }) => dur > LONG_US).length,
    longOfOwnWork: tasks.filter(({ tdur = 0 }) => tdur > LONG_US).length,
  };
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}:${tid}`;
}

async function endTracing(session: CDPSession): Promise<readonly TraceEvent[]> {
  const complete = new Promise<string>((resolve) => {
    session.once('Tracing.tracingComplete', ({ stream }) => resolve(stream ?? ''));
  });
  await session.send('Tracing.end');
  const handle = await complete;
  let text = '';
  for (;;) {
    const chunk = await session.send('IO.read', { handle, size: CHUNK_BYTES });
    text += chunk.data;
    if (chunk.eof) break;
  }
  await session.send('IO.close', { handle });
  return (JSON.parse(text) as { traceEvents: readonly TraceEvent[] }).traceEvents;
}
