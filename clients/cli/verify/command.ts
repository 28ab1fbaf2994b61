/** `touchline verify`: proves that a capture comes out at the far end as it went in. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../../../feed/process/index.ts';
import { LobsterCapture } from './captures/lobster-capture.ts';
import { runVerification, type VerificationResult } from './run-verification.ts';
import { describeFailure, type Tally } from './tally.ts';

interface VerifyOptions {
  readonly source: string;
  readonly through: 'feed' | 'gateway';
  readonly orderbook?: string;
  readonly play?: string;
  readonly window?: number;
  readonly timeout: number;
}

const EXIT_HOLDS = 0;
const EXIT_DOES_NOT_HOLD = 1;
const EXIT_USER_ERROR = 2;

const DEFAULT_TIMEOUT_S = 60;
/** Problems with the capture that are shown one by one; the rest are counted. */
const SHOWN_PROBLEMS = 10;
const PROGRESS_EVERY_MS = 200;

const EXAMPLES = `
Sources that carry their own checks:
  kraken:FILE     a CRC-32 of the top ten levels with every update
  binance:FILE    the best bid and ask after each diff
  lobster:FILE    the book after each message (with --orderbook FILE)
  capture:FILE    whatever checks its lines carry

Examples:
  $ touchline verify --source kraken:book.ws.gz --through feed
  $ touchline verify --source binance:btcusdt.ndjson.gz --through gateway
`;

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('play a capture through the real processes and make its checks at the far end')
    .requiredOption('--source <spec>', 'the capture; see below')
    .addOption(
      new Option('--through <end>', 'where to check: the feed, or the gateway behind it')
        .choices(['feed', 'gateway'])
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
  const progress = new ProgressLine(process.stderr.isTTY);
  const problems = new Problems(progress);
  try {
    const result = await runVerification({
      source: options.source,
      through: options.through,
      ...(options.orderbook === undefined ? {} : { orderBook: options.orderbook }),
      ...(options.play === undefined ? {} : { play: options.play }),
      ...(options.window === undefined ? {} : { window: options.window }),
      stallMs: options.timeout * 1000,
      signal: interruption.signal,
      onProgress: (tally, line) => progress.show(tally, line),
      onProblem: (line, code, message) => problems.add(line, code, message),
    });
    progress.clear();
    return report(result, options.through);
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

function report({ tally, farEnd, capture }: VerificationResult, through: string): number {
  console.log(`${tally.steps} lines played, checked through the ${through} with ${farEnd}`);
  if (tally.problems > 0) console.log(`problems in the capture: ${tally.problems}`);
  if (tally.books > 0) {
    console.log(`${tally.booksEqual} of ${tally.books} books equal level by level`);
  }
  if (capture instanceof LobsterCapture) {
    const { compared, unknowable } = capture.knowledge;
    console.log(`${compared} levels compared, ${unknowable} could not be known`);
  }
  if (tally.firstFailure !== undefined) console.log(describeFailure(tally.firstFailure));
  console.log(tally.verdict);
  return tally.holds ? EXIT_HOLDS : EXIT_DOES_NOT_HOLD;
}

/** One line on a terminal that is written over; nothing elsewhere. */
class ProgressLine {
  readonly #isShown: boolean;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(isShown: boolean) {
    this.#isShown = isShown;
  }

  show(tally: Tally, line: number): void {
    const now = performance.now();
    if (!this.#isShown || now - this.#shownAtMs < PROGRESS_EVERY_MS) return;
    this.#shownAtMs = now;
    const text = `line ${line}: ${tally.checksHeld} of ${tally.checks} checks hold`;
    process.stderr.write(`\r\u001b[K${text}`);
  }

  clear(): void {
    if (this.#isShown) process.stderr.write('\r\u001b[K');
  }
}

class Problems {
  readonly #progress: ProgressLine;
  #count = 0;

  constructor(progress: ProgressLine) {
    this.#progress = progress;
  }

  add(line: number, code: string, message: string): void {
    if (++this.#count > SHOWN_PROBLEMS) return;
    this.#progress.clear();
    console.error(`line ${line}: ${code}: ${message}`);
  }
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
