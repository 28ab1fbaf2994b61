/** What an archive holds: its histories, their segments, the holes between them; and any part of it. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareEpochs, type Epoch, sameEpoch } from '../../market.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { SEGMENT_SUFFIX } from './format.ts';
import {
  type ArchivedPacket,
  readSegment,
  type SegmentInfo,
  segmentInfo,
} from './segment-reader.ts';

/** One unbroken history of one stream, as far as it is kept. */
export interface ArchivedHistory {
  readonly level: number;
  readonly shard: number;
  readonly epoch: Epoch;
  /** In their order; each covers its first sequence up to its next. */
  readonly segments: readonly SegmentInfo[];
  /** Ranges that are missing between them: `from` up to, without, `to`. */
  readonly holes: readonly { readonly from: number; readonly to: number }[];
}

/** All segments of an archive, by level, age and position. A folder that is not there holds none. */
export function listSegments(directory: string, crc32: Crc32): SegmentInfo[] {
  return namesIn(directory)
    .flatMap((folder) => namesIn(join(directory, folder)).map((name) => join(folder, name)))
    .filter((name) => name.endsWith(SEGMENT_SUFFIX))
    .flatMap((name) => segmentInfo(join(directory, name), crc32) ?? [])
    .sort(
      (a, b) =>
        a.level - b.level ||
        compareEpochs(a.epoch, b.epoch) ||
        a.epoch.random - b.epoch.random ||
        a.firstSequence - b.firstSequence,
    );
}

/** The histories of an archive, oldest first, of each level. */
export function readHistories(directory: string, crc32: Crc32): ArchivedHistory[] {
  return historiesOf(listSegments(directory, crc32));
}

/** Segments by level, age and position, as histories. */
export function historiesOf(all: readonly SegmentInfo[]): ArchivedHistory[] {
  const histories: (ArchivedHistory & {
    segments: SegmentInfo[];
    holes: { from: number; to: number }[];
  })[] = [];
  for (const segment of all) {
    const { level, shard, epoch } = segment;
    const last = histories.at(-1);
    if (last !== undefined && last.level === level && sameEpoch(last.epoch, epoch)) {
      const to = segment.firstSequence;
      const from = last.segments.at(-1)?.nextSequence ?? to;
      if (from < to) last.holes.push({ from, to });
      last.segments.push(segment);
    } else {
      histories.push({ level, shard, epoch, segments: [segment], holes: [] });
    }
  }
  return histories;
}

/** The newest history of a level. */
export function newestHistory(
  directory: string,
  level: number,
  crc32: Crc32,
): ArchivedHistory | undefined {
  return readHistories(directory, crc32).findLast((history) => history.level === level);
}

/** The segment that holds `sequence`, or the position right behind its last record. */
export function segmentAt(history: ArchivedHistory, sequence: number): SegmentInfo | undefined {
  const { segments } = history;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.firstSequence ?? 0) <= sequence) low = middle;
    else high = middle - 1;
  }
  const found = segments[low];
  if (found === undefined || sequence < found.firstSequence) return undefined;
  return sequence <= found.nextSequence ? found : undefined;
}

/**
 * The packets that hold the records from `from` up to, without, `to`, whole, so that the first may
 * begin before and the last end behind; up to the first hole.
 */
export function* packetsOf(
  history: ArchivedHistory,
  from: number,
  to: number,
  crc32: Crc32,
): Generator<ArchivedPacket> {
  let next = from;
  while (next < to) {
    const segment = segmentAt(history, next);
    if (segment === undefined) return;
    const before = next;
    for (const packet of readSegment(segment.path, crc32).packets) {
      const end = packet.firstSequence + packet.count;
      if (end <= next) continue;
      if (packet.firstSequence > next || next >= to) return;
      yield packet;
      next = end;
    }
    // At the very end of the last segment there is nothing more.
    if (next === before) return;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
