/** Starts the real processes on free ports, plays a capture through them, and checks the far ends. */

import { UserError } from '../../../feed/process/index.ts';
import { ChildFailed } from '../supervisor/child.ts';
import type { ManagedProcess } from '../supervisor/managed-process.ts';
import { type Stack, startStack } from '../supervisor/stack.ts';
import { CheckedEnd, type EndProgress, type EndResult, type Through } from './checked-end.ts';
import type { FarEnd, FarEndLog } from './far-end.ts';
import { FeedFarEnd } from './feed-far-end.ts';
import { GatewayFarEnd } from './gateway-far-end.ts';
import { mustBeReadable, openCapture, parseSource } from './open-capture.ts';
import { type SourceMessage, SourceMessages } from './source-messages.ts';
import { LineMismatch } from './verifier.ts';
import { Watch } from './watch.ts';

export interface VerificationOptions {
  /** Such as "kraken:FILE": what is checked. */
  readonly source: string;
  /** Both at once is one play with two who check it. */
  readonly through: Through | 'both';
  /** LOBSTER's order-book file. */
  readonly orderBook?: string;
  /** Another file for the source to play: a test's corrupted copy. */
  readonly play?: string;
  /** Transactions that may be on their way; by default as many as the far end can tell apart. */
  readonly window?: number;
  /** The far end has stopped when nothing has come for this long. */
  readonly stallMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (ends: readonly EndProgress[], line: number) => void;
  /** Where to hear the feed instead of at the engine: a test's forger sits there. */
  readonly feedThrough?: (publish: string) => Promise<string>;
}

/** Something in the capture that the source could not use, or used in part. */
export type CaptureProblem = Extract<SourceMessage, { type: 'problem' }>;

export interface VerificationResult {
  readonly ends: readonly EndResult[];
  readonly problems: readonly CaptureProblem[];
}

/**
 * Transactions on their way. A subscriber gets all of them, however many. A gateway merges for who
 * owes it 64 KiB: a view of 1,000 levels a side is 24 KiB, which leaves 2.5 KiB for each of 15 diffs
 * behind it, and those of the captures have 0.1 to 1.
 */
const WINDOWS = { feed: 64, gateway: 16, both: 16 } as const;

/** Rejects with `UserError` when it cannot be done; what does not hold is in the result. */
export async function runVerification(options: VerificationOptions): Promise<VerificationResult> {
  const { kind, path } = parseSource(options.source);
  const throughs: readonly Through[] =
    options.through === 'both' ? ['feed', 'gateway'] : [options.through];
  const captures = throughs.map(() => openCapture(kind, path, options.orderBook));
  for (const file of [path, options.play, options.orderBook]) mustBeReadable(file);
  const watch = new Watch(options.stallMs, options.signal);
  const hasGateway = throughs.includes('gateway');
  const stack = await asUserError(
    startStack({ market: false, gateway: hasGateway, logLevel: 'warn' }),
  );
  const ends: CheckedEnd[] = [];
  try {
    watch.processes([stack.engine, stack.relay, ...(hasGateway ? [stack.gateway] : [])]);
    const { publish } = stack.endpoints;
    const feed = (await options.feedThrough?.(publish)) ?? publish;
    for (const [i, capture] of captures.entries()) {
      const through = throughs[i] ?? 'feed';
      const openFarEnd = (log: FarEndLog) => createFarEnd(through, stack, feed, log);
      ends.push(new CheckedEnd({ through, capture, openFarEnd, watch }));
    }
    await Promise.all(ends.map((end) => end.start()));
    const played = `${kind}:${options.play ?? path}`;
    const source = stack.startSource(played, sourceOptions(options));
    const problems: CaptureProblem[] = [];
    await check(options, { ends, source, watch, problems });
    return { ends: ends.map((end) => end.result()), problems };
  } finally {
    watch.end();
    for (const end of ends) await end.close();
    await stack.stop();
  }
}

interface Parts {
  readonly ends: readonly CheckedEnd[];
  readonly source: ManagedProcess;
  readonly watch: Watch;
  /** Filled while it goes. */
  readonly problems: CaptureProblem[];
}

async function check(options: VerificationOptions, parts: Parts): Promise<void> {
  const { ends, source, watch, problems } = parts;
  const messages = new SourceMessages();
  source.onMessage((message) => messages.receive(message));
  tellWhatAllHaveApplied(ends, source);
  const seen = () => ends.map((end) => end.describe()).join('; ');
  try {
    await asUserError(source.ready());
    watch.source(source);
    for (;;) {
      const news = messages.news();
      const message = messages.take();
      if (message === undefined) {
        const steps = () => ends[0]?.tally.steps ?? 0;
        await watch.wait(news, () => `the source, which has played ${steps()} lines; ${seen()}`);
      } else if (message.type === 'step') {
        const { line, transaction } = message;
        await Promise.all(ends.map((end) => end.step(line, transaction)));
        source.send({ type: 'applied', transaction });
        options.onProgress?.(ends, line);
      } else if (message.type === 'problem') {
        problems.push(message);
      } else {
        break;
      }
    }
    await Promise.all(ends.map((end) => end.end()));
  } catch (error) {
    if (!(error instanceof LineMismatch)) throw error;
    const refused = problems.find(({ line }) => line === error.expected);
    const why = refused && ` The source refused that line: ${refused.code}: ${refused.message}`;
    throw new UserError('LINE_MISMATCH', `${error.message}${why ?? ''}`);
  }
}

/** The source may go on as far as the slowest end allows. */
function tellWhatAllHaveApplied(ends: readonly CheckedEnd[], source: ManagedProcess): void {
  let told = 0;
  const tell = (): void => {
    const transaction = Math.min(...ends.map(({ log }) => log.newest));
    if (transaction <= told) return;
    told = transaction;
    source.send({ type: 'applied', transaction });
  };
  for (const { log } of ends) log.onHeard = tell;
}

/** A process that could not start says why itself. */
async function asUserError<Value>(starting: Promise<Value>): Promise<Value> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof ChildFailed)) throw error;
    throw new UserError('PROCESS_FAILED', error.exit.lastError);
  }
}

function createFarEnd(through: Through, stack: Stack, feed: string, log: FarEndLog): FarEnd {
  const { relay, gateway } = stack.endpoints;
  if (through === 'feed') return new FeedFarEnd({ feed, repair: relay, log });
  const url = new URL('/feed', gateway);
  url.protocol = 'ws:';
  return new GatewayFarEnd({ url: url.href, log });
}

function sourceOptions({ through, window, orderBook }: VerificationOptions): string[] {
  const options = ['--speed', 'max', '--window', String(window ?? WINDOWS[through])];
  // Books and trades must be subscribed to before there is anything of them to miss.
  options.push('--await-listings');
  return orderBook === undefined ? options : [...options, '--orderbook', orderBook];
}
