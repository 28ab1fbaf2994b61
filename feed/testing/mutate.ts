/** Structure-aware damage for fuzz tests: what accidents and hostile peers do to a message. */

import type { Random } from './random.ts';

const NASTY = [
  0, 1, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];

/** A damaged copy: bits, bytes, whole fields, cut, grown, or parts of it copied over others. */
export function mutate(random: Random, message: Uint8Array): Uint8Array {
  let bytes: Uint8Array = message.slice();
  for (let i = 0; i <= random.below(4); i++) bytes = mutateOnce(random, bytes);
  return bytes;
}

function mutateOnce(random: Random, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.below(256));
  const at = random.below(bytes.length);
  switch (random.below(7)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 1:
      bytes[at] = random.below(256);
      return bytes;
    case 2: {
      const aligned = at - (at % 4);
      if (aligned + 4 > bytes.length) return bytes;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      view.setUint32(aligned, random.pick(NASTY), random.chance(0.5));
      return bytes;
    }
    case 3:
      return bytes.slice(0, at);
    case 4: {
      const grown = new Uint8Array(bytes.length + 1 + random.below(64));
      grown.set(bytes);
      return grown;
    }
    case 5:
      bytes.copyWithin(random.below(bytes.length), at, Math.min(bytes.length, at + 64));
      return bytes;
    default: {
      // Records are words of 8 bytes: lose or repeat some, so that what is left still parses.
      const from = at - (at % 8);
      const copy = new Uint8Array(bytes.length - Math.min(8, bytes.length - from));
      copy.set(bytes.subarray(0, from));
      copy.set(bytes.subarray(from + 8), from);
      return copy;
    }
  }
}
