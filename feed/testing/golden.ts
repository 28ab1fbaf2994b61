/** The golden vectors: what each message of PROTOCOL.md is made of, for encoding and comparing. */

import { crc32 } from 'node:zlib';
import { nanos } from '../nanos.ts';
import { CoveringWriter } from '../wire/covering-writer.ts';
import { encodeHistoryRequest, encodeMoment } from '../wire/history-messages.ts';
import { PacketFlag, packetHeader, sealPacket } from '../wire/packet.ts';
import { RecordWriter } from '../wire/record-writer.ts';
import { CandleFlag } from '../wire/records.ts';
import type { RelayRecordWriter } from '../wire/relay-record-writer.ts';
import {
  encodeRepairChunk,
  encodeRepairReject,
  encodeRepairRequest,
  RejectCode,
  RepairType,
} from '../wire/repair-messages.ts';
import { REASON_NUMBERS, STATE_NUMBERS } from '../wire/state-numbers.ts';
import { StreamWriter } from '../wire/stream-writer.ts';
import { encodeTopic, StreamLevel, shardTopic, TopicKind } from '../wire/topic.ts';

export const GOLDEN_EPOCH = { seconds: 0x66f1_c3a0, random: 0x9b3c_11d2 };
/** 2024-09-23T19:38:40.123456789Z. */
export const GOLDEN_TIME_NS = 1_727_120_320_123_456_789n;

const TWO_32 = 2n ** 32n;
const time = nanos();
time.high = Number(GOLDEN_TIME_NS / TWO_32);
time.low = Number(GOLDEN_TIME_NS % TWO_32);

