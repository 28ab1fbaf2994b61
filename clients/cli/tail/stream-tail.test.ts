import { expect, test } from 'vitest';
import {
  BookKind,
  encodeTopic,
  StreamLevel,
  StreamWriter,
  TopicKind,
} from '../../../feed/index.ts';
import { crc32 } from '../../../feed/process/index.ts';
import { plainColours } from '../colours.ts';
import { type Directory, type RecordView, recordLine } from './record-view.ts';
import { StreamTail } from './stream-tail.ts';

const AAPL = { symbol: 'AAPL', tickSize: '0.01', lotSize: '1' };
const DIRECTORY: Directory = { get: (id) => (id === 1 ? AAPL : undefined) };

function writerInto(packets: Uint8Array[], seconds = 100, firstSequence = 1): StreamWriter {
  return new StreamWriter({
    epoch: { seconds, random: 7 },
    topic: encodeTopic({
      kind: TopicKind.ShardStream,
      level: StreamLevel.L2,
      shard: 0,
      instrument: 0,
    }),
    firstSequence,
    crc32,
    wallClock: (out) => {
      out.high = 0;
      out.low = 0;
    },
    sink: (packet) => packets.push(packet),
  });
}

function read(packets: readonly Uint8Array[], heartbeats = false): RecordView[] {
  const views: RecordView[] = [];
  const sink = (view: RecordView): void => {
    views.push(view);
  };
  const tail = new StreamTail({ directory: DIRECTORY, crc32, heartbeats, sink });
  for (const packet of packets) tail.read(packet);
  return views;
}

/** Two transactions of an instrument that is known, and one of one that is not. */
function someRecords(writer: StreamWriter): void {
  const { records } = writer;
  records.transaction(41, 1, 2);
  records.instrument(1, 1, 2, BookKind.Orders, -5, 5, '0.01', '1', 'AAPL');
  records.level(1, 2, 0, 10125, 800, 2);
  records.trade(1, 3, 1, 0, 10124, 50, 99);
  records.endTransaction();
  records.level(2, 1, 1, -7, 3, 1);
  records.bookHash(1, 4, 0xaa, 0xbb, 10, 11);
  records.status(1, 5, 4, 0);
  records.bookClear(1, 6);
}

test('names every field, numbers every record, and turns ticks into decimals', () => {
  const packets: Uint8Array[] = [];
  const writer = writerInto(packets, 100, 1000);
  someRecords(writer);
  writer.flush();
  const [epoch, transaction, listed, level, trade, other, hash, status, clear] = read(packets);
  expect(epoch).toEqual({ type: 'epoch', sequence: 1000, epoch: '00000064-00000007' });
  expect(transaction).toMatchObject({ type: 'transaction', sequence: 1000, transaction: 41 });
  expect(transaction?.['timeNs']).toBe(String(2n ** 32n + 2n));
  expect(listed).toMatchObject({ type: 'instrument', symbol: 'AAPL', status: 'continuous' });
  expect(level).toEqual({
    type: 'level',
    sequence: 1002,
    instrument: 1,
    symbol: 'AAPL',
    side: 'bid',
    price: '101.25',
    quantity: '800',
    ticks: 10125,
    lots: 800,
    orders: 2,
  });
  expect(trade).toMatchObject({ type: 'trade', aggressor: 'ask', tradeId: 99, last: true });
  expect(other).toEqual({
    type: 'level',
    sequence: 1004,
    instrument: 2,
    side: 'ask',
    ticks: -7,
    lots: 3,
    orders: 1,
  });
  expect(hash).toMatchObject({ type: 'book-hash', hash: '000000aa000000bb', bidLevels: 10 });
  expect(status).toMatchObject({ type: 'status', status: 'halted' });
  expect(clear).toMatchObject({ type: 'book-clear', sequence: 1007 });
});

