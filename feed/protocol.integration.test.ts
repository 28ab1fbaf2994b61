/** PROTOCOL.md against the code: every table, every golden vector, every worked example. */

import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { BookHash } from './book/book-hash.ts';
import { OrderBook } from './book/order-book.ts';
import { foldA, foldB, OrderSeeds, orderMixA, orderMixB } from './book/order-hash.ts';
import * as limits from './limits.ts';
import { FeedState, STATE_REASON_TEXT, TradingStatus } from './market.ts';
import { nanos, setNanos } from './nanos.ts';
import { GOLDEN_EPOCH, GOLDEN_TIME_NS, GOLDEN_VECTORS } from './testing/golden.ts';
import { DOCUMENT, goldenBytes, goldenTitles, pairs, table } from './testing/protocol-document.ts';
import { PROTOCOL_TABLES, protocolTablesText } from './testing/protocol-tables.ts';
import { PacketFlag, PacketOffset } from './wire/packet.ts';
import { RecordReader } from './wire/record-reader.ts';
import { CandleFlag, RECORD_BYTES, RecordFlag, RecordType } from './wire/records.ts';
import { RelayRecordReader } from './wire/relay-record-reader.ts';
import { RelayRecordWriter } from './wire/relay-record-writer.ts';
import {
  decodeHistoryRequest,
  decodeMoment,
  decodeRepairAnswer,
  decodeRepairRequest,
  encodeHistoryRequest,
  encodeMoment,
  encodeRepairRequest,
  RejectCode,
  RepairOffset,
  RepairType,
} from './wire/repair-messages.ts';
import {
  REASON_NUMBERS,
  reasonOfNumber,
  STATE_NUMBERS,
  stateOfNumber,
} from './wire/state-numbers.ts';
import { encodeTopic, StreamLevel, TopicKind } from './wire/topic.ts';

function asText(constants: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, `${value}`]));
}

test('the tables of kinds, flags, types, statuses and codes are those of the code', () => {
  expect(pairs(table('1. Topic', 'kind', 'name'), 'name', 'kind')).toEqual(asText(TopicKind));
  expect(pairs(table('1. Topic', 'level', 'name'), 'name', 'level')).toEqual(asText(StreamLevel));
  expect(pairs(table('2. Packet', 'flag'), 'name', 'flag')).toEqual(asText(PacketFlag));
  expect(pairs(table('3. Records', 'type', 'name'), 'name', 'type')).toEqual(asText(RecordType));
  expect(pairs(table('Status', 'status'), 'name', 'status')).toEqual(asText(TradingStatus));
  const messages = table('8. Repair messages', 'name');
  expect(pairs(messages, 'name', 'type')).toEqual(asText(RepairType));
  expect(pairs(table('Reject', 'code', 'name'), 'name', 'code')).toEqual(asText(RejectCode));
  expect(pairs(table('5. States', 'state'), 'name', 'state')).toEqual(FeedState);
  expect(pairs(table('5. States', 'reason'), 'reason', 'meaning')).toEqual(STATE_REASON_TEXT);
  const states = table('RelayState', 'state');
  expect(pairs(states, 'state', 'number')).toEqual(asText(STATE_NUMBERS));
  const reasons = table('RelayState', 'reason');
  expect(pairs(reasons, 'reason', 'number')).toEqual(asText(REASON_NUMBERS));
  expect(pairs(table('Candle', 'flag'), 'name', 'flag')).toEqual(asText(CandleFlag));
  const kinds = table('13. Streams of single instruments', 'kind').rows.map(([kind]) => kind);
  expect(['ShardStream', ...kinds].sort()).toEqual(Object.keys(TopicKind).sort());
});

test('the table of record lengths is that of the code', () => {
  const bytes = pairs(table('3. Records', 'bytes'), 'type', 'bytes');
  expect(bytes).toEqual(asText(RECORD_BYTES));
});

const REPAIR_HEADINGS = [
  '8. Repair messages',
  'Replay',
  'Snapshot',
  'Credit',
  'Acknowledge',
  'BookAt',
  'Range',
  'Candles',
  'Moment',
  'Chunk',
  'Reject',
];

