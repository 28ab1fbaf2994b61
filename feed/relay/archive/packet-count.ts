/** How many records a packet says it holds, without opening it: what is archived was checked. */

import { PacketOffset } from '../../wire/packet.ts';

export function countOf(packet: Uint8Array): number {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  return packet.byteLength < PacketOffset.Count + 4 ? 0 : view.getUint32(PacketOffset.Count, true);
}
