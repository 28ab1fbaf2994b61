/** The feed's decoders: packets, repair messages, topics, a whole consumer, archives. */

import {
  DecodeError,
  decodeHistoryRequest,
  decodeMoment,
  decodeRepairAnswer,
  decodeRepairRequest,
  encodeHistoryRequest,
  encodeMoment,
  encodeRepairChunk,
  encodeRepairReject,
  encodeRepairRequest,
  encodeTopic,
  FeedConsumer,
  type InstrumentId,
  InstrumentReader,
  MAX_PACKET_BYTES,
  RecordReader,
  RecordType,
  RejectCode,
  RepairType,
  StreamLevel,
  StreamWriter,
  shardTopic,
  splitPackets,
  TopicKind,
} from '../../../feed/index.ts';
import {
  type ArchiveEntry,
  EntryKind,
  encodeEntry,
  encodeSegmentHeader,
  entriesOf,
} from '../../../feed/relay/archive/index.ts';
import { decodeTrading, encodeTrading, TradingHistory } from '../../../feed/relay/trading/index.ts';
import { expecting, type FuzzTarget, must } from '../fuzz-target.ts';

const EPOCH = { seconds: 1_700_000_000, random: 7 };
const MIB = 2 ** 20;
const ONE = 1 as InstrumentId;
/** Every packet is whole, so that damage gets past the checksum; that one has tests of its own. */
const NO_CRC = (): number => 0;

export const feedTargets: readonly FuzzTarget[] = [
  {
    name: 'packet',
    covers: ['feed/wire/packet', 'feed/wire/record-reader', 'feed/wire/words'],
    maxBytes: MAX_PACKET_BYTES,
    maxBufferBytes: 0,
    seeds: samplePackets,
    run: readPacket,
  },
  {
    name: 'repair-message',
    covers: ['feed/wire/repair', 'feed/wire/history', 'feed/wire/instrument-names'],
    maxBytes: 4096,
    maxBufferBytes: MIB,
    seeds: repairMessages,
    run: (input) => {
      expecting([DecodeError], () => decodeRepairRequest(input));
      expecting([DecodeError], () => decodeHistoryRequest(input));
      expecting([DecodeError], () => decodeMoment(input));
      expecting([DecodeError], () => {
        const answer = decodeRepairAnswer(input);
        if ('packets' in answer) splitPackets(answer.packets);
      });
    },
  },
  {
    name: 'instrument-stream',
    covers: ['feed/streams/', 'feed/wire/relay'],
    maxBytes: 8192,
    maxBufferBytes: 64 * MIB,
    seeds: () => [joined([...samplePackets(), ...repairMessages()]), joined(instrumentPackets())],
    run: readInstruments,
  },
  {
    name: 'consumer',
    covers: ['feed/sync/', 'feed/book/'],
    maxBytes: 8192,
    // Two levels, each with its join buffer.
    maxBufferBytes: 160 * MIB,
    seeds: () => [joined(samplePackets()), joined([...samplePackets(), ...repairMessages()])],
    run: consume,
  },
  {
    name: 'archive',
    covers: ['feed/relay/archive/format', 'feed/relay/archive/segment-reader'],
    maxBytes: 8192,
    maxBufferBytes: MIB,
    seeds: () => [archiveSegment()],
    run: (input) => {
      let payload = 0;
      for (const entry of entriesOf(input, NO_CRC)) payload += entry.payload.byteLength;
      must(payload <= input.byteLength, 'entries hold no more than the file');
    },
  },
  {
    name: 'saved-trading',
    covers: ['feed/relay/trading/trading-state'],
    maxBytes: 8192,
    // The tape grows to its bound by doubling: 5 MiB and the half of it before.
    maxBufferBytes: 16 * MIB,
    seeds: () => [savedTrading()],
    run: (input) => {
      decodeTrading(input, NO_CRC);
    },
  },
];

/** Every field of every record is read; a decoder may refuse any of it, and no more. */
function readPacket(input: Uint8Array): void {
  const reader = new RecordReader(NO_CRC);
  let records = 0;
  expecting([DecodeError], () => {
    reader.open(input);
    while (reader.next()) {
      records += 1;
      for (const name of FIELDS) must(reader[name] !== undefined, `${name} is there`);
    }
  });
  must(records <= input.length / 8, 'a packet has no more records than words');
  expecting([DecodeError], () => {
    reader.open(input);
    reader.survey();
  });
}