test('the tables of offsets are those of the code', () => {
  expect(pairs(table('2. Packet', 'constant'), 'constant', 'offset')).toEqual(asText(PacketOffset));
  const offsets: Record<string, string> = {};
  for (const heading of [...REPAIR_HEADINGS]) {
    Object.assign(offsets, pairs(table(heading, 'constant'), 'constant', 'offset'));
  }
  delete offsets[''];
  expect(offsets).toEqual(asText(RepairOffset));
});

test('the topic lies as its table says', () => {
  const topic = encodeTopic({ kind: 5, level: 3, shard: 0x0102, instrument: 0x03040506 as never });
  const at = pairs(table('1. Topic', 'field'), 'field', 'offset');
  const view = new DataView(topic.buffer);
  expect(view.getUint8(Number(at['kind']))).toBe(5);
  expect(view.getUint8(Number(at['level']))).toBe(3);
  expect(view.getUint16(Number(at['shard']))).toBe(0x0102);
  expect(view.getUint32(Number(at['instrument']))).toBe(0x03040506);
});

test('the table of limits is that of the code', () => {
  const { rows } = table('12. Limits', 'constant');
  expect(rows.length).toBeGreaterThan(10);
  for (const [name = '', value] of rows) {
    expect(`${(limits as Readonly<Record<string, unknown>>)[name]}`, name).toBe(value);
  }
});

const CANDLE = {
  interval: 14_400,
  start: 2_000_000_001,
  open: -5,
  high: 0x1234_5678_9abc,
  low: -0x5_0607_0809,
  close: 18,
  volume: 0x7_0000_0007,
  trades: 19,
  flags: 3,
};

/** One record of each type, every field with another value. */
const SAMPLES: readonly ((writer: RelayRecordWriter) => void)[] = [
  (writer) => writer.transaction(0x1_2233_4455, 0x667788, 0x99aa_bbcc, 9),
  (writer) => writer.level(9, 0x0102_0304, 1, -0x5_0607_0809, 0x1234_5678_9abc, 0x0a0b_0c0d),
  (writer) => writer.trade(9, 0x0102_0304, 1, 0x0a0b_0c0d, -5, 0x1234_5678_9abc, 0x7_0000_0007),
  (writer) => writer.bookClear(9, 0x0102_0304),
  (writer) => writer.status(9, 0x0102_0304, 4, 77),
  (writer) => writer.instrument(9, 3, 1, 1, -12, 0x1_0000_0005, '0.0078125', '0.001', 'A-B é'),
  (writer) => writer.bookHash(9, 0x0102_0304, 0x89ab_cdef, 0x0123_4567, 12, 13),
  (writer) => writer.epochStart(0x66f1_c3a0, 0x9b3c_11d2, 0x1_0000_0009),
  (writer) => writer.instrumentPosition(9, 0x1_0000_0007, 0xfedc_ba98, 0x7654_3210, 0x2_0000_0001),
  (writer) => writer.orderAdded(9, 0x0102_0304, 1, -0x5_0607_0809, 0x7_0000_0007, 0x1234_5678_9abc),
  (writer) => writer.orderExecuted(9, 3, 2, 0x0a0b_0c0d, 0x7_0000_0007, 0x1234_5678_9abc, -5, 77),
  (writer) => writer.orderReduced(9, 0x0102_0304, 0x7_0000_0007, 0x1234_5678_9abc),
  (writer) => writer.orderRemoved(9, 0x0102_0304, 0x7_0000_0007),
  (writer) => writer.indicative(9, 0x0102_0304, 1, -0x5_0607_0809, 0x1234_5678_9abc, 0x7_0000_0007),
  (writer) => writer.tradeBusted(9, 0x0102_0304, 0x7_0000_0007),
  (writer) => writer.tradeCorrected(9, 0x0102_0304, -5, 0x1234_5678_9abc, 0x7_0000_0007),
  (writer) => writer.bestBidOffer(9, 0x0102_0304, -5, 0x1234_5678_9abc, 7, -0x5_0607_0809, 8, 6),
  (writer) => writer.candle(9, 0x0102_0304, CANDLE),
  (writer) => writer.statistics(9, 0x0102_0304, { ...CANDLE, trades: 0x2_0000_0001 }),
  (writer) => writer.relayState(3, 11, 1000),
];

