/**
 * The topic: the first eight bytes of every frame, what a ZeroMQ subscription is compared with.
 *
 * ```
 *  0        1        2                 4                                   8
 *  +--------+--------+-----------------+-----------------------------------+
 *  | kind   | level  | shard (u16 BE)  | instrument (u32 BE; 0 = all)      |
 *  +--------+--------+-----------------+-----------------------------------+
 * ```
 * Fixed width and big-endian, so that one topic is never a prefix of another and a shorter prefix
 * selects a family. It has no version: a consumer of yesterday must not go deaf.
 */

import type { InstrumentId } from '../market.ts';

export const TOPIC_BYTES = 8;

export const TopicKind = {
  /** All instruments of a shard, lossless. */
  ShardStream: 1,
  /** Streams of one instrument, made by a relay. */
  TopOfBook: 2,
  Trades: 3,
  Status: 4,
  ConflatedBook: 5,
  Candles: 6,
  Statistics: 7,
  /** How the relay itself is: of none of its instruments. */
  RelayState: 8,
} as const;
export type TopicKind = (typeof TopicKind)[keyof typeof TopicKind];

/** The detail of a shard stream: price levels, or orders. */
export const StreamLevel = { L2: 2, L3: 3 } as const;
export type StreamLevel = (typeof StreamLevel)[keyof typeof StreamLevel];

export interface Topic {
  readonly kind: TopicKind;
  readonly level: StreamLevel;
  /** 0 to 65,535. */
  readonly shard: number;
  /** 0 in shard streams. */
  readonly instrument: InstrumentId | 0;
}

/** A new array of `TOPIC_BYTES` bytes, usable as a ZeroMQ subscription as it is. */
export function encodeTopic(topic: Topic): Uint8Array {
  const bytes = new Uint8Array(TOPIC_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, topic.kind);
  view.setUint8(1, topic.level);
  view.setUint16(2, topic.shard, false);
  view.setUint32(4, topic.instrument, false);
  return bytes;
}

/** The topic of a frame of at least `TOPIC_BYTES` bytes; a kind of a later version is what it is. */
export function decodeTopic(frame: Uint8Array): Topic {
  const view = new DataView(frame.buffer, frame.byteOffset, TOPIC_BYTES);
  return {
    kind: view.getUint8(0) as TopicKind,
    level: view.getUint8(1) as StreamLevel,
    shard: view.getUint16(2, false),
    instrument: view.getUint32(4, false) as InstrumentId,
  };
}

export function shardTopic(level: StreamLevel, shard = 0): Uint8Array {
  return encodeTopic({ kind: TopicKind.ShardStream, level, shard, instrument: 0 });
}
