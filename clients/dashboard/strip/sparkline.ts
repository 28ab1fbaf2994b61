/** The newest values of one figure as the points of a small line that begins at zero; pure. */

const SAMPLES = 48;
/** Fewer look like a scratch, not like a line. */
const FEWEST = 3;

export class Sparkline {
  readonly #samples: number[] = [];

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#samples.push(value);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Oldest left, the newest at the right edge; zero at the bottom, the largest on top. */
  points(width: number, height: number): string {
    const count = this.#samples.length;
    if (count < FEWEST) return '';
    const largest = Math.max(...this.#samples, Number.MIN_VALUE);
    const step = width / (SAMPLES - 1);
    return this.#samples
      .map((value, index) => {
        const x = width - (count - 1 - index) * step;
        const y = height - (Math.max(0, value) / largest) * height;
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      })
      .join(' ');
  }
}
