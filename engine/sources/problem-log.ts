/** Logs the problems of an input: the first ones each, the rest as a number at the end. */

import type { Logger } from '../../feed/process/index.ts';

/** A file of the wrong kind has one on every line. */
const MAX_LOGGED = 20;

export class ProblemLog {
  readonly #log: Logger;
  readonly #counts = new Map<string, number>();
  #total = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(line: number, code: string, message: string): void {
    this.#total++;
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (this.#total <= MAX_LOGGED)
      this.#log.warn({ line, code }, `line ${line}: ${code}: ${message}`);
    if (this.#total === MAX_LOGGED) this.#log.warn('further problems are only counted');
  }

  end(): void {
    if (this.#total <= MAX_LOGGED) return;
    this.#log.warn(Object.fromEntries(this.#counts), `${this.#total} problems in all`);
  }
}
