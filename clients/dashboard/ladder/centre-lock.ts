/** Keeps the spread in the middle of the ladder until the reader scrolls away. */

/** Browsers round scroll positions; less than this is not the reader's doing. */
const TOLERANCE_PX = 2;

export interface LadderGeometry {
  /** Of the spread row, inside the scrolled content. */
  readonly spreadTop: number;
  readonly spreadHeight: number;
  readonly viewportHeight: number;
  /** The head stays on top of the viewport, so the middle is the middle of what is below it. */
  readonly headHeight: number;
}

export class CentreLock {
  isLocked = true;
  #expected = 0;

  /** The scroll position that puts the spread in the middle; also what `scrolled` compares with. */
  centre(geometry: LadderGeometry): number {
    const visible = geometry.viewportHeight - geometry.headHeight;
    const middleOfSpread = geometry.spreadTop + geometry.spreadHeight / 2;
    const top = middleOfSpread - geometry.headHeight - visible / 2;
    this.#expected = Math.max(0, Math.round(top));
    return this.#expected;
  }

  /** What the browser made of the position asked for: it stops at the end of the content. */
  settled(scrollTop: number): void {
    this.#expected = scrollTop;
  }

  /** Hears every scroll event; true when the reader scrolled and the lock let go. */
  scrolled(scrollTop: number): boolean {
    if (!this.isLocked || Math.abs(scrollTop - this.#expected) <= TOLERANCE_PX) return false;
    this.isLocked = false;
    return true;
  }
}
