/** What a consumer makes of auctions and changed trades: told, kept, and in snapshots. */

import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { NOTHING_CROSSES } from '../instruments.ts';
import type { FeedListener } from '../listener.ts';
import { Side, TradingStatus } from '../market.ts';
import { packetHeader } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import type { RecordWriter } from '../wire/record-writer.ts';
import { StreamWriter } from '../wire/stream-writer.ts';
import { StreamLevel, shardTopic } from '../wire/topic.ts';
import { feedStats } from './feed-stats.ts';
import { Replica } from './replica.ts';
import { SnapshotEncoder } from './snapshot-encoder.ts';
import { SnapshotLoader } from './snapshot-loader.ts';
import { TransactionApplier } from './transaction-applier.ts';

const EPOCH = { seconds: 3, random: 4 };
const wallClock = (): void => {};

/** A consumer that is told what `write` writes, as one transaction. */
function consumer(level: StreamLevel) {
  const log: string[] = [];
  const listener: FeedListener = {
    traded: (_, ...trade) => log.push(`traded ${trade}`),
    tradeBusted: ({ symbol }, id) => log.push(`${symbol} busted ${id}`),
    tradeCorrected: ({ symbol }, ...trade) => log.push(`${symbol} corrected ${trade}`),
    indicativeChanged: ({ indicative }) => log.push(`indicative ${Object.values(indicative)}`),
    instrumentChanged: ({ status, statusReason }) => log.push(`status ${status} ${statusReason}`),
  };
  const none = (): void => {};
  const replica = new Replica({
    level,
    selected: undefined,
    listener,
    changed: none,
    hashChecked: none,
  });
  const applier = new TransactionApplier({
    replica,
    listener,
    stats: feedStats(),
    header: packetHeader(),
    badRecord: (error) => log.push(error.code),
    epochStarted: none,
  });
  const reader = new RecordReader(crc32);
  const packets: Uint8Array[] = [];
  const topic = shardTopic(level);
  const sink = (packet: Uint8Array) => packets.push(Uint8Array.from(packet));
  const writer = new StreamWriter({
    epoch: EPOCH,
    topic,
    firstSequence: 1,
    crc32,
    wallClock,
    sink,
  });
  let transaction = 0;
  const tell = (write: (records: RecordWriter) => void): string[] => {
    transaction += 1;
    writer.records.transaction(transaction, 0, 0, 1);
    write(writer.records);
    writer.records.endTransaction();
    writer.flush();
    const { firstSequence, count } = reader.open(packets.pop() as Uint8Array);
    reader.survey();
    applier.records(reader, firstSequence, firstSequence + count);
    return log.splice(0);
  };
  return { replica, tell };
}

function list(records: RecordWriter): void {
  records.instrument(1, 1, TradingStatus.Auction, 0, 1, 1000, '1', '1', 'AUC');
}

test.each([StreamLevel.L2, StreamLevel.L3])(
  'tells what an auction would do, on level %i',
  (level) => {
    const { replica, tell } = consumer(level);
    tell(list);
    expect(tell((records) => records.indicative(1, 2, Side.Ask, 105, 30, 7))).toEqual([
      'indicative 105,30,7,1',
    ]);
    const instrument = replica.find('AUC');
    expect(instrument?.indicative).toEqual({
      price: 105,
      volume: 30,
      imbalance: 7,
      side: Side.Ask,
    });
    // With the status, what was told of the auction is over.
    expect(tell((records) => records.status(1, 3, TradingStatus.Continuous, 16))).toEqual([
      'status 2 16',
    ]);
    expect(instrument?.indicative).toEqual(NOTHING_CROSSES);
    expect(instrument?.sequence).toBe(3);
  },
);

test.each([StreamLevel.L2, StreamLevel.L3])(
  'tells of changed trades once, whatever state the book is in, on level %i',
  (level) => {
    const { replica, tell } = consumer(level);
    tell(list);
    const change = (sequence: number) => (records: RecordWriter) => {
      records.tradeBusted(1, sequence, 2 ** 32 + 7);
      records.tradeCorrected(1, sequence + 1, -5, 2 ** 33, 8);
    };
    const told = ['AUC busted 4294967303', 'AUC corrected 8,-5,8589934592'];
    expect(tell(change(2))).toEqual(told);
    const instrument = replica.find('AUC');
    expect(instrument?.sequence).toBe(3);
    if (instrument !== undefined) replica.distrust(instrument, 'MISSED_RECORDS');
    expect(tell(change(9))).toEqual(told);
    expect(instrument?.sequence).toBe(3);
  },
);

test('distrusts an instrument whose imbalance is of no side', () => {
  const { replica, tell } = consumer(StreamLevel.L2);
  tell(list);
  expect(tell((records) => records.indicative(1, 2, 2, 105, 30, 7))).toEqual(['BAD_VALUE']);
  expect(replica.find('AUC')?.trouble).toBe('MISSED_RECORDS');
});

test('finds the reason of the status and the indicative price in a snapshot', () => {
  const { replica, tell } = consumer(StreamLevel.L2);
  tell(list);
  tell((records) => records.status(1, 2, TradingStatus.PreOpen, 15));
  tell((records) => records.indicative(1, 3, Side.Bid, 105, 30, 7));
  const encoder = new SnapshotEncoder({ topic: shardTopic(StreamLevel.L2), crc32, wallClock });
  const packets: Uint8Array[] = [];
  const provider = {
    isReady: true,
    epoch: EPOCH,
    nextSequence: 9,
    instrumentIds: () => [1],
    instrument: (id: number) => replica.instruments.get(id),
    findId: () => 1,
  };
  encoder.encode(provider, [1], 0, packets);
  const loader = new SnapshotLoader(crc32);
  for (const packet of packets) loader.add(packet);
  const late = consumer(StreamLevel.L2).replica;
  const [loaded] = loader.loaded;
  if (loaded === undefined) throw new Error('nothing loaded');
  const restored = late.restore(loaded);
  expect(restored).toMatchObject({
    status: TradingStatus.PreOpen,
    statusReason: 15,
    indicative: { price: 105, volume: 30, imbalance: 7, side: Side.Bid },
    sequence: 3,
  });
});
