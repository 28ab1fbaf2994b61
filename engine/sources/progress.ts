/** Shows on a terminal how far a source has been played; nothing anywhere else. */

import { Presets, SingleBar } from 'cli-progress';
import { MIB } from '../../feed/index.ts';

const REDRAWS_PER_SECOND = 5;

export interface ProgressState {
  readonly bytesRead: number;
  readonly commands: number;
  readonly problems: number;
}

export class Progress {
  readonly #bar: SingleBar;
  readonly #totalBytes: number;
  readonly #read: () => ProgressState;
  readonly #timer: NodeJS.Timeout;
  readonly #startedMs = performance.now();

  /** `totalBytes`: 0 for an endless source, which has counts but no bar. */
  constructor(totalBytes: number, read: () => ProgressState) {
    this.#totalBytes = totalBytes;
    this.#read = read;
    const size = (totalBytes / MIB).toFixed(1);
    const counts = '{commands} commands | {rate}/s | {problems} problems';
    const format =
      totalBytes === 0
        ? `  ${counts} | {duration_formatted}`
        : `  {bar} {percentage} % of ${size} MiB | ${counts} | {eta_formatted} left`;
    this.#bar = new SingleBar(
      { format, stream: process.stderr, hideCursor: true, fps: REDRAWS_PER_SECOND },
      Presets.shades_classic,
    );
    this.#bar.start(totalBytes, 0, this.#payload());
    this.#timer = setInterval(() => this.#update(), 1000 / REDRAWS_PER_SECOND);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#update();
    this.#bar.stop();
  }

  #update(): void {
    this.#bar.update(Math.min(this.#totalBytes, this.#read().bytesRead), this.#payload());
  }

  #payload(): Record<string, string> {
    const { commands, problems } = this.#read();
    const seconds = Math.max(0.001, (performance.now() - this.#startedMs) / 1000);
    const text = (value: number) => Math.round(value).toLocaleString('en');
    return { commands: text(commands), rate: text(commands / seconds), problems: text(problems) };
  }
}
