/** The subscribing process of throughput runs: builds and hashes the books, or only counts. */

import { Subscriber } from 'zeromq';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { deltaFlow } from '../micro/delta-flow.ts';
import { type FlowOutcome, type FlowPlan, onMessage, planOf, sharedUs, tell } from './messages.ts';
import { warmUpConsumer } from './warm-up.ts';

const LOOK_EVERY_MS = 4;
/** A heartbeat without positions. */
const HEARTBEAT_BYTES = 48;

/** What a subscriber of either kind has taken so far. */
interface Progress {
  readonly hasJoined: boolean;
  readonly packets: number;
  readonly bytes: number;
  readonly gaps: number;
}

const PORTS = { wallClock, nowMs: monotonicMs, crc32 };

const plan = planOf<FlowPlan>();
let expected = Number.POSITIVE_INFINITY;
onMessage((message) => {
  if (message.type === 'published') expected = message.packets;
});

/** Tells of what is taken, and of the time that it took, until everything is. */
async function watch(progress: () => Progress): Promise<Omit<FlowOutcome, 'hashes'>> {
  await until(() => progress().hasJoined);
  tell({ type: 'joined' });
  let told = 0;
  let stopwatch: Stopwatch | undefined;
  await until(() => {
    const { packets, bytes, gaps } = progress();
    if (bytes >= plan.warmUpBytes && packets > 0) stopwatch ??= new Stopwatch(packets);
    if (packets > told) tell({ type: 'taken', packets });
    told = packets;
    return packets >= expected || gaps > 0;
  });
  const { packets, gaps } = progress();
  if (stopwatch === undefined) throw new Error('FEED_BENCH_SHORT: it was over while warming up');
  return { gaps, ...stopwatch.stop(packets) };
}

class Stopwatch {
  readonly #packets: number;
  readonly #startUs = sharedUs();
  readonly #thread = process.threadCpuUsage();
  readonly #process = process.cpuUsage();

  constructor(packets: number) {
    this.#packets = packets;
  }

  stop(packets: number): Omit<FlowOutcome, 'hashes' | 'gaps'> {
    const endUs = sharedUs();
    const thread = process.threadCpuUsage(this.#thread);
    const whole = process.cpuUsage(this.#process);
    return {
      seconds: (endUs - this.#startUs) / 1e6,
      share: (packets - this.#packets) / packets,
      endUs,
      threadSeconds: (thread.user + thread.system) / 1e6,
      processSeconds: (whole.user + whole.system) / 1e6,
    };
  }
}

function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        if (!isSo()) return;
        resolve();
      } catch (error) {
        reject(error);
      }
      clearInterval(timer);
    }, LOOK_EVERY_MS);
  });
}

async function buildBooks(): Promise<void> {
  // Where nothing that is sent is to be left out of the time.
  if (plan.warmUpBytes === 0) {
    const flow = deltaFlow(plan.deltas, plan.instruments, plan.perTransaction);
    warmUpConsumer({ ...plan, flow });
  }
  const subscriber = new FeedSubscriber({ feed: [plan.endpoint], repair: [], ...PORTS }, {});
  const { stats } = subscriber;
  await subscriber.start();
  const outcome = await watch(() => ({
    hasJoined: subscriber.hasJoined,
    packets: stats.packets - stats.heartbeats,
    bytes: stats.bytes,
    gaps: stats.gaps + stats.badPackets + stats.hashMismatches,
  }));
  const instruments = [...subscriber.instruments.values()].sort((a, b) => a.id - b.id);
  const hashes = instruments.map(({ book }) => [book.hash.laneA, book.hash.laneB] as const);
  tell({ type: 'done', outcome: { ...outcome, hashes } satisfies FlowOutcome });
  await subscriber.close();
}

async function count(): Promise<void> {
  const socket = new Subscriber({ receiveHighWaterMark: 4096, linger: 0 });
  socket.subscribe();
  socket.connect(plan.endpoint);
  const counted = { hasJoined: false, packets: 0, bytes: 0, gaps: 0 };
  const counting = (async () => {
    for await (const [message] of socket) {
      const { length } = message as Buffer;
      if (length === HEARTBEAT_BYTES) counted.hasJoined = true;
      else {
        counted.packets += 1;
        counted.bytes += length;
      }
    }
  })();
  const outcome = await watch(() => counted);
  tell({ type: 'done', outcome: { ...outcome, hashes: [] } satisfies FlowOutcome });
  socket.close();
  await counting;
}

await (plan.kind === 'plain' ? count() : buildBooks());
process.disconnect?.();
