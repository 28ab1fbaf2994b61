/** The publishing process of throughput runs: encodes the flow and sends it, or sends bytes made before. */

import { FeedPublisher } from '../../feed/node.ts';
import { deltaFlow, type FlowOptions, FlowWriter, flowPackets } from '../micro/delta-flow.ts';
import { type FlowPlan, planOf, tell } from './messages.ts';
import { SendWindow } from './send-window.ts';

/** Deltas of one turn, as of an order entry that always has more. */
const TURN = 4096;
/** Packets of one, where the plan makes them small. */
const TURN_PACKETS = 32;

const plan = planOf<FlowPlan>();
const flow = deltaFlow(plan.deltas, plan.instruments, plan.perTransaction);
const window = new SendWindow();
const publisher = new FeedPublisher({ heartbeat: () => writer.writer.heartbeat(() => {}) });
const options: FlowOptions = {
  perTransaction: plan.perTransaction,
  deltasPerPacket: plan.deltasPerPacket,
  sink: (packet, _, count) => {
    if (count === 0 || window.sent !== plan.lostPacket) publisher.send(packet);
    if (count > 0) window.sent += 1;
  },
};
const writer = new FlowWriter(flow, options);
const packets = plan.kind === 'plain' ? flowPackets(flow, options) : [];

async function publishFlow(): Promise<void> {
  writer.list();
  const small = plan.deltasPerPacket * TURN_PACKETS;
  const turn = Math.ceil(Math.min(TURN, small) / plan.perTransaction) * plan.perTransaction;
  for (let round = 0; round < plan.rounds; round += 1) {
    for (let from = 0; from < plan.deltas; from += turn) {
      writer.write(from, Math.min(plan.deltas, from + turn));
      await window.untilThereIsRoom();
    }
  }
  writer.flush();
}

async function publishBytes(): Promise<void> {
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const [i, packet] of packets.entries()) {
      publisher.send(packet);
      window.sent += 1;
      if (i % TURN_PACKETS === 0) await window.untilThereIsRoom();
    }
  }
}

tell({ type: 'bound', endpoint: await publisher.bind(plan.endpoint) });
await window.go;
const before = process.threadCpuUsage();
await (plan.kind === 'plain' ? publishBytes() : publishFlow());
const { user, system } = process.threadCpuUsage(before);
const report = { processorNs: (user + system) * 1000, failedSends: publisher.failedSends };
tell({ type: 'published', packets: window.sent, report });
process.on('disconnect', () => publisher.close());