const FIELDS = [
  'type',
  'instrument',
  'sequenceLow',
  'transaction',
  'price',
  'quantity',
  'orderCount',
  'tradeId',
  'orderId',
  'detail',
] as const satisfies readonly (keyof RecordReader)[];

/** Frames one behind the other, each with its length before it. */
function joined(frames: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + 4 + frame.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const frame of frames) {
    view.setUint32(at, frame.length, true);
    bytes.set(frame, at + 4);
    at += 4 + frame.length;
  }
  return bytes;
}

/** A consumer of each level is given whatever comes, as packets and as answers of a relay. */
function consume(input: Uint8Array): void {
  for (const level of [StreamLevel.L2, StreamLevel.L3]) {
    let nowMs = 1000;
    const consumer = new FeedConsumer({
      level,
      listener: {},
      crc32: NO_CRC,
      wallClock: (out) => {
        out.high = 395_812_503;
        out.low = nowMs;
      },
      nowMs: () => nowMs,
      random: () => 0.5,
      repairEndpoints: 1,
      sendRepair: () => true,
      bufferBytes: MIB,
    });
    for (const frame of framesOf(input)) {
      consumer.receive(frame);
      consumer.receiveRepair(0, frame);
      nowMs += 50;
      consumer.poll();
    }
    for (const { book, id } of consumer.instruments.values()) {
      must(book.instrument === id, 'a book is its instrument’s');
    }
  }
}

/** The packets again, as a relay publishes them of one instrument, of every kind. */
function instrumentPackets(): Uint8Array[] {
  return Object.values(TopicKind).flatMap((kind) =>
    samplePackets().map((packet) => {
      const copy = packet.slice();
      copy.set(encodeTopic({ kind, level: StreamLevel.L2, shard: 0, instrument: ONE }));
      return copy;
    }),
  );
}

/** A reader of the streams of single instruments is given whatever comes. */
function readInstruments(input: Uint8Array): void {
  let nowMs = 1000;
  const reader = new InstrumentReader({
    kinds: Object.values(TopicKind),
    symbols: ['ONE'],
    listener: {},
    subscribe: () => {},
    crc32: NO_CRC,
    nowMs: () => nowMs,
    random: () => 0.5,
    repairEndpoints: 1,
    sendRepair: () => true,
  });
  for (const frame of framesOf(input)) {
    reader.receive(frame);
    reader.receiveRepair(0, frame);
    nowMs += 50;
    reader.poll();
  }
}

/** The inverse of `joined`, of any bytes. */
function framesOf(input: Uint8Array): Uint8Array[] {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 4 <= input.length; ) {
    const length = Math.min(view.getUint32(at, true), input.length - at - 4);
    frames.push(input.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return frames;
}

/** Every type of record, in transactions, on both levels. */
function samplePackets(): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (const level of [StreamLevel.L2, StreamLevel.L3]) {
    const writer = new StreamWriter({
      epoch: EPOCH,
      topic: shardTopic(level),
      firstSequence: 1,
      crc32: NO_CRC,
      wallClock: (out) => {
        out.high = 395_812_503;
        out.low = 17;
      },
      sink: (packet) => packets.push(Uint8Array.from(packet)),
    });
    const { records } = writer;
    records.epochStart(EPOCH.seconds - 1, 3, 99);
    records.endTransaction();
    records.transaction(1, 395_812_503, 5, 1);
    records.instrument(1, 1, 2, level === StreamLevel.L2 ? 1 : 0, 1, 100_000, '0.01', '1', 'ONE');
    records.endTransaction();
    writer.flush();
    records.transaction(2, 395_812_503, 6, 1);
    if (level === StreamLevel.L2) {
      records.level(1, 2, 0, 99, 10, 1);
      records.level(1, 3, 1, 101, 9_007_199_254_740_991, 3);
      records.trade(1, 4, 1, 0, 100, 5, 9);
    } else {
      records.orderAdded(1, 2, 0, 99, 4_294_967_301, 10);
      records.orderExecuted(1, 3, 1, 0, 4_294_967_301, 4, 99, 9);
      records.orderReduced(1, 4, 4_294_967_301, 3);
    }
    records.status(1, 5, 4, 6);
    records.indicative(1, 6, 1, -2, 250, 20);
    records.tradeBusted(1, 7, 9);
    records.tradeCorrected(1, 8, 98, 4, 9);
    records.bookHash(1, 9, 0x89ab_cdef, 0x0123_4567, 1, 1);
    records.bookClear(1, 10);
    records.endTransaction();
    writer.flush();
    writer.heartbeat(() => {
      records.instrumentPosition(1, 10, 1, 2, 2);
    });
  }
  must(packets.length > 0 && RecordType.Level > 0, 'there are packets to begin with');
  return packets;
}

