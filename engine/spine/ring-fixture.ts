/** Packets for tests of the output ring: right in every field that it reads, with a body of their own. */

import { HEADER_BYTES, PacketOffset, writeU64 } from '../../feed/index.ts';
import type { RingMemory } from './ring-memory.ts';

/** What a thread is given that reads, and where it counts what it was given. */
export interface RingReading {
  readonly memory: RingMemory;
  readonly counts: Int32Array<SharedArrayBuffer>;
  readonly seed: number;
}

/** Of `counts`: packets, ranges that were no longer held, and that it is enough. */
export const Count = { Whole: 0, Torn: 1, Gone: 2, Stop: 3 } as const;

/** Each word of the body follows from the sequence, so that a mixture of two packets is seen. */
export function ringPacket(bytes: number, first: number, count: number): Uint8Array {
  const packet = new Uint8Array(bytes);
  const view = new DataView(packet.buffer);
  view.setUint32(PacketOffset.Length, bytes, true);
  writeU64(view, PacketOffset.FirstSequence, first);
  view.setUint32(PacketOffset.Count, count, true);
  for (let at = HEADER_BYTES; at < bytes; at += 4) {
    view.setUint32(at, Math.imul(first, 0x9e37_79b1) + at, true);
  }
  return packet;
}

/** Whether it is whole: one of those that `ringPacket` makes. */
export function isWhole(packet: Uint8Array): boolean {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const first = view.getUint32(PacketOffset.FirstSequence, true);
  const count = view.getUint32(PacketOffset.Count, true);
  const made = ringPacket(packet.byteLength, first, count);
  return Buffer.compare(made, packet) === 0;
}
