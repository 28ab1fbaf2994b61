/** Which ticks of a window hold a level: one bit each, and two coarser tiers to skip empty ones. */

/**
 *   fine    one bit per tick           |0110...0|0000...0|0000...1| ...
 *   middle  one bit per word of fine   |101...              | ...
 *   coarse  one bit per word of middle |1...   |
 *
 * Going from one set bit to the next looks at five words at most, plus a few of `coarse`, which
 * has one word per 32,768 ticks.
 */
export class TickBitmap {
  private readonly fine: Int32Array;
  private readonly middle: Int32Array;
  private readonly coarse: Int32Array;

  constructor(ticks: number) {
    this.fine = new Int32Array(wordsFor(ticks));
    this.middle = new Int32Array(wordsFor(this.fine.length));
    this.coarse = new Int32Array(wordsFor(this.middle.length));
  }

  set(tick: number): void {
    const word = tick >>> 5;
    const bits = this.fine[word]!;
    // A shift counts modulo 32, so the low five bits of an index need no mask.
    this.fine[word] = bits | (1 << tick);
    if (bits === 0) {
      this.middle[word >>> 5]! |= 1 << word;
      this.coarse[word >>> 10]! |= 1 << (word >>> 5);
    }
  }

  clear(tick: number): void {
    const word = tick >>> 5;
    const bits = this.fine[word]! & ~(1 << tick);
    this.fine[word] = bits;
    if (bits !== 0) return;
    const middleBits = this.middle[word >>> 5]! & ~(1 << word);
    this.middle[word >>> 5] = middleBits;
    if (middleBits === 0) this.coarse[word >>> 10]! &= ~(1 << (word >>> 5));
  }

  /** The highest set tick below this one, or -1. */
  highestBelow(tick: number): number {
    const word = tick >>> 5;
    // Out of range reads nothing: `tick` may be one past the end.
    const bits = word < this.fine.length ? this.fine[word]! & lowerBits(tick) : 0;
    if (bits !== 0) return (word << 5) + highestBit(bits);
    return this.highestBelowWord(word);
  }

  /** The lowest set tick, or -1. */
  lowest(): number {
    for (let word = 0; word < this.fine.length; word += 1) {
      const bits = this.fine[word]!;
      if (bits !== 0) return (word << 5) + highestBit(bits & -bits);
    }
    return -1;
  }

  private highestBelowWord(word: number): number {
    const middleWord = word >>> 5;
    const bits = middleWord < this.middle.length ? this.middle[middleWord]! & lowerBits(word) : 0;
    if (bits !== 0) return this.highestOfWord((middleWord << 5) + highestBit(bits));
    let coarseWord = middleWord >>> 5;
    let coarseBits =
      coarseWord < this.coarse.length ? this.coarse[coarseWord]! & lowerBits(middleWord) : 0;
    while (coarseBits === 0) {
      coarseWord -= 1;
      if (coarseWord < 0) return -1;
      coarseBits = this.coarse[coarseWord]!;
    }
    const found = (coarseWord << 5) + highestBit(coarseBits);
    return this.highestOfWord((found << 5) + highestBit(this.middle[found]!));
  }

  private highestOfWord(word: number): number {
    return (word << 5) + highestBit(this.fine[word]!);
  }
}

function wordsFor(bits: number): number {
  return Math.max(1, Math.ceil(bits / 32));
}

/** Ones below the bit that the index names in its word. */
function lowerBits(index: number): number {
  return (1 << index) - 1;
}

function highestBit(bits: number): number {
  return 31 - Math.clz32(bits);
}