/** Reads a field as a stranger would who has only the table. */
function readField(bytes: Uint8Array, offset: number, type: string): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'u32') return `${view.getUint32(offset, true)}`;
  if (type === 'u64') return `${view.getBigUint64(offset, true)}`;
  if (type === 'i64') return `${view.getBigInt64(offset, true)}`;
  const text = bytes.subarray(offset, offset + Number.parseInt(type, 10));
  return new TextDecoder().decode(text).replace(/\0+$/, '');
}

test('every field of every record lies where its table says', () => {
  for (const [index, write] of SAMPLES.entries()) {
    const type = index + 1;
    const writer = new RelayRecordWriter();
    write(writer);
    const bytes = writer.bytes.slice(48, writer.length);
    const [name = ''] = Object.entries(RecordType).find(([, value]) => value === type) ?? [];
    const reader = new RelayRecordReader(crc32);
    reader.resume(bytes, 0);
    expect(reader.next(), name).toBe(true);
    expect([reader.type, bytes.length], name).toEqual([type, RECORD_BYTES[reader.type as 1]]);
    for (const [offset, fieldType = '', , accessor = ''] of table(name, 'accessor').rows) {
      const there = readField(bytes, Number(offset), fieldType);
      if (accessor === '') expect(there).toBe('0');
      else if (accessor === 'time') {
        expect(BigInt(there)).toBe(BigInt(reader.timeHigh) * 2n ** 32n + BigInt(reader.timeLow));
      } else {
        const value = (reader as unknown as Record<string, unknown>)[accessor];
        expect(`${value}`, `${name}.${accessor}`).toBe(there);
      }
    }
  }
});

test.each(Object.keys(GOLDEN_VECTORS))('encodes %s to the bytes in the document', (title) => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  expect(hex(GOLDEN_VECTORS[title]?.() ?? new Uint8Array(0))).toBe(hex(goldenBytes(title)));
});

test('every golden vector of the document is encoded by a test', () => {
  const lower = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);
  expect(goldenTitles().map(lower).sort()).toEqual(Object.keys(GOLDEN_VECTORS).sort());
});

test('the tables for machines are those of the document, and so of the code', () => {
  const remedy = 'run: node feed/testing/protocol-tables.ts';
  expect(readFileSync(PROTOCOL_TABLES, 'utf8'), remedy).toBe(protocolTablesText());
});

test('decodes the golden packet with every record of a book', () => {
  const reader = new RecordReader(crc32);
  const header = reader.open(goldenBytes('a transaction with every record of a book'));
  const time = nanos();
  setNanos(time, GOLDEN_TIME_NS);
  expect(header).toEqual({
    epochSeconds: GOLDEN_EPOCH.seconds,
    epochRandom: GOLDEN_EPOCH.random,
    firstSequence: 5_000_000_000,
    publishTime: time,
    flags: 0,
    count: 7,
  });
  const seen: unknown[] = [];
  while (reader.next()) {
    const { type, detail, flags } = reader;
    switch (type) {
      case RecordType.Transaction:
        seen.push([type, reader.instrument, reader.transaction, reader.timeHigh, reader.timeLow]);
        break;
      case RecordType.Level: {
        const { sequenceLow, orderCount, price, quantity } = reader;
        seen.push([type, detail, sequenceLow, orderCount, price, quantity]);
        break;
      }
      case RecordType.Trade:
        seen.push([type, detail, reader.price, reader.quantity, reader.tradeId]);
        break;
      case RecordType.BookHash: {
        const { hashedSequence, hashLaneA, hashLaneB, bidLevels, askLevels } = reader;
        seen.push([type, flags, hashedSequence, hashLaneA, hashLaneB, bidLevels, askLevels]);
        break;
      }
      default:
        seen.push([type, detail, reader.sequenceLow]);
    }
  }
  expect(seen).toEqual([
    [RecordType.Transaction, 1, 77, time.high, time.low],
    [RecordType.BookClear, 0, 41],
    [RecordType.Level, 0, 42, 3, -2, 9_007_199_254_740_991],
    [RecordType.Level, 1, 43, 0, 18_750, 0],
    [RecordType.Trade, 1, 18_750, 200, 9],
    [RecordType.Status, 4, 45],
    [RecordType.BookHash, RecordFlag.Last, 46, 0x89ab_cdef, 0x0123_4567, 1, 0],
  ]);
});

