/** The segments of an archive that grows, looked at again and again without reading what is complete anew. */

import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Nanos, nanos } from '../../nanos.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { RecordReader } from '../../wire/record-reader.ts';
import { RecordType } from '../../wire/records.ts';
import { type ArchivedHistory, historiesOf } from '../archive/archive-reader.ts';
import {
  decodeEntry,
  ENTRY_HEADER_BYTES,
  EntryKind,
  entryBytes,
  entryLength,
  SEGMENT_HEADER_BYTES,
  SEGMENT_SUFFIX,
} from '../archive/format.ts';
import { type SegmentInfo, segmentInfo } from '../archive/segment-reader.ts';

export class SegmentCatalogue {
  readonly #directory: string;
  readonly #crc32: Crc32;
  readonly #complete = new Map<string, SegmentInfo>();
  readonly #firstTimes = new Map<string, Nanos | undefined>();

  constructor(directory: string, crc32: Crc32) {
    this.#directory = directory;
    this.#crc32 = crc32;
  }

  /** The histories of a level, oldest first. */
  histories(level: number): ArchivedHistory[] {
    const paths = this.#paths(`${level}-`);
    const held = new Set(paths);
    for (const path of this.#complete.keys()) {
      if (held.has(path) || !path.includes(`/${level}-`)) continue;
      this.#complete.delete(path);
      this.#firstTimes.delete(path);
    }
    return historiesOf(paths.flatMap((path) => this.#info(path) ?? []));
  }

  /** The engine's time of the first transaction of a segment; `undefined`: it has none yet. */
  firstTime({ path, isComplete }: SegmentInfo): Nanos | undefined {
    if (this.#firstTimes.has(path)) return this.#firstTimes.get(path);
    const time = firstTransactionTime(path, this.#crc32);
    // What has none yet may have one the next time, and be complete then.
    if (time !== undefined || isComplete) this.#firstTimes.set(path, time);
    return time;
  }

  #info(path: string): SegmentInfo | undefined {
    const known = this.#complete.get(path);
    if (known !== undefined) return known;
    const info = segmentInfo(path, this.#crc32);
    if (info?.isComplete) this.#complete.set(path, info);
    return info;
  }

  #paths(prefix: string): string[] {
    return namesIn(this.#directory)
      .filter((folder) => folder.startsWith(prefix))
      .flatMap((folder) =>
        namesIn(join(this.#directory, folder))
          .filter((name) => name.endsWith(SEGMENT_SUFFIX))
          .map((name) => join(this.#directory, folder, name)),
      );
  }
}

/** Reads entry by entry, so that a large keyframe is stepped over and not read. */
function firstTransactionTime(path: string, crc32: Crc32): Nanos | undefined {
  const file = openSync(path, 'r');
  try {
    const reader = new RecordReader(crc32);
    let at = SEGMENT_HEADER_BYTES;
    for (;;) {
      const head = new Uint8Array(ENTRY_HEADER_BYTES);
      if (readSync(file, head, 0, head.length, at) < head.length) return undefined;
      const { kind, length } = entryLength(head);
      const bytes = entryBytes(length);
      if (kind === EntryKind.Packet) {
        const whole = new Uint8Array(bytes);
        if (readSync(file, whole, 0, bytes, at) < bytes) return undefined;
        const entry = decodeEntry(whole, 0, crc32);
        if (entry === undefined) return undefined;
        reader.open(entry.payload);
        while (reader.next()) {
          if (reader.type !== RecordType.Transaction) continue;
          return { ...nanos(), high: reader.timeHigh, low: reader.timeLow };
        }
      } else if (kind !== EntryKind.Keyframe) {
        return undefined;
      }
      at += bytes;
    }
  } finally {
    closeSync(file);
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
