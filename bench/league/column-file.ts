/** Reads a stream of columns (`.mebc.br`). */

import { brotliDecompressSync } from 'node:zlib';
import {
  checkStream,
  emptyStream,
  LeagueFileError,
  type LeagueStream,
  MAX_MESSAGES,
  MessageType,
} from './league-stream.ts';

/**
 *   0  "MEBC1\n" | 6 N u32: messages | 10 K u32: new and modify messages
 *   14 flags     [N]      type (bits 0-1) | side (bit 2) | ioc (bit 3)
 *      order id  [3 x N]  byte planes: all low bytes, all middle ones, all high ones
 *      quantity  [K]
 *      price     [3 x K]  byte planes
 */
const MAGIC = 'MEBC1\n';
const HEADER_BYTES = 14;
const BYTES_PER_MESSAGE = 4;
const BYTES_PER_TERMS = 4;

/** Throws LeagueFileError. */
export function readColumnFile(compressed: Uint8Array): LeagueStream {
  const bytes = decompress(compressed);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || !startsWith(bytes, MAGIC)) {
    throw new LeagueFileError('BAD_HEADER', 'the file does not start with MEBC1.');
  }
  const count = view.getUint32(6, true);
  const termsCount = view.getUint32(10, true);
  if (bytes.length !== HEADER_BYTES + count * BYTES_PER_MESSAGE + termsCount * BYTES_PER_TERMS) {
    const what = `${count} messages and ${termsCount} terms do not fill ${bytes.length} bytes.`;
    throw new LeagueFileError('BAD_LENGTH', what);
  }
  const stream = emptyStream(count);
  readFlags(bytes, stream, termsCount);
  readTerms(bytes, stream, termsCount);
  checkStream(stream);
  return stream;
}

function readFlags(bytes: Uint8Array, stream: LeagueStream, termsCount: number): void {
  const count = stream.count;
  const idPlane = HEADER_BYTES + count;
  let terms = 0;
  for (let i = 0; i < count; i += 1) {
    const flags = bytes[HEADER_BYTES + i]!;
    if (flags > 0b1111)
      throw new LeagueFileError('BAD_MESSAGE', `message ${i} has flags ${flags}.`);
    stream.types[i] = flags & 0b11;
    stream.sides[i] = (flags >> 2) & 1;
    stream.immediate[i] = flags >> 3;
    stream.orderIds[i] = planes(bytes, idPlane + i, count);
    if (stream.types[i] !== MessageType.Cancel) terms += 1;
  }
  if (terms !== termsCount) {
    const what = `${terms} messages need terms, the header says ${termsCount}.`;
    throw new LeagueFileError('BAD_HEADER', what);
  }
}

function readTerms(bytes: Uint8Array, stream: LeagueStream, termsCount: number): void {
  const quantityPlane = HEADER_BYTES + stream.count * BYTES_PER_MESSAGE;
  const pricePlane = quantityPlane + termsCount;
  let terms = 0;
  for (let i = 0; i < stream.count; i += 1) {
    if (stream.types[i] === MessageType.Cancel) continue;
    stream.quantities[i] = bytes[quantityPlane + terms]!;
    stream.prices[i] = planes(bytes, pricePlane + terms, termsCount);
    terms += 1;
  }
}

/** A 24-bit number whose bytes lie `distance` apart, lowest first. */
function planes(bytes: Uint8Array, at: number, distance: number): number {
  return bytes[at]! | (bytes[at + distance]! << 8) | (bytes[at + 2 * distance]! << 16);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return text === String.fromCharCode(...bytes.subarray(0, text.length));
}

function decompress(compressed: Uint8Array): Uint8Array {
  const maxOutputLength = HEADER_BYTES + MAX_MESSAGES * (BYTES_PER_MESSAGE + BYTES_PER_TERMS);
  try {
    return brotliDecompressSync(compressed, { maxOutputLength });
  } catch (error) {
    throw new LeagueFileError('NOT_COMPRESSED', `brotli says: ${(error as Error).message}.`);
  }
}
