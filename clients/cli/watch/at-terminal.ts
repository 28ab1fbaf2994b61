/** Joins the watching to a real terminal: keys in, pictures out, its size, and its way back. */

import type { ProcessContext } from '../../../feed/process/index.ts';
import { keysOf } from './keys.ts';
import { paletteFor } from './palette.ts';
import { Screen } from './screen.ts';
import { WatchScreen } from './watch-screen.ts';
import type { WatchedBook } from './watched-book.ts';

// Where a terminal gives its size as 0.
const USUAL_WIDTH = 80;
const USUAL_HEIGHT = 24;

export interface AtTerminalOptions {
  readonly symbol: string;
  readonly depth?: number | undefined;
  /** Milliseconds between pictures. */
  readonly interval: number;
}

export interface AtTerminal {
  /** What may help when there is no live book. */
  hint(text: string | undefined): void;
}

export function watchAtTerminal(
  context: ProcessContext,
  book: WatchedBook,
  options: AtTerminalOptions,
): AtTerminal {
  const { stdin, stdout } = process;
  const { depth, symbol } = options;
  const palette = paletteFor(true, process.env);
  const watching = new WatchScreen({ palette, book, symbol, depth });
  const screen = new Screen(stdout);
  const draw = (): void => {
    const [width, height] = [stdout.columns || USUAL_WIDTH, stdout.rows || USUAL_HEIGHT];
    screen.draw(watching.draw(width, height, performance.now()));
  };
  const listen = (isListening: boolean): void => {
    if (stdin.isTTY) stdin.setRawMode(isListening);
  };
  const suspend = (): void => {
    screen.leave();
    listen(false);
    process.once('SIGCONT', () => {
      listen(true);
      screen.enter();
      draw();
    });
    process.kill(process.pid, 'SIGTSTP');
  };
  listen(true);
  stdin.setEncoding('utf8').on('data', (bytes) => {
    for (const key of keysOf(String(bytes), () => watching.isTyping)) {
      const effect = watching.press(key, stdout.rows || USUAL_HEIGHT, performance.now());
      if (effect === 'quit') context.shutdown('a key');
      if (effect === 'suspend') suspend();
      if (effect === 'redraw') screen.forget();
    }
    draw();
  });
  stdout.on('resize', draw);
  const pictures = setInterval(draw, options.interval);
  context.onShutdown(() => {
    clearInterval(pictures);
    stdout.off('resize', draw);
    stdin.pause();
    listen(false);
    screen.leave();
  });
  draw();
  return {
    hint(text) {
      watching.hint = text;
    },
  };
}
