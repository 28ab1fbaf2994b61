/** Bytes as 32-bit words: what lies on the wire in fours is read and written in fours. */

const TWO_32 = 4_294_967_296;

if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
  throw new Error('The feed is little-endian, and so must be the processor.');
}

/**
 * The words of `bytes`, up to three bytes at the end left out. They are the same memory where it is
 * aligned; otherwise a copy, for reading only.
 */
export function wordsOf(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : copyOf(bytes);
  return new Int32Array(buffer, byteOffset, byteLength >> 2);
}

/** Not `slice`, with which a Buffer shares its memory. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** The upper 32 bits of a whole number; the lower ones are what a typed array takes of it by itself. */
export function highOf(value: number): number {
  const low = value | 0;
  return low === value ? low >> 31 : Math.floor(value / TWO_32);
}
