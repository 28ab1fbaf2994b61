/** How far it has come: one line on a terminal that is written over; nothing elsewhere. */

import type { EndProgress } from './checked-end.ts';

const EVERY_MS = 100;
const BAR_CELLS = 24;
const CLEAR = '\r\u001b[K';

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class ProgressLine {
  /** Lines of the capture; until they are counted there is no bar. */
  #total = 0;
  readonly #output: ProgressOutput;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  get isShown(): boolean {
    return this.#output.isTTY === true;
  }

  expect(lines: number): void {
    this.#total = lines;
  }

  say(words: string): void {
    if (this.isShown) this.#output.write(`${CLEAR}${words}`);
  }

  show(ends: readonly EndProgress[], line: number, nowMs = performance.now()): void {
    if (!this.isShown || nowMs - this.#shownAtMs < EVERY_MS) return;
    this.#shownAtMs = nowMs;
    const checks = ends.map(
      ({ through, tally }) =>
        `${through} ${tally.checks} checks hold${tally.holds ? '' : ' (there is a failure)'}`,
    );
    const words = `line ${line.toLocaleString('en')}: ${checks.join(', ')}`;
    this.say(`${this.#bar(line)}${words}`);
  }

  clear(): void {
    this.say('');
  }

  #bar(line: number): string {
    if (this.#total === 0) return '';
    const done = Math.min(1, line / this.#total);
    const cells = Math.round(done * BAR_CELLS);
    const percent = `${Math.floor(done * 100)}`.padStart(3);
    return `${'█'.repeat(cells)}${'░'.repeat(BAR_CELLS - cells)} ${percent} %  `;
  }
}
