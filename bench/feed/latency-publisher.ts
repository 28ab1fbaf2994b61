/** The publishing process of latency runs: each delta is due at a time of its own, and sent as soon as it can be. */

import { FeedPublisher } from '../../feed/node.ts';
import { deltaFlow, FlowWriter } from '../micro/delta-flow.ts';
import { LATENCY_INSTRUMENTS, PLAIN_HEAD, plainBytes } from './latency-bytes.ts';
import { type LatencyPlan, planOf, sharedUs, tell } from './messages.ts';
import { SendWindow } from './send-window.ts';
import { warmUpWriter } from './warm-up.ts';

const FLOW_DELTAS = 200_000;
/** Further away than this one sleeps; nearer, the loop only turns. */
const SLEEP_UNTIL_US = 60;
/** Due at once after a pause of the machine: a packet holds no more. */
const MOST_AT_ONCE = 500;

const { kind, endpoint, deltasPerSecond, seconds } = planOf<LatencyPlan>();
const flow = deltaFlow(FLOW_DELTAS, LATENCY_INSTRUMENTS, 1);
const window = new SendWindow();
const publisher = new FeedPublisher({ heartbeat: () => writer.writer.heartbeat(() => {}) });
const writer = new FlowWriter(flow, {
  perTransaction: 1,
  deltasPerPacket: Number.POSITIVE_INFINITY,
  sink: (packet, _, count) => {
    publisher.send(packet);
    if (count > 0) window.sent += 1;
  },
});

/** Of deltas `from` up to `until`, in one packet but for the end of the flow. */
function publishFlow(from: number, until: number): void {
  const start = from % FLOW_DELTAS;
  writer.write(start, Math.min(FLOW_DELTAS, start + until - from));
  if (start + until - from > FLOW_DELTAS) writer.write(0, start + until - from - FLOW_DELTAS);
  writer.flush();
}

/** As many bytes, and in them only which deltas they stand for. */
function publishPlain(from: number, until: number): void {
  const message = new Uint8Array(plainBytes(until - from));
  const head = new DataView(message.buffer);
  head.setFloat64(PLAIN_HEAD.From, from, true);
  head.setFloat64(PLAIN_HEAD.Until, until, true);
  publisher.send(message);
  window.sent += 1;
}

for (const deltasPerPacket of [1, 20]) {
  warmUpWriter({ flow, perTransaction: 1, deltasPerPacket, rounds: 2 });
}
const publish = kind === 'plain' ? publishPlain : publishFlow;
tell({ type: 'bound', endpoint: await publisher.bind(endpoint) });
const startUs = await window.go;
if (kind === 'feed') writer.list();
const total = deltasPerSecond * seconds;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const before = process.threadCpuUsage();
for (let sent = 0; sent < total; ) {
  const elapsed = sharedUs() - startUs;
  const due = Math.min(total, Math.floor((elapsed * deltasPerSecond) / 1e6) + 1);
  if (elapsed >= 0 && due > sent) {
    const until = Math.min(due, sent + MOST_AT_ONCE);
    publish(sent, until);
    sent = until;
  }
  await new Promise(setImmediate);
  const leftUs = startUs + (sent / deltasPerSecond) * 1e6 - sharedUs();
  if (leftUs > SLEEP_UNTIL_US) Atomics.wait(sleeper, 0, 0, (leftUs - SLEEP_UNTIL_US) / 1000);
}
const { user, system } = process.threadCpuUsage(before);
const report = { processorNs: (user + system) * 1000, failedSends: publisher.failedSends };
tell({ type: 'published', packets: window.sent, report });
process.on('disconnect', () => publisher.close());
