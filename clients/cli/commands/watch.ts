/** `touchline watch SYMBOL`: a live book in the terminal. */

import type { Command } from 'commander';
import { DEFAULT_ENDPOINTS } from '../../../feed/index.ts';
import {
  LOG_LEVEL_OPTION,
  type ProcessContext,
  runProcess,
  UserError,
} from '../../../feed/process/index.ts';
import { seconds, wholeNumber } from '../arguments.ts';
import { coloursFor } from '../colours.ts';
import { endWithReader } from '../output.ts';
import type { BookView } from '../watch/book-view.ts';
import { FeedBook } from '../watch/feed-book.ts';
import { GatewayBook } from '../watch/gateway-book.ts';
import { renderBook } from '../watch/render-book.ts';
import { Screen } from '../watch/screen.ts';
import { unknownSymbolText, type WatchedBook } from '../watch/watched-book.ts';

const MOST_LEVELS = 1000;
// Also where a terminal gives its size as 0.
const USUAL_WIDTH = 80;
const USUAL_HEIGHT = 24;
/** Lines of the screen that are not levels: state, header, spread, trades, facts, blanks. */
const OTHER_LINES = 8;

interface WatchOptions {
  readonly feed: string;
  readonly repair: string;
  readonly gateway?: string;
  readonly depth?: number;
  readonly trades: number;
  readonly interval: number;
  readonly once?: boolean;
  readonly json?: boolean;
  readonly timeout: number;
}

export function addWatchCommand(program: Command): void {
  program
    .command('watch')
    .description('show a live book in the terminal, straight from the feed or through a gateway')
    .argument('<symbol>', 'the instrument')
    .option('--feed <endpoint>', "the engine's records", DEFAULT_ENDPOINTS.publish)
    .option('--repair <endpoint>', 'the relay', DEFAULT_ENDPOINTS.relay)
    .option('--gateway <url>', 'through this gateway instead, as a browser would')
    .option('--depth <levels>', 'levels a side (default: 10, or what fits)', levels)
    .option('--trades <count>', 'newest trades shown', wholeNumber(0, 50), 5)
    .option('--interval <ms>', 'milliseconds between redraws', wholeNumber(16, 60_000), 100)
    .option('--once', 'print one LIVE book and end')
    .option('--json', 'one JSON object a line instead of a picture')
    .option('--timeout <seconds>', 'how long to wait for a LIVE book', seconds, 10)
    .option(...LOG_LEVEL_OPTION)
    .addHelpText('after', WATCH_EXAMPLES)
    .action((symbol: string, options: WatchOptions) => {
      runProcess('watch', (context) => watch(context, symbol, options));
    });
}

const levels = wholeNumber(1, MOST_LEVELS);

const WATCH_EXAMPLES = `
Examples:
  $ touchline watch AAPL
  $ touchline watch AAPL --depth 20 --gateway http://127.0.0.1:7180/
  $ touchline watch AAPL --once                   one picture, for a look or for a script
  $ touchline watch AAPL --json | jq .bids[0]     a line after every change, 10 a second at most
`;

async function watch(
  context: ProcessContext,
  symbol: string,
  options: WatchOptions,
): Promise<void> {
  endWithReader(context);
  const output = outputFor(options);
  const book = await openBook(symbol, options, output.depth);
  context.onShutdown(() => book.close(), 'the subscription');
  context.onShutdown(() => output.leave());
  let hasBeenLive = false;
  let isChanged = true;
  book.onChange(() => {
    isChanged = true;
  });
  const check = (): void => {
    const { otherSymbols } = book;
    if (otherSymbols !== undefined) {
      throw new UserError('UNKNOWN_SYMBOL', unknownSymbolText(symbol, otherSymbols));
    }
    hasBeenLive ||= book.state === 'LIVE';
    if (!isChanged) return;
    isChanged = false;
    if (!options.once) output.show(book.view(output.depth));
    else if (book.state === 'LIVE') {
      output.show(book.view(output.depth));
      context.shutdown('shown once');
    }
  };
  const late = (): void => {
    // A person at a terminal sees the state and may wait; a script must not.
    if (hasBeenLive || (output.isScreen && !options.once)) return;
    context.fail(nothingHeard(book.view(0), options));
  };
  const ticks = setInterval(check, options.interval);
  const deadline = setTimeout(late, options.timeout * 1000);
  context.onShutdown(() => {
    clearInterval(ticks);
    clearTimeout(deadline);
  });
}

async function openBook(
  symbol: string,
  options: WatchOptions,
  depth: number,
): Promise<WatchedBook> {
  if (options.gateway !== undefined) {
    return new GatewayBook(symbol, {
      url: options.gateway,
      depth,
      intervalMs: options.interval,
    });
  }
  const book = new FeedBook(symbol, options);
  await book.start();
  return book;
}

interface Output {
  readonly isScreen: boolean;
  readonly depth: number;
  show(view: BookView): void;
  leave(): void;
}

function outputFor(options: WatchOptions): Output {
  const { stdout } = process;
  const isScreen = stdout.isTTY && options.once !== true && options.json !== true;
  const fitting = Math.floor(((stdout.rows || USUAL_HEIGHT) - OTHER_LINES - options.trades) / 2);
  const depth = options.depth ?? Math.max(1, Math.min(10, isScreen ? fitting : 10));
  const colours = coloursFor(stdout.isTTY, process.env);
  const lines = (view: BookView): string[] =>
    renderBook(view, {
      // Asked each time, for a window changes its size.
      width: stdout.columns || USUAL_WIDTH,
      depth,
      trades: options.trades,
      colours,
    });
  if (options.json === true) {
    let tradesSeen = 0;
    const show = (view: BookView): void => {
      // Each trade is in one line: the first after it.
      const trades = view.trades.slice(0, view.tradesSeen - tradesSeen);
      tradesSeen = view.tradesSeen;
      stdout.write(`${JSON.stringify({ ...view, trades })}\n`);
    };
    return { isScreen, depth, show, leave: () => undefined };
  }
  if (isScreen) {
    const screen = new Screen(stdout);
    return { isScreen, depth, show: (v) => screen.draw(lines(v)), leave: () => screen.leave() };
  }
  const show = (view: BookView): boolean => stdout.write(`${lines(view).join('\n')}\n\n`);
  return { isScreen, depth, show, leave: () => undefined };
}

function nothingHeard(view: BookView, options: WatchOptions): UserError {
  const waited = `no LIVE book within ${options.timeout} s (${view.state}, ${view.reason})`;
  const who =
    options.gateway === undefined
      ? `Is the engine running at ${options.feed}, and a relay at ${options.repair}?`
      : `Is a gateway running at ${options.gateway}?`;
  return new UserError(
    'NOTHING_HEARD',
    `From ${view.from} came ${waited}. ${who} Everything starts with: touchline up`,
  );
}
