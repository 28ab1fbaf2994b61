/** What need not be drawn in every frame: of all that is due one a frame, in turn. */

/** Draws what is due; whether anything was. */
export type DrawIfDue = (nowMs: number) => boolean;

/** Together they would take too long in one frame, and a late frame shows every price late. */
export class Turns {
  readonly #draws: readonly DrawIfDue[];
  #last = -1;

  constructor(draws: readonly DrawIfDue[]) {
    this.#draws = draws;
  }

  /** The next one after the last that was due: none waits for more frames than there are others. */
  draw(nowMs: number): void {
    const { length } = this.#draws;
    for (let tried = 0; tried < length; tried += 1) {
      this.#last = (this.#last + 1) % length;
      if (this.#draws[this.#last]?.(nowMs) === true) return;
    }
  }
}
