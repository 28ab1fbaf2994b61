/** One animation-frame loop for all panels, and the count of frames that came too late. */

/** Draws what is out of date; must do nothing when nothing is. */
export type Draw = (nowMs: number) => void;

export type RequestFrame = (callback: (nowMs: number) => void) => number;

export class FrameLoop {
  readonly stats = new FrameStats();
  readonly #requestFrame: RequestFrame;
  readonly #draws: readonly Draw[];
  #isRunning = false;

  constructor(requestFrame: RequestFrame, draws: readonly Draw[]) {
    this.#requestFrame = requestFrame;
    this.#draws = draws;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#requestFrame(this.#frame);
  }

  stop(): void {
    this.#isRunning = false;
  }

  /** A page that was hidden gets no frames: the pause is not one long dropped frame. */
  skipPause(): void {
    this.stats.skipPause();
  }

  readonly #frame = (nowMs: number): void => {
    if (!this.#isRunning) return;
    this.#requestFrame(this.#frame);
    this.stats.frame(nowMs);
    for (const draw of this.#draws) draw(nowMs);
  };
}

/** Intervals remembered to know the display's own rate. */
const WINDOW = 128;

/** A frame this many intervals late took the place of at least one that never came. */
const LATE = 1.5;

/** Frames this close together or closer leave nothing to be wished for. */
const GOOD_INTERVAL_MS = 20;
/** Of the newest interval in the mean: some ten frames decide, not one. */
const NEWEST_SHARE = 0.1;
/** What can wait waits no longer than this many times as long as it usually does. */
const MOST_SLOWNESS = 4;

export class FrameStats {
  /** Frames that should have come and did not, ever. */
  dropped = 0;
  readonly #intervals = new Float64Array(WINDOW);
  #count = 0;
  #lastMs = Number.NaN;
  #intervalMs = Number.NaN;
  #meanMs = GOOD_INTERVAL_MS;

  frame(nowMs: number): void {
    const interval = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (!(interval > 0)) return;
    const most = GOOD_INTERVAL_MS * MOST_SLOWNESS;
    this.#meanMs += (Math.min(interval, most) - this.#meanMs) * NEWEST_SHARE;
    if (interval > this.#intervalMs * LATE) {
      this.dropped += Math.round(interval / this.#intervalMs) - 1;
    }
    this.#intervals[this.#count % WINDOW] = interval;
    this.#count += 1;
    if (this.#count % WINDOW === 0) this.#intervalMs = this.#median();
  }

  skipPause(): void {
    this.#lastMs = Number.NaN;
  }

  /**
   * 1 while frames come fast enough, up to 4 where the machine has too much to do: what nobody needs
   * in every frame, such as charts, then waits for so many times as long. Prices and their state never do.
   */
  get slowness(): number {
    return Math.max(1, this.#meanMs / GOOD_INTERVAL_MS);
  }

  /** Frames a second over the last second or so; 0 before any. */
  perSecond(): number {
    const known = Math.min(this.#count, WINDOW);
    let total = 0;
    let frames = 0;
    while (frames < known && total < 1000) {
      frames += 1;
      total += this.#intervals[(this.#count - frames) % WINDOW] as number;
    }
    return total === 0 ? 0 : (frames * 1000) / total;
  }

  /** Not the mean: a few late frames must not pass for the display's rate. */
  #median(): number {
    const sorted = this.#intervals.slice(0, Math.min(this.#count, WINDOW)).sort();
    return sorted[sorted.length >> 1] as number;
  }
}