/** The vectors by their titles in PROTOCOL.md. */
export const GOLDEN_VECTORS: Readonly<Record<string, () => Uint8Array>> = {
  'the first packet of an epoch': () =>
    packetOf(1, (records) => {
      records.epochStart(0x66f0_0000, 7, 4321);
      records.endTransaction();
      records.transaction(1, time.high, time.low, 1);
      records.instrument(1, 1, 2, 0, 1, 100_000, '0.01', '1', 'AAPL');
      records.endTransaction();
    }),
  'a transaction with every record of a book': () =>
    packetOf(5_000_000_000, (records) => {
      records.transaction(77, time.high, time.low, 1);
      records.bookClear(1, 41);
      records.level(1, 42, 0, -2, 9_007_199_254_740_991, 3);
      records.level(1, 43, 1, 18_750, 0, 0);
      records.trade(1, 44, 1, 0, 18_750, 200, 9);
      records.status(1, 45, 4, 6);
      records.bookHash(1, 46, 0x89ab_cdef, 0x0123_4567, 1, 0);
      records.endTransaction();
    }),
  'a transaction with every record of an order': () =>
    packetOf(
      9,
      (records) => {
        records.transaction(77, time.high, time.low, 1);
        records.orderAdded(1, 41, 0, -2, 4_294_967_301, 9_007_199_254_740_991);
        records.orderExecuted(1, 42, 1, 0, 4_294_967_301, 200, 18_750, 9);
        records.orderReduced(1, 43, 4_294_967_301, 100);
        records.orderRemoved(1, 44, 4_294_967_301);
        records.endTransaction();
      },
      StreamLevel.L3,
    ),
  'a transaction with an indicative price and changed trades': () =>
    packetOf(9, (records) => {
      records.transaction(77, time.high, time.low, 1);
      records.indicative(1, 41, 1, -2, 9_007_199_254_740_991, 250);
      records.tradeBusted(1, 42, 4_294_967_305);
      records.tradeCorrected(1, 43, 18_749, 150, 9);
      records.endTransaction();
    }),
  'a heartbeat with one position': () => {
    const records = new RecordWriter();
    records.bytes.set(shardTopic(StreamLevel.L2, 3));
    records.instrumentPosition(1, 46, 0x89ab_cdef, 0x0123_4567, 77);
    const packet = records.take();
    const header = packetHeader();
    header.epochSeconds = GOLDEN_EPOCH.seconds;
    header.epochRandom = GOLDEN_EPOCH.random;
    header.firstSequence = 8;
    header.flags = PacketFlag.Heartbeat;
    header.publishTime.high = time.high;
    header.publishTime.low = time.low;
    sealPacket(packet, header, crc32);
    return packet;
  },
  'a best bid and offer': () =>
    covering(TopicKind.TopOfBook, (records) => {
      records.transaction(77, time.high, time.low, 1);
      records.bestBidOffer(1, 46, 18_749, 200, 3, 18_751, 9_007_199_254_740_991, 1);
      records.endTransaction();
    }),
  'a candle': () =>
    covering(TopicKind.Candles, (records) => {
      records.transaction(77, time.high, time.low, 1);
      records.candle(1, 46, {
        interval: 60,
        start: 1_727_120_280,
        open: 18_750,
        high: 18_760,
        low: -2,
        close: 18_749,
        volume: 4_294_967_300,
        trades: 12,
        flags: CandleFlag.Incomplete,
      });
      records.endTransaction();
    }),
  'a relay’s state': () => {
    let sent = new Uint8Array(0);
    const writer = coveringWriter((packet) => {
      sent = Uint8Array.from(packet);
    });
    const [kind, level] = [TopicKind.RelayState, StreamLevel.L2];
    writer.begin(encodeTopic({ kind, level, shard: 3, instrument: 0 }), GOLDEN_EPOCH, 8);
    writer.records.relayState(STATE_NUMBERS.STALE, REASON_NUMBERS.HEARTBEAT_LOST, 1000);
    writer.endHeartbeat();
    return sent;
  },
  'a replay request': () =>
    encodeRepairRequest({
      type: RepairType.Replay,
      level: StreamLevel.L2,
      shard: 3,
      request: 258,
      epoch: GOLDEN_EPOCH,
      from: 8,
      to: 4_294_967_300,
      credit: 8,
    }),
  'a snapshot request for one id and one symbol': () =>
    encodeRepairRequest({
      type: RepairType.Snapshot,
      level: StreamLevel.L2,
      shard: 3,
      request: 259,
      epoch: { seconds: 0, random: 0 },
      minimumSequence: 8,
      credit: 8,
      ids: [1],
      symbols: ['AAPL'],
    }),
  'a credit grant': () => encodeRepairRequest({ ...HEADER, type: RepairType.Credit, chunks: 4 }),
  'a cancel': () => encodeRepairRequest({ ...HEADER, type: RepairType.Cancel }),
  'an acknowledgement': () =>
    encodeRepairRequest({ ...HEADER, type: RepairType.Acknowledge, name: 'relay-1', next: 200 }),
  'a question for the book at a time': () =>
    encodeHistoryRequest({
      ...HEADER,
      type: RepairType.BookAt,
      position: 0,
      time,
      credit: 8,
      ids: [],
      symbols: ['AAPL'],
    }),
  'a question for a range of one instrument': () =>
    encodeHistoryRequest({
      ...HEADER,
      type: RepairType.Range,
      from: 8,
      to: 4_294_967_300,
      credit: 8,
      ids: [1],
      symbols: [],
    }),
  'a question for candles': () =>
    encodeHistoryRequest({
      ...HEADER,
      type: RepairType.Candles,
      credit: 8,
      interval: 60,
      from: { high: 0, low: 0 },
      to: time,
      id: 0,
      symbol: 'AAPL',
    }),
  'a moment': () =>
    encodeMoment({
      ...HEADER,
      position: 4_294_967_300,
      time,
      records: 1000,
      micros: 20_000,
      oldest: 100,
      next: 4_294_967_400,
    }),
  'a last, empty chunk': () => encodeRepairChunk(HEADER, 5, true, []),
  'a reject': () => encodeRepairReject(HEADER, RejectCode.TOO_OLD, 100, 200),
};

const HEADER = { level: StreamLevel.L2, shard: 3, request: 258, epoch: GOLDEN_EPOCH };

function coveringWriter(sink: (packet: Uint8Array) => void): CoveringWriter {
  return new CoveringWriter({ crc32, wallClock: (out) => Object.assign(out, time), sink });
}

/** Covers records 5,000,000,000 to 5,000,000,006. */
function covering(kind: TopicKind, write: (records: RelayRecordWriter) => void): Uint8Array {
  let sent = new Uint8Array(0);
  const writer = coveringWriter((packet) => {
    sent = Uint8Array.from(packet);
  });
  const topic = encodeTopic({ kind, level: StreamLevel.L2, shard: 3, instrument: 1 as never });
  writer.begin(topic, GOLDEN_EPOCH, 5_000_000_000);
  write(writer.records);
  writer.end(5_000_000_007);
  return sent;
}

function packetOf(
  firstSequence: number,
  write: (records: RecordWriter) => void,
  level: StreamLevel = StreamLevel.L2,
): Uint8Array {
  let sent = new Uint8Array(0);
  const writer = new StreamWriter({
    epoch: GOLDEN_EPOCH,
    topic: shardTopic(level, 3),
    firstSequence,
    crc32,
    wallClock: (out) => Object.assign(out, time),
    sink: (packet) => {
      sent = Uint8Array.from(packet);
    },
  });
  write(writer.records);
  writer.flush();
  return sent;
}
