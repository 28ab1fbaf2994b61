/** The books of a stream as they were at a position or a time: a keyframe, and the records behind it. */

import { readFileSync } from 'node:fs';
import { type Epoch, NO_EPOCH, sameEpoch } from '../../market.ts';
import { type Nanos, nanosBetween } from '../../nanos.ts';
import { FeedConsumer } from '../../sync/feed-consumer.ts';
import type { BookAtRequest } from '../../wire/history-messages.ts';
import { type Crc32, PacketOffset } from '../../wire/packet.ts';
import { RecordReader } from '../../wire/record-reader.ts';
import { RecordType } from '../../wire/records.ts';
import { RejectCode } from '../../wire/repair-layout.ts';
import type { StreamLevel } from '../../wire/topic.ts';
import { type ArchivedHistory, segmentAt } from '../archive/archive-reader.ts';
import { EntryKind } from '../archive/format.ts';
import { countOf } from '../archive/packet-count.ts';
import { entriesOf, type SegmentInfo } from '../archive/segment-reader.ts';
import { RelayedBooks } from '../relayed-books.ts';
import { cutPacket } from './cut-packet.ts';
import type { SegmentCatalogue } from './segment-catalogue.ts';

export interface PastBooks {
  readonly history: ArchivedHistory;
  readonly books: RelayedBooks;
  /** Of the last transaction that they show. */
  readonly time: Nanos;
  /** Records read behind the keyframe. */
  readonly records: number;
}

/** Where to stop: before this record, and before the first transaction that is later than this time. */
interface Until {
  readonly position: number;
  readonly time: Nanos | undefined;
}

export class PastBookBuilder {
  readonly #catalogue: SegmentCatalogue;
  readonly #crc32: Crc32;

  constructor(catalogue: SegmentCatalogue, crc32: Crc32) {
    this.#catalogue = catalogue;
    this.#crc32 = crc32;
  }

  /** Or why not. Errors of the file system are thrown: a segment may just have made room. */
  build(request: BookAtRequest): PastBooks | RejectCode {
    const level = request.level as StreamLevel;
    const histories = this.#catalogue.histories(level);
    if (histories.length === 0) return RejectCode.TOO_OLD;
    const { position, time } = request;
    if (position === 0) return this.#atTime(histories, request.epoch, time);
    const history = epochOf(histories, request.epoch);
    if (history === undefined) return RejectCode.WRONG_EPOCH;
    if (position > (history.segments.at(-1)?.nextSequence ?? 0)) return RejectCode.AHEAD_OF_ME;
    const segment = segmentAt(history, position);
    if (segment === undefined) return RejectCode.TOO_OLD;
    return this.#build(history, segment, { position, time: undefined });
  }

  #atTime(
    histories: readonly ArchivedHistory[],
    epoch: Epoch,
    time: Nanos,
  ): PastBooks | RejectCode {
    const among = sameEpoch(epoch, NO_EPOCH)
      ? histories
      : histories.filter((history) => sameEpoch(history.epoch, epoch));
    if (among.length === 0) return RejectCode.WRONG_EPOCH;
    for (const history of among.toReversed()) {
      const segment = this.#segmentOfTime(history.segments, time);
      if (segment === undefined) continue;
      const position = Number.POSITIVE_INFINITY;
      return this.#build(history, segment, { position, time });
    }
    return RejectCode.TOO_OLD;
  }

  /** The last segment whose first transaction is not later. */
  #segmentOfTime(segments: readonly SegmentInfo[], time: Nanos): SegmentInfo | undefined {
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = this.#catalogue.firstTime(segments[middle] as SegmentInfo);
      if (first !== undefined && !isLater(first, time)) low = middle + 1;
      else high = middle;
    }
    return segments[low - 1];
  }

  #build(history: ArchivedHistory, segment: SegmentInfo, until: Until): PastBooks {
    const { epoch, firstSequence, level } = segment;
    const last = { high: 0, low: 0 };
    const consumer = new FeedConsumer({
      level: level as StreamLevel,
      shard: segment.shard,
      listener: {
        transactionApplied: ({ engineTime }) => {
          last.high = engineTime.high;
          last.low = engineTime.low;
        },
      },
      crc32: this.#crc32,
      wallClock: () => {},
      nowMs: () => 0,
      random: () => 0,
      repairEndpoints: 0,
      sendRepair: () => false,
    });
    const keyframe: Uint8Array[] = [];
    const packets: Uint8Array[] = [];
    let records = 0;
    const reader = new RecordReader(this.#crc32);
    for (const entry of entriesOf(readFileSync(segment.path), this.#crc32)) {
      const { kind, payload, sequence: first } = entry;
      if (kind === EntryKind.Keyframe) keyframe.push(payload);
      if (kind !== EntryKind.Packet) continue;
      const count = countOf(payload);
      // Nearly all are wanted whole: they need not be opened here, and are checked when applied.
      const isWhole = first + count <= until.position && !isAfter(payload, until.time);
      const end = isWhole ? first + count : endOf(reader, payload, until);
      const cut = end >= first + count ? payload : cutPacket(reader, payload, end, this.#crc32);
      if (cut !== undefined) packets.push(cut);
      records += Math.max(0, Math.min(end, first + count) - Math.max(first, firstSequence));
      if (end < first + count) break;
    }
    consumer.restore({ epoch, firstSequence, keyframe, packets });
    const books = new RelayedBooks(consumer, (id) => consumer.isTrusted(id));
    return { history, books, time: last, records };
  }
}

/** The first record of a packet that is not to be read, or the one behind it. */
function endOf(reader: RecordReader, packet: Uint8Array, { position, time }: Until): number {
  const header = reader.open(packet);
  const end = header.firstSequence + header.count;
  if (time === undefined) return Math.min(position, end);
  let sequence = header.firstSequence;
  while (reader.next()) {
    if (reader.type === RecordType.Transaction && isLater(timeOf(reader), time)) return sequence;
    sequence += 1;
  }
  return end;
}

/** Whether a packet was published after a time; then records of it may be later, too. */
function isAfter(packet: Uint8Array, time: Nanos | undefined): boolean {
  if (time === undefined) return false;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const low = view.getUint32(PacketOffset.PublishTime, true);
  const high = view.getUint32(PacketOffset.PublishTime + 4, true);
  return isLater({ high, low }, time);
}

function epochOf(histories: readonly ArchivedHistory[], epoch: Epoch): ArchivedHistory | undefined {
  if (sameEpoch(epoch, NO_EPOCH)) return histories.at(-1);
  return histories.find((history) => sameEpoch(history.epoch, epoch));
}

function timeOf({ timeHigh, timeLow }: RecordReader): Nanos {
  return { high: timeHigh, low: timeLow };
}

function isLater(time: Nanos, than: Nanos): boolean {
  return nanosBetween(than.high, than.low, time.high, time.low) > 0;
}
