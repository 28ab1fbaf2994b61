/** Where a watched book is shown: redrawn on a terminal, printed as a picture, or as JSON. */

import { coloursFor } from '../colours.ts';
import type { BookView } from './book-view.ts';
import { renderBook } from './render-book.ts';
import { Screen, type Terminal } from './screen.ts';

const USUAL_DEPTH = 10;
// Also where a terminal gives its size as 0.
const USUAL_WIDTH = 80;
const USUAL_HEIGHT = 24;
/** Lines of the picture that are no levels: state, its reason, header, spread, facts, blanks. */
const OTHER_LINES = 8;

export interface BookOutput {
  /** A person is looking, and may wait for what is not there yet. */
  readonly isScreen: boolean;
  /** Levels a side that are wanted now; a window changes its size. */
  readonly depth: number;
  /** `hint`: what may help when there is no live book. */
  show(view: BookView, hint?: string): void;
  leave(): void;
}

export interface BookOutputOptions {
  readonly depth?: number;
  readonly trades: number;
  readonly once?: boolean;
  readonly json?: boolean;
}

export function bookOutput(
  options: BookOutputOptions,
  stdout: Terminal & { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): BookOutput {
  if (options.json === true) return new JsonOutput(options, stdout);
  const isTerminal = stdout.isTTY === true;
  const colours = coloursFor(isTerminal, env);
  const picture = (view: BookView, depth: number): string[] =>
    renderBook(view, {
      width: stdout.columns || USUAL_WIDTH,
      depth,
      trades: options.trades,
      colours,
    });
  if (!isTerminal || options.once === true) {
    const depth = options.depth ?? USUAL_DEPTH;
    const show = (view: BookView): void => {
      stdout.write(`${picture(view, depth).join('\n')}\n\n`);
    };
    return { isScreen: false, depth, show, leave: () => undefined };
  }
  const screen = new Screen(stdout);
  return {
    isScreen: true,
    get depth() {
      const room = (stdout.rows || USUAL_HEIGHT) - OTHER_LINES - options.trades;
      return options.depth ?? Math.max(1, Math.min(USUAL_DEPTH, Math.floor(room / 2)));
    },
    show(view, hint) {
      const lines = picture(view, this.depth);
      screen.draw(hint === undefined ? lines : [...lines, '', colours.warning(hint)]);
    },
    leave: () => screen.leave(),
  };
}

/** One object a line; each trade stands in one line, the first after it. */
class JsonOutput implements BookOutput {
  readonly isScreen = false;
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

  leave(): void {}
}