test('decodes the golden packet with every record of an order', () => {
  const reader = new RecordReader(crc32);
  reader.open(goldenBytes('a transaction with every record of an order'));
  const id = 4_294_967_301;
  reader.next();
  reader.next();
  expect([reader.type, reader.detail, reader.sequenceLow]).toEqual([RecordType.OrderAdded, 0, 41]);
  expect([reader.orderId, reader.orderQuantity, reader.orderPrice]).toEqual([
    id,
    9_007_199_254_740_991,
    -2,
  ]);
  reader.next();
  expect([reader.type, reader.detail]).toEqual([RecordType.OrderExecuted, 1]);
  const { orderId, orderQuantity, orderPrice, executedTradeId } = reader;
  expect([orderId, orderQuantity, orderPrice, executedTradeId]).toEqual([id, 200, 18_750, 9]);
  reader.next();
  expect([reader.type, reader.orderId, reader.orderQuantity]).toEqual([
    RecordType.OrderReduced,
    id,
    100,
  ]);
  reader.next();
  expect([reader.type, reader.orderId, reader.isLast]).toEqual([RecordType.OrderRemoved, id, true]);
});

test('decodes the golden packet with every record of an auction and of changed trades', () => {
  const reader = new RecordReader(crc32);
  reader.open(goldenBytes('a transaction with an indicative price and changed trades'));
  reader.next();
  reader.next();
  expect([reader.type, reader.detail, reader.sequenceLow]).toEqual([RecordType.Indicative, 1, 41]);
  const { price, quantity, imbalance } = reader;
  expect([price, quantity, imbalance]).toEqual([-2, 9_007_199_254_740_991, 250]);
  reader.next();
  expect([reader.type, reader.bustedTradeId]).toEqual([RecordType.TradeBusted, 4_294_967_305]);
  reader.next();
  expect([reader.type, reader.isLast]).toEqual([RecordType.TradeCorrected, true]);
  expect([reader.price, reader.quantity, reader.tradeId]).toEqual([18_749, 150, 9]);
});

