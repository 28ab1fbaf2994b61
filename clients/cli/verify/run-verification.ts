/** Starts the real processes on free ports, plays a capture through them, and checks the far end. */

import { accessSync, constants } from 'node:fs';
import { UserError } from '../../../feed/process/index.ts';
import { ChildFailed } from '../supervisor/child.ts';
import type { ManagedProcess } from '../supervisor/managed-process.ts';
import { type Stack, startStack } from '../supervisor/stack.ts';
import { BinanceCapture } from './captures/binance-capture.ts';
import { KrakenCapture } from './captures/kraken-capture.ts';
import { LobsterCapture } from './captures/lobster-capture.ts';
import { NeutralCapture } from './captures/neutral-capture.ts';
import type { CaptureReader } from './expectation.ts';
import { type FarEnd, FarEndLog } from './far-end.ts';
import { FeedFarEnd } from './feed-far-end.ts';
import { GatewayFarEnd } from './gateway-far-end.ts';
import { SourceMessages } from './source-messages.ts';
import { Tally } from './tally.ts';
import { LineMismatch, Verifier } from './verifier.ts';

export interface VerificationOptions {
  /** Such as "kraken:FILE": what is checked. */
  readonly source: string;
  readonly through: 'feed' | 'gateway';
  /** LOBSTER's order-book file. */
  readonly orderBook?: string;
  /** Another file for the source to play: a test's corrupted copy. */
  readonly play?: string;
  /** Transactions that may be on their way; by default as many as the far end can tell apart. */
  readonly window?: number;
  /** The far end has stopped when nothing has come for this long. */
  readonly stallMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (tally: Tally, line: number) => void;
  /** Something in the capture that the source could not use. */
  readonly onProblem?: (line: number, code: string, message: string) => void;
}

export interface VerificationResult {
  readonly tally: Tally;
  readonly farEnd: string;
  readonly capture: CaptureReader;
}

const SOURCE = /^([a-z]+):(.+)$/s;
/**
 * A subscriber hears of every transaction, so that many may be on their way. A browser's first
 * snapshot of a book must be of the book's first transaction, so that none may follow it yet.
 */
const WINDOWS = { feed: 64, gateway: 1 } as const;

/** Rejects with `UserError` when it cannot be done; what does not hold is in the result. */
export async function runVerification(options: VerificationOptions): Promise<VerificationResult> {
  const { kind, path } = parseSource(options.source);
  const capture = openCapture(kind, path, options.orderBook);
  for (const file of [path, options.play, options.orderBook]) mustBeReadable(file);
  const watch = new Watch(options);
  const stack = await asUserError(
    startStack({ market: false, gateway: options.through === 'gateway', logLevel: 'warn' }),
  );
  let farEnd: FarEnd | undefined;
  try {
    watch.processes(stack, options.through);
    const log = new FarEndLog();
    farEnd = openFarEnd(options.through, stack, log);
    await watch.wait(farEnd.start(), () => `${farEnd?.name} to connect`);
    const played = `${kind}:${options.play ?? path}`;
    const source = stack.startSource(played, sourceOptions(options));
    const tally = await check(options, { capture, farEnd, log, source, watch });
    return { tally, farEnd: farEnd.name, capture };
  } finally {
    watch.end();
    await farEnd?.close();
    await stack.stop();
  }
}

interface Parts {
  readonly capture: CaptureReader;
  readonly farEnd: FarEnd;
  readonly log: FarEndLog;
  readonly source: ManagedProcess;
  readonly watch: Watch;
}

async function check(options: VerificationOptions, parts: Parts): Promise<Tally> {
  const { capture, farEnd, log, source, watch } = parts;
  const tally = new Tally();
  const messages = new SourceMessages();
  const problems = new Map<number, string>();
  source.onMessage((message) => messages.receive(message));
  log.onHeard = (transaction) => source.send({ type: 'applied', transaction });
  const seen = () =>
    `${farEnd.name} has seen transaction ${log.newest} and is ${farEnd.describe()}`;
  const verifier = new Verifier({
    capture,
    farEnd,
    log,
    tally,
    wait: (news, forWhat) => watch.wait(news, () => `${farEnd.name} to show ${forWhat}; ${seen()}`),
  });
  try {
    await asUserError(source.ready());
    watch.source(source);
    for (;;) {
      const news = messages.news();
      const message = messages.take();
      if (message === undefined) {
        const played = () => `the source, which has played ${tally.steps} lines; ${seen()}`;
        await watch.wait(news, played);
      } else if (message.type === 'step') {
        await verifier.step(message.line, message.transaction);
        source.send({ type: 'applied', transaction: message.transaction });
        options.onProgress?.(tally, message.line);
      } else if (message.type === 'problem') {
        tally.problems++;
        problems.set(message.line, `${message.code}: ${message.message}`);
        options.onProblem?.(message.line, message.code, message.message);
      } else {
        break;
      }
    }
    await verifier.end();
    return tally;
  } catch (error) {
    if (!(error instanceof LineMismatch)) throw error;
    const refused = problems.get(error.expected ?? 0);
    const why = refused === undefined ? '' : ` The source refused that line: ${refused}`;
    throw new UserError('LINE_MISMATCH', `${error.message}${why}`);
  } finally {
    await verifier.close();
  }
}

