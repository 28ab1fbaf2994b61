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
  if (typeof value === 'number') writeInteger(out, value);
  else if (typeof value === 'string') {
    const text = utf8.encode(value);
    if (text.length < 32)
      out.push(0xa0 | text.length); // fixstr
    else out.push(0xda, text.length >>> 8, text.length & 0xff); // str 16
    out.push(...text);
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

function writeInteger(out: number[], value: number): void {
  if (value >= 0 && value < 0x80)
    out.push(value); // positive fixint
  else if (value >= 0 && value < TWO_32)
    out.push(0xce, ...bytesOf(value)); // uint 32
  else out.push(0xd3, ...bytesOf(Math.floor(value / TWO_32)), ...bytesOf(value)); // int 64
}

/** The low 32 bits, big-endian. */
function bytesOf(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}
