/** Damage as accidents and hostile peers do it, aware of words, lengths and separators. */

export class FuzzRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Mulberry32. */
  u32(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(below: number): number {
    return Math.floor((this.u32() / 4_294_967_296) * below);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const NASTY = [
  0, 1, 7, 8, 9, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000,
  0xffff_fff8, 0xffff_ffff,
];
const PIECES = [
  '"',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '\n',
  '|',
  '0',
  '-1',
  '-0',
  '1e99',
  '1e-7',
  '0.1',
  '.',
  '99999999999999999999',
  '9007199254740993',
  'null',
  'true',
  '"a"',
  '""',
  ' ',
  '\u0000',
  '\ud800',
  '[[[[[[[[',
  '\\u0000',
  '__proto__',
  'constructor',
  '#',
  '\t',
  '\r\n',
  'é',
  '💥',
  'NaN',
  'Infinity',
].map((piece) => new TextEncoder().encode(piece));

/** One to five changes of a copy, now and then with a part of another input. */
export function mutate(
  random: FuzzRandom,
  input: Uint8Array,
  other: Uint8Array,
  { isText = false, maxBytes }: { readonly isText?: boolean; readonly maxBytes: number },
): Uint8Array {
  let bytes: Uint8Array = input.slice();
  for (let i = random.below(5); i >= 0; i -= 1) {
    bytes =
      isText && random.below(4) > 0 ? insertPiece(random, bytes) : change(random, bytes, other);
    if (bytes.length > maxBytes) bytes = bytes.slice(0, maxBytes);
  }
  return bytes;
}

function insertPiece(random: FuzzRandom, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const removed = random.below(3) === 0 ? 0 : random.below(6);
  return spliced(bytes, at, removed, random.pick(PIECES));
}

function change(random: FuzzRandom, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.below(256));
  const at = random.below(bytes.length);
  switch (random.below(9)) {
    case 0:
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      return bytes;
    case 1:
      bytes[at] = random.below(256);
      return bytes;
    case 2:
      return withWord(random, bytes, at);
    case 3:
      return bytes.slice(0, at);
    case 4:
      return spliced(bytes, at, 0, new Uint8Array(1 + random.below(64)));
    case 5:
      bytes.copyWithin(random.below(bytes.length), at, Math.min(bytes.length, at + 64));
      return bytes;
    case 6:
      // Records are words of eight bytes: lose some, so that what is left still parses.
      return spliced(bytes, at - (at % 8), 8 * (1 + random.below(4)), new Uint8Array(0));
    case 7: {
      const from = random.below(other.length + 1);
      return spliced(bytes, at - (at % 8), 0, other.subarray(from, from + 8 * random.below(16)));
    }
    default: {
      const small = (bytes[at] as number) + (random.below(2) === 0 ? 1 : -1);
      bytes[at] = small & 0xff;
      return bytes;
    }
  }
}

function withWord(random: FuzzRandom, bytes: Uint8Array, at: number): Uint8Array {
  const aligned = at - (at % 4);
  if (aligned + 4 > bytes.length) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(aligned, random.pick(NASTY), random.below(2) === 0);
  return bytes;
}

function spliced(bytes: Uint8Array, at: number, removed: number, piece: Uint8Array): Uint8Array {
  const tail = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + piece.length + tail.length);
  result.set(bytes.subarray(0, at));
  result.set(piece, at);
  result.set(tail, at + piece.length);
  return result;
}
