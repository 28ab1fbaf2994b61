/** One delta through each part of the feed: encoded, decoded, hashed, applied, consumed, counted. */

import { crc32 } from 'node:zlib';
import {
  BookHash,
  FeedConsumer,
  FeedState,
  GapDetector,
  LevelBook,
  PacketVerdict,
  RecordReader,
  type Side,
} from '../../../feed/index.ts';
import {
  type DeltaFlow,
  deltaFlow,
  FlowWriter,
  flowPackets,
  readLevels,
  wallClockNow,
} from '../delta-flow.ts';
import { type MicroCase, type MicroRun, type MicroSuite, witness } from '../micro-suite.ts';

const DELTAS = 20_000;
const INSTRUMENTS = 8;
const PER_PACKET = 1000;
const PACKETS = 10_000;

export const deltaSuite: MicroSuite = {
  name: 'delta',
  measures:
    'A flow of 20,000 made-up level changes over 8 instruments, 40 levels deep, most of them near the touch and one in five a removal: written as records, read again, hashed, applied to books, and by the whole consumer, which checks, orders and applies transactions. Per delta.',
  leavesOut:
    'Sockets, the matcher that would cause the changes, and repair. Packets hold 1,000 deltas, as under load: an idle feed pays a header and a checksum for each.',
  wouldLie:
    'The flow repeats, so the caches hold all of its books; and its prices stay within 40 levels, where inserting is cheap.',
  cases: [
    ...[4, 1].flatMap((perTransaction) => flowCases(perTransaction)),
    {
      name: 'hash, one level added',
      unit: 'delta',
      operations: DELTAS,
      isGuarded: true,
      setUp: hashing,
    },
    {
      name: 'apply to books, hashed',
      unit: 'delta',
      operations: DELTAS,
      isGuarded: true,
      setUp: applying,
    },
    {
      name: 'checksum of the packets alone',
      unit: 'delta',
      operations: DELTAS,
      setUp: () => {
        const packets = flowPackets(flow(4), { perTransaction: 4, deltasPerPacket: PER_PACKET });
        return {
          round: () => {
            for (const packet of packets) witness.sum += crc32(packet);
          },
        };
      },
    },
  ],
};

export const gapSuite: MicroSuite = {
  name: 'gap detector',
  measures:
    'What a packet is to a consumer, from its epoch and its first sequence: the next one, one that was seen, or one behind a gap. Per packet.',
  leavesOut: 'Reading the packet, and what a gap causes.',
  wouldLie:
    'A stream without any surprise is guessed by the processor; so one case in four differs.',
  cases: [
    { name: 'in order', unit: 'packet', operations: PACKETS, setUp: () => detecting(false) },
    {
      name: 'a surprise in four',
      unit: 'packet',
      operations: PACKETS,
      setUp: () => detecting(true),
    },
  ],
};

function flow(perTransaction: number): DeltaFlow {
  return deltaFlow(DELTAS, INSTRUMENTS, perTransaction);
}

function flowCases(perTransaction: number): MicroCase[] {
  const name = (what: string): string => `${what}, ${perTransaction} a transaction`;
  const common = { unit: 'delta', operations: DELTAS };
  const guard = perTransaction === 4 ? ({ isGuarded: true } as const) : {};
  return [
    { name: name('encode'), setUp: () => encoding(perTransaction), ...common, ...guard },
    { name: name('decode'), setUp: () => decoding(perTransaction), ...common, ...guard },
    { name: name('whole consumer'), setUp: () => consuming(perTransaction), ...common, ...guard },
  ];
}

function encoding(perTransaction: number): MicroRun {
  const changes = flow(perTransaction);
  let bytes = 0;
  const sink = (packet: Uint8Array): void => {
    bytes += packet.length;
  };
  const write = (): void => {
    const deltasPerPacket = PER_PACKET;
    const writer = new FlowWriter(changes, { perTransaction, deltasPerPacket, sink });
    writer.list();
    writer.write(0, changes.count);
    writer.flush();
  };
  write();
  return { round: write, bytes: bytes / DELTAS };
}

function decoding(perTransaction: number): MicroRun {
  const packets = flowPackets(flow(perTransaction), {
    perTransaction,
    deltasPerPacket: PER_PACKET,
  });
  const reader = new RecordReader(crc32);
  return {
    round: () => {
      for (const packet of packets) witness.sum += readLevels(reader, packet);
    },
  };
}

function hashing(): MicroRun {
  const hash = new BookHash(1);
  const { count, sides, prices, quantities, orderCounts } = flow(4);
  return {
    round: () => {
      for (let i = 0; i < count; i += 1) {
        hash.add(sides[i]!, prices[i]!, quantities[i]!, orderCounts[i]!);
      }
      witness.sum += hash.laneA;
    },
  };
}

function applying(): MicroRun {
  const books = Array.from({ length: INSTRUMENTS }, (_, i) => new LevelBook(i + 1));
  const { count, ids, sides, prices, quantities, orderCounts } = flow(4);
  return {
    round: () => {
      for (let i = 0; i < count; i += 1) {
        const book = books[ids[i]! - 1]!;
        book.apply(sides[i] as Side, prices[i]!, quantities[i]!, orderCounts[i]!);
      }
    },
  };
}

/** A consumer follows from the first record of an epoch; at the end every book must be LIVE. */
function consuming(perTransaction: number): MicroRun {
  const packets = flowPackets(flow(perTransaction), {
    perTransaction,
    deltasPerPacket: PER_PACKET,
  });
  const listener = {
    transactionApplied: () => {
      witness.sum += 1;
    },
  };
  return {
    round: () => {
      const consumer = new FeedConsumer({
        listener,
        crc32,
        wallClock: wallClockNow,
        nowMs: () => performance.now(),
        random: () => 0.5,
        repairEndpoints: 0,
        sendRepair: () => false,
      });
      for (const packet of packets) consumer.receive(packet);
      for (const { state } of consumer.instruments.values()) {
        if (state !== FeedState.Live) throw new Error(`A book is not LIVE but ${state}.`);
      }
    },
  };
}

function detecting(isSurprising: boolean): MicroRun {
  const detector = new GapDetector();
  const epoch = { seconds: 1, random: 1 };
  return {
    round: () => {
      detector.follow(epoch, 1);
      let next = 1;
      for (let i = 0; i < PACKETS; i += 1) {
        const isOdd = isSurprising && Math.imul(i, 0x9e37_79b1) >>> 30 === 0;
        const first = isOdd ? next + 1 : next;
        const verdict = detector.classify(1, 1, first, 10);
        if (verdict !== (isOdd ? PacketVerdict.Gap : PacketVerdict.Next)) {
          throw new Error(`Packet ${i} was judged ${verdict}.`);
        }
        next = first + 10;
        detector.next = next;
      }
    },
  };
}
