/**
 * Plays a flow of orders through one L3 consumer, in a process of its own, and prints as JSON what
 * the garbage collector did and how long a record took: started by allocation.integration.test.ts
 * with a small young generation.
 */

import { crc32 } from 'node:zlib';
import { FeedConsumer, FeedState, StreamLevel } from '../../feed/index.ts';
import { orderFlow } from '../micro/order-flow.ts';
import { Scavenges } from './scavenges.ts';

const RECORDS = 1_500_000;
/** Long enough for the compiler to have settled. */
const WARM_UP_PART = 1 / 3;
/** An engine that has run for a while gives ids beyond 32 bits. */
const FIRST_ID = 2 ** 33;

export interface OrderSteadyState {
  readonly records: number;
  readonly scavenges: number;
  readonly isLive: boolean;
  readonly isEqual: boolean;
  /** Of this process's processor time. */
  readonly nsPerRecord: number;
}

const { packets, records, books } = orderFlow(RECORDS, 8, FIRST_ID);
let seen = 0;
const consumer = new FeedConsumer({
  level: StreamLevel.L3,
  listener: {
    // A callback that is told ids of more than 31 bits has them boxed, one each: not the consumer's.
    levelChanged: (_, __, price, quantity) => {
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

const warmUp = Math.floor(packets.length * WARM_UP_PART);
for (const packet of packets.slice(0, warmUp)) consumer.receive(packet);
const rest = packets.slice(warmUp);
const scavenges = new Scavenges();
const cpuBefore = process.cpuUsage();
for (const packet of rest) consumer.receive(packet);
const cpu = process.cpuUsage(cpuBefore);
const scavengeCount = await scavenges.count();
const instruments = [...consumer.instruments.values()];
const played = Math.round(records * (1 - WARM_UP_PART));
const result: OrderSteadyState = {
  records: played,
  scavenges: scavengeCount,
  isLive: seen > 0 && instruments.every(({ state }) => state === FeedState.Live),
  isEqual: books.every(({ instrument, hash }) => {
    const replica = consumer.instruments.get(instrument)?.book;
    return replica?.hash.equals(hash.laneA, hash.laneB) === true;
  }),
  nsPerRecord: ((cpu.user + cpu.system) * 1e3) / played,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
