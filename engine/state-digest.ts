/** What tells two engines apart, as sixteen digits. */

/**
 * 64 bits over all of them, as 16 hexadecimal digits: two chained 32-bit lanes (those of Wellons'
 * "triple32" and "lowbias32") over the words. It detects accidents, not forgery.
 */
export function digestOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let a = 0x9747_b28c ^ bytes.length;
  let b = 0x3c6e_f372 ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const word = view.getInt32(at, true);
    a ^= word;
    a = Math.imul(a ^ (a >>> 17), 0xed5a_d4bb);
    b ^= word;
    b = Math.imul(b ^ (b >>> 16), 0x7feb_352d);
  }
  for (let at = whole; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    a ^= byte;
    a = Math.imul(a ^ (a >>> 17), 0xed5a_d4bb);
    b ^= byte;
    b = Math.imul(b ^ (b >>> 16), 0x7feb_352d);
  }
  a = Math.imul(a ^ (a >>> 11), 0xac4c_1b51);
  b = Math.imul(b ^ (b >>> 15), 0x846c_a68b);
  return hex(a ^ (a >>> 15)) + hex(b ^ (b >>> 16));
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
