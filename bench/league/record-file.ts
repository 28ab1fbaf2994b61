/** Reads a stream of 40-byte records (`.bin.gz`). */

import { gunzipSync } from 'node:zlib';
import {
  checkStream,
  emptyStream,
  LeagueFileError,
  type LeagueStream,
  MAX_MESSAGES,
} from './league-stream.ts';

/**
 *   header   0 magic u64 | 8 version u32 | 12 count u32
 */
const HEADER_BYTES = 16;
/** "MEBW_001" as a little-endian u64. */
const MAGIC = 0x4d45_4257_5f30_3031n;
const VERSION = 1;

/**
 *   record   0 type u8 | 1 side u8 | 2 ioc u8 | 3 pad | 4 quantity u32 | 8 sequence u64
 *            16 order id u64 | 24 price i64 | 32 zero
 */
const RECORD_BYTES = 40;

/** Throws LeagueFileError. */
export function readRecordFile(compressed: Uint8Array): LeagueStream {
  const bytes = gunzip(compressed);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getBigUint64(0, true) !== MAGIC) {
    throw new LeagueFileError('BAD_HEADER', 'the file does not start with the record magic.');
  }
  const version = view.getUint32(8, true);
  if (version !== VERSION) {
    throw new LeagueFileError('BAD_HEADER', `version ${version} is not ${VERSION}.`);
  }
  const count = view.getUint32(12, true);
  if (bytes.length !== HEADER_BYTES + count * RECORD_BYTES) {
    const found = bytes.length - HEADER_BYTES;
    throw new LeagueFileError('BAD_LENGTH', `${count} records do not fill ${found} bytes.`);
  }
  const stream = emptyStream(count);
  for (let i = 0; i < count; i += 1) readRecord(view, HEADER_BYTES + i * RECORD_BYTES, stream, i);
  checkStream(stream);
  return stream;
}

function readRecord(view: DataView, at: number, stream: LeagueStream, i: number): void {
  if (view.getBigUint64(at + 8, true) !== BigInt(i)) {
    throw new LeagueFileError('BAD_MESSAGE', `message ${i} has another sequence than its index.`);
  }
  stream.types[i] = view.getUint8(at);
  stream.sides[i] = view.getUint8(at + 1);
  stream.immediate[i] = view.getUint8(at + 2);
  stream.quantities[i] = view.getUint32(at + 4, true);
  stream.orderIds[i] = Number(view.getBigUint64(at + 16, true));
  stream.prices[i] = Number(view.getBigInt64(at + 24, true));
}

function gunzip(compressed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(compressed, { maxOutputLength: HEADER_BYTES + MAX_MESSAGES * RECORD_BYTES });
  } catch (error) {
    throw new LeagueFileError('NOT_COMPRESSED', `gzip says: ${(error as Error).message}.`);
  }
}
