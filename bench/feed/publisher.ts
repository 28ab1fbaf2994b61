/** The publishing process of the throughput benchmark: encodes the flow and sends it, or sends bytes made before. */

import { FeedPublisher } from '../../feed/node.ts';
import { deltaFlow, type FlowOptions, FlowWriter, flowPackets } from '../micro/delta-flow.ts';
import { onMessage, type RunPlan, tell } from './messages.ts';

/** Packets on their way to the subscriber; PUB drops beyond 4,096. */
const WINDOW = 2000;
/** Between two looks at what the subscriber has taken. */
const BURST = 32;

const plan = JSON.parse(process.argv[2] ?? '') as RunPlan;
const flow = deltaFlow(plan.deltas, plan.instruments, plan.perTransaction);
let taken = 0;
let sent = 0;
let mayGo: () => void = () => {};
const go = new Promise<void>((resolve) => {
  mayGo = resolve;
});
onMessage((message) => {
  if (message.type === 'taken') taken = message.packets;
  else if (message.type === 'go') mayGo();
});

const publisher = new FeedPublisher({ heartbeat: () => writer.writer.heartbeat(() => {}) });
const options: FlowOptions = {
  perTransaction: plan.perTransaction,
  deltasPerPacket: plan.deltasPerPacket,
  sink: (packet, _, count) => {
    publisher.send(packet);
    if (count > 0) sent += 1;
  },
};
const writer = new FlowWriter(flow, options);
const packets = plan.kind === 'plain' ? flowPackets(flow, options) : [];

/** Lets the window open again, and the heartbeat and messages have their turn. */
async function untilThereIsRoom(): Promise<void> {
  do await new Promise(setImmediate);
  while (sent - taken > WINDOW);
}

async function publishFlow(): Promise<void> {
  writer.list();
  const step = Math.max(plan.perTransaction, plan.deltasPerPacket);
  for (let round = 0; round < plan.rounds; round += 1) {
    for (let from = 0; from < plan.deltas; from += step * BURST) {
      writer.write(from, Math.min(plan.deltas, from + step * BURST));
      await untilThereIsRoom();
    }
  }
  writer.flush();
}

async function publishBytes(): Promise<void> {
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const [i, packet] of packets.entries()) {
      publisher.send(packet);
      sent += 1;
      if (i % BURST === 0) await untilThereIsRoom();
    }
  }
}

tell({ type: 'bound', endpoint: await publisher.bind(plan.endpoint) });
await go;
const before = process.threadCpuUsage();
await (plan.kind === 'plain' ? publishBytes() : publishFlow());
const { user, system } = process.threadCpuUsage(before);
tell({ type: 'published', packets: sent, processorNs: (user + system) * 1000 });
process.on('disconnect', () => publisher.close());
