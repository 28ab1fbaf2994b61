/** Z85 (ZeroMQ RFC 32): how CURVE keys are written, five printable characters for four bytes. */

const DIGITS =
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const BASE = DIGITS.length;
const MAX_U32 = 0xffff_ffff;

/** `bytes` are a multiple of four. */
export function encodeZ85(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    let value = view.getUint32(at);
    let group = '';
    for (let i = 0; i < 5; i += 1) {
      group = DIGITS.charAt(value % BASE) + group;
      value = Math.floor(value / BASE);
    }
    text += group;
  }
  return text;
}

/** Undefined for what is not Z85. */
export function decodeZ85(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined;
  const bytes = new Uint8Array((text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at += 5) {
    let value = 0;
    for (let i = 0; i < 5; i += 1) {
      const digit = DIGITS.indexOf(text.charAt(at + i));
      if (digit < 0) return undefined;
      value = value * BASE + digit;
    }
    if (value > MAX_U32) return undefined;
    view.setUint32((at / 5) * 4, value);
  }
  return bytes;
}