test('tells of auctions, of why a status changed, and of changed trades', () => {
  const packets: Uint8Array[] = [];
  const writer = writerInto(packets);
  const { records } = writer;
  records.transaction(7, 0, 0, 1);
  records.status(1, 2, 1, 8);
  records.indicative(1, 3, 1, 10125, 300, 20);
  records.indicative(1, 4, 0, 0, 0, 0);
  records.tradeBusted(1, 5, 99);
  records.tradeCorrected(1, 6, 10120, 40, 98);
  records.indicative(2, 1, 0, -3, 5, 6);
  records.endTransaction();
  writer.flush();
  const views = read(packets).slice(2);
  expect(views[0]).toMatchObject({ status: 'auction', reason: 'VOLATILITY_PAUSE' });
  expect(views.map((view) => recordLine(view, plainColours).slice(12))).toEqual([
    'status        AAPL      status auction  reason VOLATILITY_PAUSE',
    'indicative    AAPL      101.25 x 300  surplusSide ask  surplus 20',
    'indicative    AAPL      0.00 x 0',
    'trade-busted  AAPL      tradeId 99',
    'trade-corrected  AAPL      101.20 x 40  tradeId 98',
    'indicative    #2        ticks -3  lots 5  surplusSide bid',
  ]);
});

test('a line shows what a person looks for', () => {
  const packets: Uint8Array[] = [];
  const writer = writerInto(packets, 100, 1000);
  someRecords(writer);
  writer.flush();
  const lines = read(packets).map((view) => recordLine(view, plainColours));
  expect(lines[3]).toBe('      1002  level         AAPL      bid 101.25 x 800  orders 2');
  expect(lines[4]).toBe('      1003  trade         AAPL      ask 101.24 x 50  tradeId 99');
  expect(lines[5]).toBe('      1004  level         #2        ask  ticks -7  lots 3  orders 1');
});

test('says what was not received, and does not say it twice', () => {
  const packets: Uint8Array[] = [];
  const writer = writerInto(packets);
  for (let i = 0; i < 4; i++) {
    writer.records.level(1, i, 0, 1, 1, 1);
    writer.flush();
  }
  const [first, , , fourth] = packets;
  const views = read([first as Uint8Array, fourth as Uint8Array]);
  expect(views.map((view) => view.type)).toEqual(['epoch', 'level', 'gap', 'level']);
  expect(views[2]).toMatchObject({ from: 2, to: 3 });
  expect(read(packets).map((view) => view.type)).not.toContain('gap');
});

test('a heartbeat reveals a lost tail, and its positions show only when wanted', () => {
  const packets: Uint8Array[] = [];
  const writer = writerInto(packets);
  writer.records.level(1, 1, 0, 1, 1, 1);
  writer.flush();
  writer.records.level(1, 2, 0, 1, 1, 1);
  writer.flush();
  writer.heartbeat((records) => records.instrumentPosition(1, 2, 3, 4, 5));
  const [first, , heartbeat] = packets as [Uint8Array, Uint8Array, Uint8Array];
  expect(read([first, heartbeat]).at(-1)).toMatchObject({ type: 'gap', from: 2, to: 2 });
  expect(read(packets).at(-1)?.type).toBe('level');
  expect(read(packets, true).at(-1)).toMatchObject({
    type: 'instrument-position',
    instrumentSequence: 2,
    transaction: 5,
    sequence: 0,
  });
});

test('a new epoch is no gap, and the end of the session is told', () => {
  const packets: Uint8Array[] = [];
  const old = writerInto(packets, 100, 50);
  old.records.level(1, 1, 0, 1, 1, 1);
  old.endOfSession();
  const young = writerInto(packets, 200, 1);
  young.records.epochStart(100, 7, 50);
  young.flush();
  expect(read(packets).map((view) => view.type)).toEqual([
    'epoch',
    'level',
    'end-of-session',
    'epoch',
    'epoch-start',
  ]);
});

test('bad bytes are told as such, and what follows is still read', () => {
  const packets: Uint8Array[] = [];
  const writer = writerInto(packets);
  writer.records.level(1, 1, 0, 1, 1, 1);
  writer.flush();
  const [good] = packets as [Uint8Array];
  const bad = good.slice();
  bad[60] = (bad[60] ?? 0) ^ 1;
  const views = read([new Uint8Array(3), bad, good]);
  expect(views.map((view) => view.type)).toEqual(['bad-packet', 'bad-packet', 'epoch', 'level']);
  expect(views[0]).toMatchObject({ code: 'TRUNCATED' });
  expect(views[1]).toMatchObject({ code: 'BAD_CHECKSUM' });
});
