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
  /** The three tiers, one after the other. */
  private readonly words: Int32Array;
  /** Where the middle and the coarse tier begin. */
  private readonly middle: number;
  private readonly coarse: number;

  constructor(ticks: number) {
    const fineWords = wordsFor(ticks);
    const middleWords = wordsFor(fineWords);
    this.middle = fineWords;
    this.coarse = fineWords + middleWords;
    this.words = new Int32Array(this.coarse + wordsFor(middleWords));
  }

  has(tick: number): boolean {
    return (this.words[tick >>> 5]! & (1 << tick)) !== 0;
  }

  set(tick: number): void {
    const words = this.words;
    const word = tick >>> 5;
    // A shift counts modulo 32, so the low five bits of an index need no mask. Writing bits that
    // are there already costs less than a branch that nothing predicts.
    words[word]! |= 1 << tick;
    words[this.middle + (word >>> 5)]! |= 1 << word;
    words[this.coarse + (word >>> 10)]! |= 1 << (word >>> 5);
  }

  clear(tick: number): void {
    const words = this.words;
    const word = tick >>> 5;
    const bits = words[word]! & ~(1 << tick);
    words[word] = bits;
    if (bits === 0) {
      const middleBits = words[this.middle + (word >>> 5)]! & ~(1 << word);
      words[this.middle + (word >>> 5)] = middleBits;
      if (middleBits === 0) words[this.coarse + (word >>> 10)]! &= ~(1 << (word >>> 5));
    }
  }

  /** The highest set tick below this one, which is in the window, or -1. */
  highestBelow(tick: number): number {
    const word = tick >>> 5;
    const bits = this.words[word]! & lowerBits(tick);
    if (bits !== 0) return (word << 5) + highestBit(bits);
    return this.highestBelowWord(word);
  }

  /** The highest set tick, or -1. */
  highest(): number {
    for (let word = this.middle - 1; word >= 0; word -= 1) {
      const bits = this.words[word]!;
      if (bits !== 0) return (word << 5) + highestBit(bits);
    }
    return -1;
  }

  /** The lowest set tick, or -1. */
  lowest(): number {
    for (let word = 0; word < this.middle; word += 1) {
      const bits = this.words[word]!;
      if (bits !== 0) return (word << 5) + highestBit(bits & -bits);
    }
    return -1;
  }

  private highestBelowWord(word: number): number {
    const middleWord = word >>> 5;
    const bits = this.words[this.middle + middleWord]! & lowerBits(word);
    if (bits !== 0) return this.highestOfWord((middleWord << 5) + highestBit(bits));
    let coarseWord = middleWord >>> 5;
    let coarseBits = this.words[this.coarse + coarseWord]! & lowerBits(middleWord);
    while (coarseBits === 0) {
      coarseWord -= 1;
      if (coarseWord < 0) return -1;
      coarseBits = this.words[this.coarse + coarseWord]!;
    }
    const found = (coarseWord << 5) + highestBit(coarseBits);
    return this.highestOfWord((found << 5) + highestBit(this.words[this.middle + found]!));
  }

  private highestOfWord(word: number): number {
    return (word << 5) + highestBit(this.words[word]!);
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
