/**
 * A client's requests to MessagePack: a few integers and short texts, a few times a second. Apart
 * from the library's encoder, which a gateway uses, because a browser has to load it.
 */

import type { Request } from './messages.ts';

const TWO_32 = 4_294_967_296;
const utf8 = new TextEncoder();

export function encodeRequest(request: Request): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  write(out, request);
  return Uint8Array.from(out);
}

function write(out: number[], value: unknown): void {
  if (typeof value === 'number') {
    writeInteger(out, value);
  } else if (typeof value === 'string') {
    writeText(out, utf8.encode(value));
  } else if (Array.isArray(value)) {
    out.push(0x90 | value.length); // fixarray
    for (const element of value) write(out, element);
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    out.push(0x80 | entries.length); // fixmap
    for (const pair of entries) for (const part of pair) write(out, part);
  } else {
    out.push(0xc0); // nil
  }
}

function writeText(out: number[], bytes: Uint8Array): void {
  const { length } = bytes;
  if (length < 0x20) {
    out.push(0xa0 | length); // fixstr
  } else if (length < 0x100) {
    out.push(0xd9, length); // str 8
  } else {
    out.push(0xda, length >>> 8, length & 0xff); // str 16
  }
  out.push(...bytes);
}

function writeInteger(out: number[], value: number): void {
  const high = Math.floor(value / TWO_32);
  if (high !== 0) {
    // int 64 and uint 64
    out.push(value < 0 ? 0xd3 : 0xcf, ...wordOf(high), ...wordOf(value));
  } else if (value < 0x80) {
    out.push(value); // positive fixint
  } else if (value < 0x100) {
    out.push(0xcc, value); // uint 8
  } else if (value < 0x1_0000) {
    out.push(0xcd, value >>> 8, value & 0xff); // uint 16
  } else {
    out.push(0xce, ...wordOf(value)); // uint 32
  }
}

/** The low 32 bits, big-endian. */
function wordOf(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}
