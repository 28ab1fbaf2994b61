/** Part of a packet of the stream: its records before a position. */

import { type Crc32, HEADER_BYTES, packetHeader, sealPacket } from '../../wire/packet.ts';
import type { RecordReader } from '../../wire/record-reader.ts';
import { TOPIC_BYTES } from '../../wire/topic.ts';

/** The records before `until`, as a packet of its own; `undefined` when there are none. */
export function cutPacket(
  reader: RecordReader,
  packet: Uint8Array,
  until: number,
  crc32: Crc32,
): Uint8Array | undefined {
  const { firstSequence, count, epochSeconds, epochRandom, publishTime } = reader.open(packet);
  const kept = Math.min(count, until - firstSequence);
  if (kept <= 0) return undefined;
  const start = reader.cursor;
  for (let i = 0; i < kept; i++) reader.next();
  const cut = new Uint8Array(HEADER_BYTES + reader.cursor - start);
  cut.set(packet.subarray(0, TOPIC_BYTES));
  cut.set(packet.subarray(start, reader.cursor), HEADER_BYTES);
  const header = { ...packetHeader(), epochSeconds, epochRandom, publishTime: { ...publishTime } };
  sealPacket(cut, { ...header, firstSequence, count: kept }, crc32);
  return cut;
}
