/**
 * Writes a flow as the publisher does, in a process of its own, and prints as JSON what the garbage
 * collector did: started by allocation.integration.test.ts with a small young generation.
 */

import { deltaFlow, FlowWriter } from '../micro/delta-flow.ts';
import { Scavenges } from './scavenges.ts';

const DELTAS = 500_000;
/** Of this many the first are for the compiler to settle. */
const ROUNDS = 3;

export interface PublisherSteadyState {
  readonly deltas: number;
  readonly packets: number;
  readonly scavenges: number;
}

const flow = deltaFlow(DELTAS, 8, 4);
let packets = 0;
let bytes = 0;
const writer = new FlowWriter(flow, {
  perTransaction: 4,
  deltasPerPacket: Number.POSITIVE_INFINITY,
  sink: (packet) => {
    packets += 1;
    bytes += packet.length;
  },
});
writer.list();
writer.write(0, DELTAS);
const scavenges = new Scavenges();
packets = 0;
for (let round = 1; round < ROUNDS; round += 1) writer.write(0, DELTAS);
const count = await scavenges.count();
if (bytes === 0) throw new Error('Nothing was written.');
const result: PublisherSteadyState = { deltas: DELTAS * (ROUNDS - 1), packets, scavenges: count };
process.stdout.write(`${JSON.stringify(result)}\n`);
