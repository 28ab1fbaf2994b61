/** What the overview remembers of one instrument: its last price, the first one, and the way between. */

/** Samples kept: one a second shows the last two minutes. */
export const TRAIL_SAMPLES = 120;
export const SAMPLE_INTERVAL_MS = 1000;

/** Fewer samples look like a scratch, not like a line. */
const SHORTEST_LINE = 6;

export class PriceTrail {
  /** In ticks; NaN until a price is known. */
  first = Number.NaN;
  last = Number.NaN;
  /** True while `last` is only the mid of the book, because no trade has been seen. */
  isMid = false;
  readonly #samples = new Float64Array(TRAIL_SAMPLES);
  #count = 0;

  traded(price: number): void {
    this.last = price;
    this.isMid = false;
    this.#begin(price);
  }

  /** The mid stands in until the first trade. */
  quoted(bid: number | undefined, ask: number | undefined): void {
    if (bid === undefined || ask === undefined) return;
    const mid = Math.floor((bid + ask) / 2);
    if (Number.isNaN(this.last) || this.isMid) {
      this.last = mid;
      this.isMid = true;
    }
    this.#begin(mid);
  }

  /** Called at a steady pace: notes where the price stands. */
  sample(): void {
    if (Number.isNaN(this.last)) return;
    this.#samples[this.#count % TRAIL_SAMPLES] = this.last;
    this.#count += 1;
  }

  get sampleCount(): number {
    return Math.min(this.#count, TRAIL_SAMPLES);
  }

  /** Points of a polyline in a box of `width` x `height`: oldest left, highest on top. */
  points(width: number, height: number): string {
    const count = this.sampleCount;
    if (count < SHORTEST_LINE) return '';
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < count; index += 1) {
      const value = this.#sampleAt(index);
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
    const range = highest - lowest;
    const points: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const x = (index * width) / (count - 1);
      const part = range === 0 ? 0.5 : (this.#sampleAt(index) - lowest) / range;
      points.push(`${x.toFixed(1)},${(height - part * height).toFixed(1)}`);
    }
    return points.join(' ');
  }

  #begin(price: number): void {
    if (!Number.isNaN(this.first)) return;
    this.first = price;
    this.sample();
  }

  /** Oldest first. */
  #sampleAt(index: number): number {
    const start = this.#count - this.sampleCount;
    return this.#samples[(start + index) % TRAIL_SAMPLES] as number;
  }
}