/** Whatever is waited for: it ends when nothing happens for too long, or a process has died. */
class Watch {
  readonly #stallMs: number;
  #failure: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #isOver = false;

  constructor({ stallMs, signal }: VerificationOptions) {
    this.#stallMs = stallMs;
    this.#failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // It is awaited only while something is waited for.
    this.#failure.catch(() => undefined);
    signal?.addEventListener('abort', () => {
      this.#fail(new UserError('INTERRUPTED', 'Interrupted before the capture was played.'));
    });
  }

  processes(stack: Stack, through: 'feed' | 'gateway'): void {
    const all = [stack.engine, stack.relay];
    if (through === 'gateway') all.push(stack.gateway);
    for (const one of all) this.#mustLive(one, false);
  }

  /** A source that has done its work may end. */
  source(source: ManagedProcess): void {
    this.#mustLive(source, true);
  }

  end(): void {
    this.#isOver = true;
  }

  async wait<Value>(news: Promise<Value>, forWhat: () => string): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const seconds = this.#stallMs / 1000;
        const message = `Nothing has happened for ${seconds} s while waiting for ${forWhat()}.`;
        reject(new UserError('STALLED', message));
      }, this.#stallMs);
    });
    try {
      return await Promise.race([news, this.#failure, stalled]);
    } finally {
      clearTimeout(timer);
    }
  }

  #mustLive(one: ManagedProcess, mayEnd: boolean): void {
    void one.exited.then((exit) => {
      if (this.#isOver || (mayEnd && exit.code === 0)) return;
      const how = exit.signal ?? `exit code ${exit.code}`;
      const message = `The ${one.role} ended (${how}): ${exit.lastError}`;
      this.#fail(new UserError('PROCESS_ENDED', message));
    });
  }
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

function mustBeReadable(path: string | undefined): void {
  if (path === undefined) return;
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('UNREADABLE_CAPTURE', `${path} cannot be read: ${why}`);
  }
}

function parseSource(source: string): { kind: string; path: string } {
  const match = SOURCE.exec(source);
  if (match === null) {
    const message = `"${source}" is no source that can be verified: kraken:FILE, binance:FILE, capture:FILE or lobster:FILE.`;
    throw new UserError('BAD_SOURCE', message);
  }
  const [, kind = '', path = ''] = match;
  return { kind, path };
}

function openCapture(kind: string, path: string, orderBook: string | undefined): CaptureReader {
  switch (kind) {
    case 'kraken':
      return new KrakenCapture(path);
    case 'binance':
      return new BinanceCapture(path);
    case 'capture':
      return new NeutralCapture(path);
    case 'lobster':
      if (orderBook !== undefined) return new LobsterCapture(path, orderBook);
      throw new UserError(
        'NO_ORDERBOOK',
        'A LOBSTER file is checked against its order-book file: give it with --orderbook FILE.',
      );
    default:
      throw new UserError(
        'BAD_SOURCE',
        `"${kind}" cannot be verified: only kraken, binance, capture and lobster carry checks.`,
      );
  }
}

function openFarEnd(through: 'feed' | 'gateway', stack: Stack, log: FarEndLog): FarEnd {
  const { publish, relay, gateway } = stack.endpoints;
  if (through === 'feed') return new FeedFarEnd({ feed: publish, repair: relay, log });
  const url = new URL('/feed', gateway);
  url.protocol = 'ws:';
  return new GatewayFarEnd({ url: url.href, log });
}

function sourceOptions({ through, window, orderBook }: VerificationOptions): string[] {
  const options = ['--speed', 'max', '--window', String(window ?? WINDOWS[through])];
  return orderBook === undefined ? options : [...options, '--orderbook', orderBook];
}
