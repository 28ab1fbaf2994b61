/** `touchline verify`: proves that a capture comes out at the far end as it went in. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../../../feed/process/index.ts';
import { countLines } from './capture-lines.ts';
import { ProgressLine } from './progress-line.ts';
import { reportLines } from './report.ts';
import { runVerification, type VerificationOptions } from './run-verification.ts';

interface VerifyOptions {
  readonly source: string;
  readonly through: VerificationOptions['through'];
  readonly orderbook?: string;
  readonly play?: string;
  readonly window?: number;
  readonly timeout: number;
}

const EXIT_HOLDS = 0;
const EXIT_DOES_NOT_HOLD = 1;
const EXIT_USER_ERROR = 2;

const DEFAULT_TIMEOUT_S = 60;

const EXAMPLES = `
Sources that carry their own checks:
  kraken:FILE     a CRC-32 of the top ten levels with every update
  binance:FILE    the best bid and ask after each diff
  lobster:FILE    the book after each message (with --orderbook FILE)
  capture:FILE    whatever checks its lines carry

Examples:
  $ touchline verify --source kraken:book.ws.gz --through feed
  $ touchline verify --source binance:btcusdt.ndjson.gz --through both
`;

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('play a capture through the real processes and make its checks at the far end')
    .requiredOption('--source <spec>', 'the capture; see below')
    .addOption(
      new Option('--through <end>', 'where to check: the feed, the gateway behind it, or both')
        .choices(['feed', 'gateway', 'both'])
        .default('feed'),
    )
    .option('--orderbook <file>', "of lobster: the order-book file with the book's rows")
    .option('--window <number>', 'transactions that may be on their way', parsePositive)
    .option('--timeout <seconds>', 'give up when nothing comes', parsePositive, DEFAULT_TIMEOUT_S)
    .addOption(new Option('--play <file>', 'another file for the source to play').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (options: VerifyOptions) => {
      process.exitCode = await verify(options);
    });
}

async function verify(options: VerifyOptions): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const progress = new ProgressLine(process.stderr);
  progress.say('starting the processes');
  if (progress.isShown) void countLines(pathOf(options.source)).then((all) => progress.expect(all));
  try {
    const result = await runVerification({
      source: options.source,
      through: options.through,
      ...(options.orderbook === undefined ? {} : { orderBook: options.orderbook }),
      ...(options.play === undefined ? {} : { play: options.play }),
      ...(options.window === undefined ? {} : { window: options.window }),
      stallMs: options.timeout * 1000,
      signal: interruption.signal,
      onProgress: (ends, line) => progress.show(ends, line),
    });
    progress.clear();
    for (const line of reportLines(result)) console.log(line);
    return result.ends.every(({ tally }) => tally.holds) ? EXIT_HOLDS : EXIT_DOES_NOT_HOLD;
  } catch (error) {
    progress.clear();
    if (!(error instanceof UserError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    const isVerdict = error.code === 'STALLED' || error.code === 'LINE_MISMATCH';
    return isVerdict ? EXIT_DOES_NOT_HOLD : EXIT_USER_ERROR;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function pathOf(source: string): string {
  return source.slice(source.indexOf(':') + 1);
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
