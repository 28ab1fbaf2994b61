/** `touchline watch SYMBOL`: a live book in the terminal. */

import type { Command } from 'commander';
import { DEFAULT_ENDPOINTS } from '../../../feed/index.ts';
import {
  addClientSecurityOptions,
  type ClientSecurityCommandLine,
  clientSecurity,
  LOG_LEVEL_OPTION,
  type ProcessContext,
  runProcess,
  UserError,
} from '../../../feed/process/index.ts';
import { seconds, wholeNumber } from '../arguments.ts';
import { endWithReader } from '../output.ts';
import { watchAtTerminal } from '../watch/at-terminal.ts';
import { bookOutput } from '../watch/book-output.ts';
import type { BookView } from '../watch/book-view.ts';
import { FeedBook } from '../watch/feed-book.ts';
import { GatewayBook } from '../watch/gateway-book.ts';
import { unknownSymbolText, type WatchedBook } from '../watch/watched-book.ts';

const MOST_LEVELS = 1000;
const USUAL_DEPTH = 10;

interface WatchOptions extends ClientSecurityCommandLine {
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
  const command = program
    .command('watch')
    .description('show a live book in the terminal, straight from the feed or through a gateway')
    .argument('<symbol>', 'the instrument')
    .option('--feed <endpoint>', "the engine's records", DEFAULT_ENDPOINTS.publish)
    .option('--repair <endpoint>', 'the relay', DEFAULT_ENDPOINTS.relay)
    .option('--gateway <url>', 'through this gateway instead, as a browser would')
    .option('--depth <levels>', 'levels a side (default: 10, or what fits)', levels)
    .option('--trades <count>', 'newest trades that are printed', wholeNumber(0, 50), 5)
    .option('--interval <ms>', 'milliseconds between redraws', wholeNumber(16, 60_000), 100)
    .option('--once', 'print one LIVE book and end')
    .option('--json', 'one JSON object a line instead of a picture')
    .option('--timeout <seconds>', 'how long to wait for a LIVE book', seconds, 10)
    .option(...LOG_LEVEL_OPTION);
  addClientSecurityOptions(command)
    .addHelpText('after', WATCH_EXAMPLES)
    .action((symbol: string, options: WatchOptions) => {
      runProcess('watch', (context) => watch(context, symbol, options));
    });
}

const levels = wholeNumber(1, MOST_LEVELS);

const WATCH_EXAMPLES = `
Examples:
  $ touchline watch AAPL                          ladder, tape and truth strip; ? explains the keys
  $ touchline watch AAPL --depth 20 --gateway http://127.0.0.1:7180/
  $ touchline watch AAPL --once                   one picture, for a look or for a script
  $ touchline watch AAPL --json | jq .bids[0]     a line after every change, 10 a second at most
`;

/** A person at a terminal gets a picture that moves and hears keys; anybody else gets lines. */
async function watch(
  context: ProcessContext,
  symbol: string,
  options: WatchOptions,
): Promise<void> {
  endWithReader(context);
  const isAtTerminal = process.stdout.isTTY && options.once !== true && options.json !== true;
  const book = await openBook(symbol, options);
  context.onShutdown(() => book.close(), 'the subscription');
  if (isAtTerminal) showAtTerminal(context, symbol, book, options);
  else printBooks(context, symbol, book, options);
}

function showAtTerminal(
  context: ProcessContext,
  symbol: string,
  book: WatchedBook,
  options: WatchOptions,
): void {
  const { depth, interval } = options;
  let hasBeenLive = false;
  const terminal = watchAtTerminal(context, book, { symbol, depth, interval });
  book.onChange(() => {
    requireSymbol(context, symbol, book);
    if (!hasBeenLive && book.state === 'LIVE') terminal.hint(undefined);
    hasBeenLive ||= book.state === 'LIVE';
  });
  // A person may wait.
  const deadline = setTimeout(() => {
    if (!hasBeenLive) terminal.hint(noLiveBook(book.view(0), options).message);
  }, options.timeout * 1000);
  context.onShutdown(() => clearTimeout(deadline));
}

function printBooks(
  context: ProcessContext,
  symbol: string,
  book: WatchedBook,
  options: WatchOptions,
): void {
  const output = bookOutput(options, process.stdout, process.env);
  let hasBeenLive = false;
  let isChanged = true;
  book.onChange(() => {
    isChanged = true;
  });
  const check = (): void => {
    requireSymbol(context, symbol, book);
    const { state } = book;
    hasBeenLive ||= state === 'LIVE';
    if (!isChanged || (options.once === true && state !== 'LIVE')) return;
    isChanged = false;
    output.show(book.view(output.depth));
    if (options.once === true) context.shutdown('shown once');
  };
  // A script must not wait.
  const late = (): void => {
    if (!hasBeenLive) context.fail(noLiveBook(book.view(0), options));
  };
  const ticks = setInterval(check, options.interval);
  const deadline = setTimeout(late, options.timeout * 1000);
  context.onShutdown(() => {
    clearInterval(ticks);
    clearTimeout(deadline);
  });
}

function requireSymbol(context: ProcessContext, symbol: string, book: WatchedBook): void {
  const { otherSymbols } = book;
  if (otherSymbols === undefined) return;
  context.fail(new UserError('UNKNOWN_SYMBOL', unknownSymbolText(symbol, otherSymbols)));
}

async function openBook(symbol: string, options: WatchOptions): Promise<WatchedBook> {
  if (options.gateway !== undefined) {
    return new GatewayBook(symbol, {
      url: options.gateway,
      depth: options.depth ?? USUAL_DEPTH,
      intervalMs: options.interval,
    });
  }
  const { feed, repair } = options;
  const book = new FeedBook(symbol, { feed, repair, security: clientSecurity(options) });
  await book.start();
  return book;
}

function noLiveBook(view: BookView, options: WatchOptions): UserError {
  const isSilent = view.reason === 'NO_DATA' || view.reason === 'DISCONNECTED';
  const who =
    options.gateway === undefined
      ? `Is the engine running at ${options.feed}, and a relay at ${options.repair}?`
      : `Is a gateway running at ${options.gateway}?`;
  const what = isSilent ? 'Nothing was heard' : `No LIVE book came (${view.state}, ${view.reason})`;
  return new UserError(
    isSilent ? 'NOTHING_HEARD' : 'NO_LIVE_BOOK',
    `${what} from ${view.from} within ${options.timeout} s. ${who} ` +
      'Everything starts with: touchline up',
  );
}
