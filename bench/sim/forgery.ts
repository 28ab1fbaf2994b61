/** Changes one level of a packet and seals it again, as no fault of a network would. */

import {
  openPacket,
  packetHeader,
  RecordReader,
  RecordType,
  sealPacket,
} from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';

export interface Forgery {
  readonly instrument: number;
  /** Of the stream. */
  readonly sequence: number;
}

/** Where a LEVEL record keeps the low word of its quantity. */
const QUANTITY = 24;
const FIRST_RECORD = 48;

/** Changes `packet` itself; `undefined`: no level is in it. */
export function forgeLevel(packet: Uint8Array): Forgery | undefined {
  const header = packetHeader();
  openPacket(packet, header, crc32);
  const reader = new RecordReader(crc32);
  reader.open(packet);
  let at = FIRST_RECORD;
  for (let sequence = header.firstSequence; reader.next(); sequence += 1) {
    if (reader.type === RecordType.Level && reader.quantity > 0) {
      const { instrument } = reader;
      packet[at + QUANTITY] = (packet[at + QUANTITY] ?? 0) ^ 2;
      sealPacket(packet, header, crc32);
      return { instrument, sequence };
    }
    at += (packet[at + 1] ?? 0) * 8;
  }
  return undefined;
}
