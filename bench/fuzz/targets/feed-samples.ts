/** Right inputs of the feed's decoders: packets with every record, repair messages, files of a relay. */

import {
  encodeHistoryRequest,
  encodeMoment,
  encodeRepairChunk,
  encodeRepairReject,
  encodeRepairRequest,
  encodeTopic,
  type InstrumentId,
  RecordType,
  RejectCode,
  RepairType,
  StreamLevel,
  StreamWriter,
  shardTopic,
  TopicKind,
} from '../../../feed/index.ts';
import {
  type ArchiveEntry,
  EntryKind,
  encodeEntry,
  encodeSegmentHeader,
} from '../../../feed/relay/archive/index.ts';
import { encodeTrading, TradingHistory } from '../../../feed/relay/trading/index.ts';
import { must } from '../fuzz-target.ts';

const EPOCH = { seconds: 1_700_000_000, random: 7 };
const ONE = 1 as InstrumentId;
/** Every packet is whole, so that damage gets past the checksum; that one has tests of its own. */
export const NO_CRC = (): number => 0;

/** Every type of record, in transactions, on both levels. */
export function samplePackets(): Uint8Array[] {
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
export function repairMessages(): Uint8Array[] {
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
export function savedTrading(): Uint8Array {
  const history = new TradingHistory(8);
  for (let i = 1; i <= 6; i += 1) {
    history.begin(i, 1_700_000_000 + 40 * i);
    history.traded(1 + (i % 2), i, 100 + i, 5);
  }
  history.busted(1, 2);
  history.missed.add(3, 9);
  return encodeTrading({ position: { epoch: EPOCH, sequence: 12 }, history }, NO_CRC);
}

export function archiveSegment(): Uint8Array {
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

/** The packets again, as a relay publishes them of one instrument, of every kind. */
export function instrumentPackets(): Uint8Array[] {
  return Object.values(TopicKind).flatMap((kind) =>
    samplePackets().map((packet) => {
      const copy = packet.slice();
      copy.set(encodeTopic({ kind, level: StreamLevel.L2, shard: 0, instrument: ONE }));
      return copy;
    }),
  );
}
