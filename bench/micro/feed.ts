/**
 * What one delta costs in each part of the feed, in nanoseconds:
 * `node bench/micro/feed.ts [--filter NAME] [--against FOLDER] [--rounds N]`.
 *
 * With `--against`, another checkout's feed/index.ts runs beside this one's in the same process,
 * round by round in turn, and the ratio of the medians is told.
 */

import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import { Command } from 'commander';
import * as feed from '../../feed/index.ts';
import {
  type DeltaFlow,
  deltaFlow,
  FlowWriter,
  flowPackets,
  readLevels,
  wallClockNow,
} from './delta-flow.ts';

type Feed = Pick<
  typeof feed,
  'BookHash' | 'FeedConsumer' | 'LevelBook' | 'RecordReader' | 'StreamWriter'
>;

/** Does the work once for every delta of its flow. */
type Round = () => void;

const DELTAS = 200_000;
const INSTRUMENTS = 8;
const PER_PACKET = 1000;
/** Rounds until the compiler has settled. */
const WARM_UPS = 5;

const flow4 = deltaFlow(DELTAS, INSTRUMENTS, 4);
const flow1 = deltaFlow(DELTAS, INSTRUMENTS, 1);
const packets4 = flowPackets(flow4, { perTransaction: 4, deltasPerPacket: PER_PACKET });
const packets1 = flowPackets(flow1, { perTransaction: 1, deltasPerPacket: PER_PACKET });

/** What was computed goes here, so that nothing can be left out. */
let witness = 0;

const CASES: Readonly<Record<string, (parts: Feed) => Round>> = {
  'crc32 alone': () => () => {
    for (const packet of packets4) witness += crc32(packet);
  },
  'encode, 4 a transaction': (parts) => encodeRound(parts, flow4, 4),
  'encode, 1 a transaction': (parts) => encodeRound(parts, flow1, 1),
  'decode, 4 a transaction': (parts) => {
    const reader = new parts.RecordReader(crc32);
    return () => {
      for (const packet of packets4) witness += readLevels(reader, packet);
    };
  },
  'hash, one level added': ({ BookHash }) => {
    const hash = new BookHash(1);
    const { count, sides, prices, quantities, orderCounts } = flow4;
    return () => {
      for (let i = 0; i < count; i += 1) {
        hash.add(sides[i]!, prices[i]!, quantities[i]!, orderCounts[i]!);
      }
      witness += hash.laneA;
    };
  },
  'apply to books, hashed': ({ LevelBook }) => {
    const books = Array.from({ length: INSTRUMENTS }, (_, i) => new LevelBook(i + 1));
    const { count, ids, sides, prices, quantities, orderCounts } = flow4;
    return () => {
      for (let i = 0; i < count; i += 1) {
        const book = books[ids[i]! - 1]!;
        book.apply(sides[i] as feed.Side, prices[i]!, quantities[i]!, orderCounts[i]!);
      }
    };
  },
  'whole consumer, 4 a transaction': (parts) => consumeRound(parts, packets4),
  'whole consumer, 1 a transaction': (parts) => consumeRound(parts, packets1),
};

function encodeRound(parts: Feed, flow: DeltaFlow, perTransaction: number): Round {
  return () => {
    const sink = (packet: Uint8Array): void => {
      witness += packet.length;
    };
    const deltasPerPacket = PER_PACKET;
    const writer = new FlowWriter(flow, { perTransaction, deltasPerPacket, sink, parts });
    writer.list();
    writer.write(0, flow.count);
    writer.flush();
  };
}

/** A consumer follows from the first record of an epoch, with a listener that counts. */
function consumeRound({ FeedConsumer }: Feed, packets: readonly Uint8Array[]): Round {
  return () => {
    const consumer = new FeedConsumer({
      listener: {
        transactionApplied: () => {
          witness += 1;
        },
      },
      crc32,
      wallClock: wallClockNow,
      nowMs: () => performance.now(),
      random: () => 0.5,
      repairEndpoints: 0,
      sendRepair: () => false,
    });
    for (const packet of packets) consumer.receive(packet);
    for (const { state } of consumer.instruments.values()) {
      if (state !== feed.FeedState.Live) throw new Error(`A book is not LIVE but ${state}.`);
    }
  };
}

/** Of one round, in nanoseconds per delta: processor time comes in ticks, so it is summed by the caller. */
function measure(round: Round): { readonly wall: number; readonly processor: number } {
  const before = process.threadCpuUsage();
  const start = performance.now();
  round();
  const wall = ((performance.now() - start) * 1e6) / DELTAS;
  const { user, system } = process.threadCpuUsage(before);
  return { wall, processor: ((user + system) * 1000) / DELTAS };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const command = new Command('feed')
  .description('Nanoseconds per delta, part by part')
  .option('--filter <name>', 'only cases whose name contains this', '')
  .option('--against <folder>', 'another checkout to compare with, round by round')
  .option('--rounds <count>', 'rounds that count', '15')
  .addHelpText('after', '\nExample:\n  node bench/micro/feed.ts --filter consumer --rounds 9');
command.parse();
const options = command.opts<{ filter: string; against?: string; rounds: string }>();
const rounds = Number(options.rounds);

const trees: { readonly name: string; readonly parts: Feed }[] = [{ name: 'here', parts: feed }];
if (options.against !== undefined) {
  const path = pathToFileURL(join(resolve(options.against), 'feed/index.ts')).href;
  trees.push({ name: 'there', parts: (await import(path)) as Feed });
}

const rows: Record<string, Record<string, string>> = {};
for (const [name, create] of Object.entries(CASES)) {
  if (!name.includes(options.filter)) continue;
  const runs = trees.map(({ parts }) => ({
    round: create(parts),
    walls: [] as number[],
    processor: 0,
  }));
  for (let i = -WARM_UPS; i < rounds; i += 1) {
    for (const run of runs) {
      const { wall, processor } = measure(run.round);
      if (i < 0) continue;
      run.walls.push(wall);
      run.processor += processor / rounds;
    }
  }
  const row: Record<string, string> = {};
  for (const [i, { walls, processor }] of runs.entries()) {
    const tree = trees[i]?.name ?? '';
    row[`${tree}: median`] = median(walls).toFixed(1);
    row[`${tree}: least`] = Math.min(...walls).toFixed(1);
    row[`${tree}: processor`] = processor.toFixed(1);
  }
  const [here, there] = runs.map(({ walls }) => median(walls));
  if (here !== undefined && there !== undefined) row['there / here'] = (there / here).toFixed(2);
  rows[name] = row;
}
console.log(`ns per delta over ${rounds} rounds of ${DELTAS} deltas, node ${process.version}`);
console.table(rows);
if (witness === 0) throw new Error('Nothing was done.');