/** One of each type. */
function repairMessages(): Uint8Array[] {
  const header = { level: StreamLevel.L2, shard: 0, request: 258, epoch: EPOCH };
  const names = { credit: 8, ids: [1, 2], symbols: ['ONE', 'TWO'] };
  const time = { high: 395_812_503, low: 17 };
  const { Snapshot, BookAt, Range, Candles } = RepairType;
  const all = {
    [RepairType.Replay]: encodeRepairRequest({
      ...header,
      type: RepairType.Replay,
      from: 8,
      to: 400,
      credit: 8,
    }),
    [Snapshot]: encodeRepairRequest({ ...header, ...names, type: Snapshot, minimumSequence: 8 }),
    [RepairType.Credit]: encodeRepairRequest({ ...header, type: RepairType.Credit, chunks: 4 }),
    [RepairType.Cancel]: encodeRepairRequest({ ...header, type: RepairType.Cancel }),
    [RepairType.Acknowledge]: encodeRepairRequest({
      ...header,
      type: RepairType.Acknowledge,
      name: 'relay-1',
      next: 200,
    }),
    [BookAt]: encodeHistoryRequest({ ...header, ...names, type: BookAt, position: 99, time }),
    [Range]: encodeHistoryRequest({ ...header, ...names, type: Range, from: 8, to: 400 }),
    [Candles]: encodeHistoryRequest({
      ...header,
      type: Candles,
      credit: 8,
      interval: 60,
      from: time,
      to: { high: 395_812_504, low: 0 },
      id: 1,
      symbol: '',
    }),
    [RepairType.Chunk]: encodeRepairChunk(header, 5, true, samplePackets().slice(0, 2)),
    [RepairType.Reject]: encodeRepairReject(header, RejectCode.TOO_OLD, 100, 200),
    [RepairType.Moment]: encodeMoment({
      ...header,
      position: 99,
      time,
      records: 50,
      micros: 700,
      oldest: 1,
      next: 400,
    }),
  } satisfies Record<RepairType, Uint8Array>;
  return Object.values(all);
}

/** Of two instruments, with a trade that was taken back and a range that was missed. */
function savedTrading(): Uint8Array {
  const history = new TradingHistory(8);
  for (let i = 1; i <= 6; i += 1) {
    history.begin(i, 1_700_000_000 + 40 * i);
    history.traded(1 + (i % 2), i, 100 + i, 5);
  }
  history.busted(1, 2);
  history.missed.add(3, 9);
  return encodeTrading({ position: { epoch: EPOCH, sequence: 12 }, history }, NO_CRC);
}

function archiveSegment(): Uint8Array {
  const time = { high: 395_812_503, low: 17 };
  const [packet = new Uint8Array(0), other = packet] = samplePackets();
  const about = { level: StreamLevel.L2, shard: 0, epoch: EPOCH, firstSequence: 1 };
  const bytes = new Uint8Array(4096);
  bytes.set(encodeSegmentHeader({ ...about, begunAt: time }, NO_CRC));
  let at = 64;
  const entries: ArchiveEntry[] = [
    { kind: EntryKind.Keyframe, sequence: 1, receivedAt: time, payload: packet },
    { kind: EntryKind.Packet, sequence: 1, receivedAt: time, payload: other },
    { kind: EntryKind.End, sequence: 9, receivedAt: time, payload: new Uint8Array(0) },
  ];
  for (const entry of entries) at = encodeEntry(bytes, at, entry, NO_CRC);
  return bytes.slice(0, at);
}
