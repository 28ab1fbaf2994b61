/** Any bytes into every decoder of the feed: a DecodeError or a result, and nothing else. */

import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { MAX_PACKET_BYTES } from '../limits.ts';
import { SnapshotEncoder } from '../sync/snapshot-encoder.ts';
import { SnapshotLoader } from '../sync/snapshot-loader.ts';
import { GOLDEN_VECTORS } from '../testing/golden.ts';
import { mutate } from '../testing/mutate.ts';
import { type Random, testSeeds, withSeed } from '../testing/random.ts';
import { ToyEngine } from '../testing/toy-engine.ts';
import { DecodeError } from './decode-error.ts';
import { PacketOffset } from './packet.ts';
import type { RecordReader } from './record-reader.ts';
import { RecordType } from './records.ts';
import { RelayRecordReader } from './relay-record-reader.ts';
import {
  decodeHistoryRequest,
  decodeMoment,
  decodeRepairAnswer,
  decodeRepairRequest,
  splitPackets,
} from './repair-messages.ts';
import { StreamLevel, shardTopic } from './topic.ts';

const CORPUS = Object.values(GOLDEN_VECTORS).map((vector) => vector());
const FRAMES = Object.keys(GOLDEN_VECTORS).indexOf('a replay request');
const PACKETS = CORPUS.slice(0, FRAMES);
const MESSAGES = CORPUS.slice(FRAMES);

/** Makes length and checksum right again, so that the damage gets past the front door. */
function reseal(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 16) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(PacketOffset.Length, bytes.length, true);
  const topic = crc32(bytes.subarray(0, 8));
  view.setUint32(PacketOffset.Crc32, crc32(bytes.subarray(PacketOffset.Length), topic), true);
  return bytes;
}

/** What the decoder made of it; anything but a DecodeError is the test's failure. */
function outcome(decode: () => void): string {
  try {
    decode();
    return 'decoded';
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return error.code;
  }
}

const FIELDS: Readonly<Record<number, readonly (keyof RelayRecordReader)[]>> = {
  [RecordType.Transaction]: ['transaction', 'timeHigh', 'timeLow'],
  [RecordType.Level]: ['sequenceLow', 'orderCount', 'price', 'quantity'],
  [RecordType.Trade]: ['sequenceLow', 'tradeFlags', 'price', 'quantity', 'tradeId'],
  [RecordType.Status]: ['sequenceLow', 'statusReason'],
  [RecordType.Instrument]: [
    'bookKind',
    'lowestPrice',
    'highestPrice',
    'tickSize',
    'lotSize',
    'symbol',
  ],
  [RecordType.BookHash]: ['hashedSequence', 'hashLaneA', 'hashLaneB', 'bidLevels', 'askLevels'],
  [RecordType.EpochStart]: ['previousEpochSeconds', 'previousEpochRandom', 'previousLastSequence'],
  [RecordType.OrderAdded]: ['sequenceLow', 'orderId', 'orderQuantity', 'orderPrice'],
  [RecordType.OrderExecuted]: [
    'sequenceLow',
    'tradeFlags',
    'orderId',
    'orderQuantity',
    'orderPrice',
    'executedTradeId',
  ],
  [RecordType.OrderReduced]: ['sequenceLow', 'orderId', 'orderQuantity'],
  [RecordType.OrderRemoved]: ['sequenceLow', 'orderId'],
  [RecordType.BestBidOffer]: [
    'bidPrice',
    'bidQuantity',
    'askPrice',
    'askQuantity',
    'bidOrders',
    'askOrders',
  ],
  [RecordType.Candle]: ['candle'],
  [RecordType.Statistics]: ['candle'],
  [RecordType.RelayState]: ['relayReason', 'rotationMs'],
  [RecordType.InstrumentPosition]: ['lastSequence', 'hashLaneA', 'hashLaneB', 'lastTransaction'],
};

/** The survey must find what going from record to record finds, or refuse it likewise. */
function expectSurveyAgrees(reader: RecordReader): void {
  const start = reader.cursor;
  const surveyed = outcome(() => reader.survey());
  let [count, whole] = [0, 0];
  const walked = outcome(() => {
    while (reader.next()) {
      count += 1;
      if (reader.isLast) whole = count;
    }
  });
  expect(surveyed).toBe(walked);
  if (surveyed === 'decoded')
    expect([reader.recordCount, reader.wholeCount]).toEqual([count, whole]);
  reader.seek(start);
}

