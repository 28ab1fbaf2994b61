/** The subscribing process of latency runs: how long after it was due each delta is in its book, or its bytes are here. */

import { Subscriber } from 'zeromq';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { deltaFlow } from '../micro/delta-flow.ts';
import { LATENCY_INSTRUMENTS, PLAIN_HEAD } from './latency-bytes.ts';
import { LatencyCounts } from './latency-counts.ts';
import { type LatencyPlan, onMessage, planOf, sharedUs, tell } from './messages.ts';
import { warmUpConsumer } from './warm-up.ts';

const HEARTBEAT_BYTES = 48;
const LOOK_EVERY_MS = 20;
/** What comes so long after the last delta was sent was lost by the socket, not late. */
const GIVE_UP_AFTER_US = 5_000_000;
/** Of the first part nothing is counted: the compiler settles. */
const WARM_UP_SHARE = 0.3;
/** Before anything is sent. */
const WARM_UP_DELTAS = 50_000;

const plan = planOf<LatencyPlan>();
const { deltasPerSecond, seconds } = plan;
const total = deltasPerSecond * seconds;
const warmUp = Math.floor(total * WARM_UP_SHARE);
const usPerDelta = 1e6 / deltasPerSecond;
const counts = new LatencyCounts();
let startUs = Number.NaN;
let last = -1;
/** Set when everything is published: from then on nothing is waited for that does not come. */
let giveUpUs = Number.POSITIVE_INFINITY;
onMessage((message) => {
  if (message.type === 'go') startUs = message.startUs;
  else if (message.type === 'published') giveUpUs = sharedUs() + GIVE_UP_AFTER_US;
});

function isOver(): boolean {
  return last >= total - 1 || sharedUs() > giveUpUs;
}

/** Delta `index` is here. */
function arrived(index: number, nowUs: number): void {
  last = index;
  if (index >= warmUp) counts.add(nowUs - startUs - index * usPerDelta);
}

function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!isSo()) return;
      clearInterval(timer);
      resolve();
    }, LOOK_EVERY_MS);
  });
}

function tellOutcome(gaps: number): void {
  const { samples } = counts;
  const [p50Us, p99Us] = [counts.percentile(0.5), counts.percentile(0.99)];
  tell({ type: 'done', outcome: { samples, p50Us, p99Us, gaps } });
}

async function buildBooks(): Promise<void> {
  const flow = deltaFlow(WARM_UP_DELTAS, LATENCY_INSTRUMENTS, 1);
  for (const deltasPerPacket of [1, 20]) {
    warmUpConsumer({ flow, perTransaction: 1, deltasPerPacket, rounds: 5 });
  }
  const subscriber = new FeedSubscriber(
    {
      feed: [plan.endpoint],
      repair: [],
      wallClock,
      nowMs: monotonicMs,
      crc32,
      spins: plan.spins,
    },
    {
      // The listing's transactions come first, one for each instrument.
      transactionApplied: ({ transaction }) => {
        if (transaction > LATENCY_INSTRUMENTS) {
          arrived(transaction - LATENCY_INSTRUMENTS - 1, sharedUs());
        }
      },
    },
  );
  await subscriber.start();
  await until(() => subscriber.hasJoined);
  tell({ type: 'joined' });
  const { stats } = subscriber;
  await until(() => isOver() || stats.gaps > 0);
  tellOutcome(stats.gaps + stats.badPackets + (last < total - 1 ? 1 : 0));
  await subscriber.close();
}

async function receivePlain(): Promise<void> {
  const socket = new Subscriber({ receiveHighWaterMark: 4096, linger: 0 });
  socket.subscribe();
  socket.connect(plan.endpoint);
  let hasJoined = false;
  const receiving = (async () => {
    for await (const [message] of socket) {
      const { buffer, byteOffset, length } = message as Buffer;
      if (length === HEARTBEAT_BYTES) {
        hasJoined = true;
        continue;
      }
      const nowUs = sharedUs();
      const head = new DataView(buffer, byteOffset);
      const end = head.getFloat64(PLAIN_HEAD.Until, true);
      for (let i = head.getFloat64(PLAIN_HEAD.From, true); i < end; i += 1) arrived(i, nowUs);
    }
  })();
  await until(() => hasJoined);
  tell({ type: 'joined' });
  await until(isOver);
  tellOutcome(last < total - 1 ? 1 : 0);
  socket.close();
  await receiving;
}

await (plan.kind === 'plain' ? receivePlain() : buildBooks());
process.disconnect?.();
