/** Where a watched book goes without a person at a terminal: printed as a picture, or as JSON. */

import type { BookView } from './book-view.ts';
import { paletteFor } from './palette.ts';
import { renderBook } from './render-book.ts';
import type { Terminal } from './screen.ts';

const USUAL_DEPTH = 10;
// Also where a terminal gives its size as 0.
const USUAL_WIDTH = 80;

export interface BookOutput {
  /** Levels a side that are wanted. */
  readonly depth: number;
  show(view: BookView): void;
}

export interface BookOutputOptions {
  readonly depth?: number;
  readonly trades: number;
  readonly json?: boolean;
}

export function bookOutput(
  options: BookOutputOptions,
  stdout: Terminal & { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): BookOutput {
  if (options.json === true) return new JsonOutput(options, stdout);
  const { depth = USUAL_DEPTH, trades } = options;
  const palette = paletteFor(stdout.isTTY === true, env);
  return {
    depth,
    show(view) {
      const width = stdout.columns || USUAL_WIDTH;
      stdout.write(`${renderBook(view, { width, depth, trades, palette }).join('\n')}\n\n`);
    },
  };
}

/** One object a line; each trade stands in one line, the first after it. */
class JsonOutput implements BookOutput {
  readonly depth: number;
  readonly #stdout: Terminal;
  #tradesSeen = 0;

  constructor(options: BookOutputOptions, stdout: Terminal) {
    this.depth = options.depth ?? USUAL_DEPTH;
    this.#stdout = stdout;
  }

  show(view: BookView): void {
    const trades = view.trades.slice(0, view.tradesSeen - this.#tradesSeen);
    this.#tradesSeen = view.tradesSeen;
    this.#stdout.write(`${JSON.stringify({ ...view, trades })}\n`);
  }
}
