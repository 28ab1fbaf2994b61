/** Lets the compiler settle before anything is sent: production processes have run for a while. */

import { FeedConsumer } from '../../feed/index.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { type DeltaFlow, FlowWriter } from '../micro/delta-flow.ts';

export interface WarmUp {
  readonly flow: DeltaFlow;
  readonly perTransaction: number;
  readonly deltasPerPacket: number;
  readonly rounds: number;
}

/** Writes the flow for nobody, with new writers. */
export function warmUpWriter(warmUp: WarmUp): void {
  packetsOf(warmUp);
}

/** Builds the books of the flow, with new consumers. */
export function warmUpConsumer(warmUp: WarmUp): void {
  const random = (): number => 0.5;
  const nobody = { listener: {}, random, repairEndpoints: 0, sendRepair: () => false };
  const packets = packetsOf({ ...warmUp, rounds: 1 });
  for (let round = 0; round < warmUp.rounds; round += 1) {
    const consumer = new FeedConsumer({ crc32, wallClock, nowMs: monotonicMs, ...nobody });
    for (const packet of packets) consumer.receive(packet);
  }
}

function packetsOf({ flow, perTransaction, deltasPerPacket, rounds }: WarmUp): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let round = 0; round < rounds; round += 1) {
    packets.length = 0;
    const sink = (packet: Uint8Array): void => void packets.push(packet);
    const writer = new FlowWriter(flow, { perTransaction, deltasPerPacket, sink });
    writer.list();
    writer.write(0, flow.count);
    writer.flush();
  }
  return packets;
}
