/** Shows the lines of several children in one place: as they are, or readable on a terminal. */

import { prettyFactory } from 'pino-pretty';
import { PRETTY_OPTIONS } from '../../../feed/process/index.ts';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class ChildLog {
  readonly #output: Output;
  readonly #pretty: ((line: string) => string) | undefined;

  constructor(output: Output) {
    this.#output = output;
    if (output.isTTY === true) this.#pretty = prettyFactory(PRETTY_OPTIONS);
  }

  /** A line without its end. What is not a log entry is shown as it is. */
  write(line: string): void {
    const readable = line.startsWith('{') ? this.#pretty?.(line) : undefined;
    this.#output.write(readable ?? `${line}\n`);
  }
}