test('decodes the golden packets of a relay’s streams', () => {
  const reader = new RelayRecordReader(crc32);
  const header = reader.open(goldenBytes('a best bid and offer'));
  expect([header.firstSequence, header.count]).toEqual([5_000_000_000, 7]);
  reader.next();
  reader.next();
  const { bidPrice, bidQuantity, bidOrders, askPrice, askQuantity, askOrders } = reader;
  expect([bidPrice, bidQuantity, bidOrders]).toEqual([18_749, 200, 3]);
  expect([askPrice, askQuantity, askOrders]).toEqual([18_751, 9_007_199_254_740_991, 1]);
  reader.open(goldenBytes('a candle'));
  reader.next();
  reader.next();
  expect(reader.candle).toEqual({
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
  const state = reader.open(goldenBytes('a relay’s state'));
  reader.next();
  expect([state.flags, reader.instrument, reader.relayReason]).toEqual([1, 0, 6]);
  expect([stateOfNumber(reader.detail), reasonOfNumber(reader.relayReason)]).toEqual([
    'STALE',
    'HEARTBEAT_LOST',
  ]);
  expect([stateOfNumber(99), reasonOfNumber(99)]).toEqual(['STALE', 'NO_DATA']);
});

test('decodes the other golden packets', () => {
  const reader = new RecordReader(crc32);
  expect(reader.open(goldenBytes('the first packet of an epoch')).count).toBe(3);
  reader.next();
  const { previousEpochSeconds, previousEpochRandom, previousLastSequence } = reader;
  expect([previousEpochSeconds, previousEpochRandom, previousLastSequence]).toEqual([
    0x66f0_0000, 7, 4321,
  ]);
  reader.next();
  reader.next();
  const { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice, detail } = reader;
  expect([symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice, detail]).toEqual([
    'AAPL',
    '0.01',
    '1',
    0,
    1,
    100_000,
    2,
  ]);
  const heartbeat = reader.open(goldenBytes('a heartbeat with one position'));
  expect([heartbeat.flags, heartbeat.count, heartbeat.firstSequence]).toEqual([1, 0, 8]);
  reader.next();
  const { instrument, lastSequence, hashLaneA, hashLaneB, lastTransaction } = reader;
  expect([instrument, lastSequence, hashLaneA, hashLaneB, lastTransaction]).toEqual([
    1, 46, 0x89ab_cdef, 0x0123_4567, 77,
  ]);
});

test('decodes the golden repair messages', () => {
  for (const title of [
    'a replay request',
    'a snapshot request for one id and one symbol',
    'a credit grant',
    'a cancel',
    'an acknowledgement',
  ]) {
    const bytes = goldenBytes(title);
    expect(encodeRepairRequest(decodeRepairRequest(bytes)), title).toEqual(bytes);
  }
  for (const title of [
    'a question for the book at a time',
    'a question for a range of one instrument',
    'a question for candles',
  ]) {
    const bytes = goldenBytes(title);
    expect(encodeHistoryRequest(decodeHistoryRequest(bytes)), title).toEqual(bytes);
  }
  const moment = goldenBytes('a moment');
  expect(encodeMoment(decodeMoment(moment))).toEqual(moment);
  expect(decodeRepairAnswer(goldenBytes('a last, empty chunk'))).toMatchObject({
    type: RepairType.Chunk,
    request: 258,
    epoch: GOLDEN_EPOCH,
    number: 5,
    isLast: true,
  });
  expect(decodeRepairAnswer(goldenBytes('a reject'))).toMatchObject({
    type: RepairType.Reject,
    code: RejectCode.TOO_OLD,
    oldest: 100,
    next: 200,
  });
});

/** The mix as the document writes it, in BigInt, sharing nothing with the code. */
function documentedMix(lane: 'A' | 'B', level: readonly bigint[]): string {
  const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
  const low = u32;
  const high = (value: bigint): bigint => u32(value >> 32n);
  const [seed, s1, m1, s2, m2, s3, priceBy, quantityBy] =
    lane === 'A'
      ? [0x9747b28cn, 17n, 0xed5ad4bbn, 11n, 0xac4c1b51n, 15n, 0x9e3779b1n, 0x85ebca77n]
      : [0x3c6ef372n, 16n, 0x7feb352dn, 15n, 0x846ca68bn, 16n, 0xc2b2ae3dn, 0x27d4eb2fn];
  const [instrument = 0n, side = 0n, price = 0n, quantity = 0n, orderCount = 0n] = level;
  const last = u32(orderCount + high(price) * priceBy + high(quantity) * quantityBy);
  let h = seed;
  for (const word of [instrument, side, low(price), low(quantity), last]) {
    h ^= word;
    h = u32((h ^ (h >> s1)) * m1);
  }
  h = u32((h ^ (h >> s2)) * m2);
  return (h ^ (h >> s3)).toString(16).padStart(8, '0');
}

test('the worked examples of the book hash hold, in the code and by the text', () => {
  const { rows } = table('9. Book hash', 'lane A');
  expect(rows.length).toBeGreaterThan(4);
  for (const [instrument, side, price, quantity, orderCount, laneA, laneB] of rows) {
    const hash = new BookHash(Number(instrument));
    hash.add(Number(side), Number(price), Number(quantity), Number(orderCount));
    expect(hash.laneA.toString(16).padStart(8, '0')).toBe(laneA);
    expect(hash.laneB.toString(16).padStart(8, '0')).toBe(laneB);
    const level = [instrument, side, price, quantity, orderCount].map((text = '0') => BigInt(text));
    expect(documentedMix('A', level)).toBe(laneA);
    expect(documentedMix('B', level)).toBe(laneB);
  }
  const book = new BookHash(1);
  book.add(0, 100, 5, 1);
  book.add(0, 99, 7, 2);
  book.add(1, 101, 3, 1);
  expect(DOCUMENT).toContain(`${book.laneA.toString(16)} ${book.laneB.toString(16)}`);
});

/** The mix of an order as the document writes it. */
function documentedOrderMix(lane: 'A' | 'B', words: readonly bigint[]): string {
  const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
  const [seed, c, s1, m1, s2, m2, s3] =
    lane === 'A'
      ? [0x7f4a7c15n, 0xc2b2ae35n, 17n, 0xed5ad4bbn, 11n, 0xac4c1b51n, 15n]
      : [0x165667b1n, 0x85ebca6bn, 16n, 0x7feb352dn, 15n, 0x846ca68bn, 16n];
  const fold = (value: bigint): bigint => u32(u32(value) + u32(value >> 32n) * c);
  const [instrument = 0n, side = 0n, ...others] = words;
  let h = seed;
  for (const word of [instrument, side, ...others.map(fold)]) {
    h ^= word;
    h = u32((h ^ (h >> s1)) * m1);
  }
  h = u32((h ^ (h >> s2)) * m2);
  return (h ^ (h >> s3)).toString(16).padStart(8, '0');
}

test('the worked examples of the mix of an order hold, in the code and by the text', () => {
  const { rows } = table('9. Book hash', 'id ahead');
  expect(rows.length).toBeGreaterThan(4);
  for (const [instrument, side, price, id, quantity, ahead, laneA, laneB] of rows) {
    const seeds = new OrderSeeds(Number(instrument));
    const hash = new BookHash(0);
    const terms = [Number(id), Number(quantity), Number(ahead)] as const;
    const [idA, quantityA, aheadA] = [foldA(terms[0]), foldA(terms[1]), foldA(terms[2])];
    const [idB, quantityB, aheadB] = [foldB(terms[0]), foldB(terms[1]), foldB(terms[2])];
    hash.shift(
      orderMixA(seeds.seedA(Number(side), Number(price)), idA, quantityA, aheadA),
      orderMixB(seeds.seedB(Number(side), Number(price)), idB, quantityB, aheadB),
    );
    expect(hash.laneA.toString(16).padStart(8, '0')).toBe(laneA);
    expect(hash.laneB.toString(16).padStart(8, '0')).toBe(laneB);
    const words = [instrument, side, price, id, quantity, ahead].map((text = '0') => BigInt(text));
    expect(documentedOrderMix('A', words)).toBe(laneA);
    expect(documentedOrderMix('B', words)).toBe(laneB);
  }
  const book = new OrderBook(1);
  book.add(0, 100, 7, 5);
  book.add(0, 100, 8, 2);
  book.add(1, 101, 9, 3);
  expect(DOCUMENT).toContain(
    `\`${book.hash.laneA.toString(16)} ${book.hash.laneB.toString(16)}\` on L3`,
  );
});

test('the formulas of the book hash in the document hold the constants of the code', () => {
  for (const constant of [
    '0x9747b28c',
    '0xed5ad4bb',
    '0xac4c1b51',
    '0x9e3779b1',
    '0x85ebca77',
    '0x3c6ef372',
    '0x7feb352d',
    '0x846ca68b',
    '0xc2b2ae3d',
    '0x27d4eb2f',
    '0x7f4a7c15',
    '0xc2b2ae35',
    '0x165667b1',
    '0x85ebca6b',
  ]) {
    expect(DOCUMENT).toContain(constant);
  }
});
