/** The subscribing process of the throughput benchmark: builds and hashes the books, or only counts. */

import { Subscriber } from 'zeromq';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { onMessage, type RunPlan, tell } from './messages.ts';

const TELL_EVERY_MS = 4;

const plan = JSON.parse(process.argv[2] ?? '') as RunPlan;
let expected = Number.POSITIVE_INFINITY;
onMessage((message) => {
  if (message.type === 'published') expected = message.packets;
});

/** From the first packet with deltas on. */
class Stopwatch {
  #start: { at: number; thread: NodeJS.CpuUsage; process: NodeJS.CpuUsage } | undefined;

  start(): void {
    const thread = process.threadCpuUsage();
    this.#start ??= { at: performance.now(), thread, process: process.cpuUsage() };
  }

  stop(): { seconds: number; threadSeconds: number; processSeconds: number } {
    if (this.#start === undefined) throw new Error('Nothing has come.');
    const { at, thread, process: whole } = this.#start;
    const used = process.threadCpuUsage(thread);
    const usedByAll = process.cpuUsage(whole);
    return {
      seconds: (performance.now() - at) / 1000,
      threadSeconds: (used.user + used.system) / 1e6,
      processSeconds: (usedByAll.user + usedByAll.system) / 1e6,
    };
  }
}

const stopwatch = new Stopwatch();

function until(condition: () => boolean, meanwhile: () => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      meanwhile();
      if (!condition()) return;
      clearInterval(timer);
      resolve();
    }, TELL_EVERY_MS);
  });
}

async function buildBooks(): Promise<void> {
  const subscriber = new FeedSubscriber(
    { feed: [plan.endpoint], repair: [], wallClock, nowMs: monotonicMs, crc32 },
    {},
  );
  const { stats } = subscriber;
  await subscriber.start();
  await until(
    () => subscriber.hasJoined,
    () => {},
  );
  tell({ type: 'joined' });
  const packets = (): number => stats.packets - stats.heartbeats;
  let told = 0;
  await until(
    () => packets() >= expected || stats.gaps > 0,
    () => {
      if (packets() > 1) stopwatch.start();
      if (packets() > told) tell({ type: 'taken', packets: packets() });
      told = packets();
    },
  );
  const times = stopwatch.stop();
  const hashes = [...subscriber.instruments.values()]
    .sort((a, b) => a.id - b.id)
    .map(({ book }) => [book.hash.laneA, book.hash.laneB] as const);
  tell({ type: 'done', ...times, gaps: stats.gaps + stats.badPackets, hashes });
  await subscriber.close();
}

async function count(): Promise<void> {
  const socket = new Subscriber({ receiveHighWaterMark: 4096, linger: 0 });
  socket.subscribe();
  socket.connect(plan.endpoint);
  let packets = 0;
  let hasJoined = false;
  const counting = (async () => {
    for await (const [message] of socket) {
      // A heartbeat without positions: the publisher says that it is there.
      if (message?.length === 48) hasJoined = true;
      else packets += 1;
    }
  })();
  await until(
    () => hasJoined,
    () => {},
  );
  tell({ type: 'joined' });
  await until(
    () => packets >= expected,
    () => {
      if (packets > 0) stopwatch.start();
      tell({ type: 'taken', packets });
    },
  );
  tell({ type: 'done', ...stopwatch.stop(), gaps: 0, hashes: [] });
  socket.close();
  await counting;
}

await (plan.kind === 'plain' ? count() : buildBooks());
process.disconnect?.();
