/** Answers replays from the archive: for records that have left the ring. */

import { MAX_CHUNK_PAYLOAD_BYTES } from '../../limits.ts';
import type { Epoch } from '../../market.ts';
import type { RepairTransfer, TransferChunk } from '../../sync/repair-transfer.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { type ArchivedHistory, packetsOf, readHistories, segmentAt } from './archive-reader.ts';
import type { ArchivedPacket } from './segment-reader.ts';

export interface ArchiveReplayOptions {
  readonly directory: string;
  readonly level: number;
  readonly crc32: Crc32;
  /** What waits to be written is to be written, so that the archive reaches up to now. */
  readonly beforeOpen?: () => void;
}

/** Looks into the files anew for each replay: they roll and go while it lives. */
export class ArchiveReplay {
  readonly #options: ArchiveReplayOptions;

  constructor(options: ArchiveReplayOptions) {
    this.#options = options;
  }

  /** The records from `from` up to, without, `to`; `undefined` when they are not kept without a hole. */
  open(epoch: Epoch, from: number, to: number): RepairTransfer | undefined {
    const { directory, level, crc32, beforeOpen } = this.#options;
    beforeOpen?.();
    const history = readHistories(directory, crc32).find(
      (one) =>
        one.level === level &&
        one.epoch.seconds === epoch.seconds &&
        one.epoch.random === epoch.random,
    );
    if (history === undefined || !covers(history, from, to)) return undefined;
    return new ArchiveTransfer(packetsOf(history, from, to, crc32), to);
  }
}

function covers(history: ArchivedHistory, from: number, to: number): boolean {
  const end = history.segments.at(-1)?.nextSequence ?? 0;
  const isBroken = history.holes.some((hole) => hole.from < to && hole.to > from);
  return segmentAt(history, from) !== undefined && to <= end && !isBroken;
}

/** One segment of it is in memory at a time. */
class ArchiveTransfer implements RepairTransfer {
  readonly #packets: Iterator<ArchivedPacket>;
  readonly #to: number;
  /** The packet that did not fit the chunk before. */
  #left: ArchivedPacket | undefined;

  constructor(packets: Iterator<ArchivedPacket>, to: number) {
    this.#packets = packets;
    this.#to = to;
  }

  nextChunk(): TransferChunk | undefined {
    const packets: Uint8Array[] = [];
    let bytes = 0;
    for (;;) {
      const next = this.#left ?? this.#next();
      this.#left = undefined;
      // A segment has gone since: retention is faster than this peer.
      if (next === undefined) return undefined;
      const { packet, firstSequence, count } = next;
      if (packets.length > 0 && bytes + packet.byteLength > MAX_CHUNK_PAYLOAD_BYTES) {
        this.#left = next;
        return { packets, isLast: false };
      }
      packets.push(packet);
      bytes += packet.byteLength;
      if (firstSequence + count >= this.#to) return { packets, isLast: true };
    }
  }

  #next(): ArchivedPacket | undefined {
    try {
      const { value, done } = this.#packets.next();
      return done === true ? undefined : value;
    } catch (error) {
      if (error instanceof Error && 'code' in error) return undefined;
      throw error;
    }
  }
}
