/**
 * Plays a flow through one consumer, in a process of its own, and prints as JSON what the garbage
 * collector did: started by allocation.integration.test.ts with a small young generation.
 */

import { crc32 } from 'node:zlib';
import { FeedConsumer, FeedState } from '../../feed/index.ts';
import { deltaFlow, flowPackets } from '../micro/delta-flow.ts';
import { Scavenges } from './scavenges.ts';

const DELTAS = 1_500_000;
/** Long enough for the compiler to have settled. */
const WARM_UP_DELTAS = 500_000;
const PER_PACKET = 800;

export interface ConsumerSteadyState {
  readonly deltas: number;
  readonly scavenges: number;
  readonly isLive: boolean;
}

const packets = flowPackets(deltaFlow(DELTAS, 8, 4), {
  perTransaction: 4,
  deltasPerPacket: PER_PACKET,
});
let seen = 0;
const consumer = new FeedConsumer({
  listener: {
    levelChanged: (_, __, price, quantity) => {
      // Kept small: a larger number would be boxed by this listener itself.
      seen = (seen ^ price ^ quantity) | 1;
    },
    transactionApplied: () => {
      seen ^= 2;
    },
  },
  crc32,
  wallClock: (out) => {
    out.high = 0;
  },
  nowMs: () => 0,
  random: () => 0.5,
  repairEndpoints: 0,
  sendRepair: () => false,
});

const warmUp = WARM_UP_DELTAS / PER_PACKET;
for (const packet of packets.slice(0, warmUp)) consumer.receive(packet);
const rest = packets.slice(warmUp);
const scavenges = new Scavenges();
for (const packet of rest) consumer.receive(packet);
const scavengeCount = await scavenges.count();
const books = [...consumer.instruments.values()];
const result: ConsumerSteadyState = {
  deltas: DELTAS - WARM_UP_DELTAS,
  scavenges: scavengeCount,
  isLive: seen > 0 && books.length === 8 && books.every(({ state }) => state === FeedState.Live),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