/** Reads everything there is to read; answers with the number of records. */
function readAll(reader: RelayRecordReader, packet: Uint8Array): number {
  reader.open(packet);
  expectSurveyAgrees(reader);
  let records = 0;
  while (reader.next()) {
    records += 1;
    if (reader.instrument !== 0) expect(reader.sequenceLow).toBeGreaterThanOrEqual(0);
    for (const field of FIELDS[reader.type] ?? []) expect(reader[field]).toBeDefined();
  }
  return records;
}

test.each(testSeeds(8))('packets survive damage, sealed or not (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const reader = new RelayRecordReader(crc32);
    const outcomes = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const damaged = mutate(random, random.pick(PACKETS));
      const packet = random.chance(0.8) ? reseal(damaged) : damaged;
      let records = 0;
      const what = outcome(() => {
        records = readAll(reader, packet);
      });
      expect(records).toBeLessThanOrEqual(packet.length / 8);
      outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    }
    // The damage must reach every kind of check, or it proves little.
    for (const code of ['decoded', 'BAD_LENGTH', 'BAD_CHECKSUM', 'BAD_HEADER', 'BAD_VALUE']) {
      expect(outcomes.get(code) ?? 0, code).toBeGreaterThan(0);
    }
  });
});

test.each(testSeeds(4))('random bytes are refused by every decoder (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const reader = new RelayRecordReader(crc32);
    for (let i = 0; i < 2000; i++) {
      const bytes = Uint8Array.from({ length: random.below(300) }, () => random.below(256));
      outcome(() => readAll(reader, reseal(bytes)));
      outcome(() => decodeRepairRequest(bytes));
      outcome(() => decodeRepairAnswer(bytes));
      outcome(() => decodeHistoryRequest(bytes));
      outcome(() => decodeMoment(bytes));
      outcome(() => splitPackets(bytes));
    }
  });
});

test.each(testSeeds(8))('repair messages survive damage (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const outcomes = new Set<string>();
    for (let i = 0; i < 4000; i++) {
      const bytes = mutate(random, random.pick(MESSAGES));
      outcomes.add(outcome(() => decodeRepairRequest(bytes)));
      outcomes.add(outcome(() => decodeHistoryRequest(bytes)));
      outcomes.add(outcome(() => decodeMoment(bytes)));
      outcomes.add(
        outcome(() => {
          const answer = decodeRepairAnswer(bytes);
          if ('packets' in answer) splitPackets(answer.packets);
        }),
      );
    }
    for (const code of ['decoded', 'TRUNCATED', 'UNKNOWN_TYPE', 'BAD_VALUE']) {
      expect(outcomes, code).toContain(code);
    }
  });
});

test('lengths of 2^32 - 1 and frames above the limit are refused at once', () => {
  const reader = new RelayRecordReader(crc32);
  const [packet = new Uint8Array(0)] = PACKETS;
  const lying = packet.slice();
  new DataView(lying.buffer).setUint32(PacketOffset.Length, 0xffff_ffff, true);
  expect(outcome(() => reader.open(lying))).toBe('BAD_LENGTH');
  expect(outcome(() => reader.open(new Uint8Array(MAX_PACKET_BYTES + 1)))).toBe('TOO_LONG');
  expect(outcome(() => decodeRepairRequest(new Uint8Array(1 << 20)))).toBe('TOO_LONG');
  expect(outcome(() => decodeRepairAnswer(new Uint8Array(1 << 20)))).toBe('TOO_LONG');
  expect(outcome(() => decodeHistoryRequest(new Uint8Array(1 << 20)))).toBe('TOO_LONG');
});

function damageSnapshots(seed: number, level: StreamLevel): void {
  withSeed(seed, (random: Random) => {
    const wallClock = (): void => {};
    const epoch = { seconds: 1, random: 1 };
    const engine = new ToyEngine({ level, epoch, instruments: 3, wallClock, sink: () => {} });
    for (let i = 0; i < 50; i++) engine.act(random);
    const topic = shardTopic(level);
    const packets: Uint8Array[] = [];
    new SnapshotEncoder({ topic, crc32, wallClock }).encode(engine, [1, 2, 3], 0, packets);
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const loader = new SnapshotLoader(crc32, level);
      const damaged = reseal(mutate(random, packets[0] ?? new Uint8Array(0)));
      const what = outcome(() => loader.add(damaged));
      if (what !== 'decoded') refused += 1;
      for (const { book, id } of loader.loaded) expect(book.instrument).toBe(id);
    }
    expect(refused).toBeGreaterThan(100);
  });
}

test.each(testSeeds(6))('damaged snapshots never load (seed %i)', (seed) => {
  damageSnapshots(seed, StreamLevel.L2);
});

test.each(testSeeds(6))('damaged snapshots of L3 never load (seed %i)', (seed) => {
  damageSnapshots(seed, StreamLevel.L3);
});
