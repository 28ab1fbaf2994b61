/** Runs a process from its first line to its exit code: signals, parent, errors, orderly closing. */

import { createLog, type Logger, logLevel } from './log.ts';
import { ParentLink } from './parent-link.ts';
import { watchAncestors } from './parent-watch.ts';
import { ShutdownList } from './shutdown-list.ts';
import { UserError } from './user-error.ts';

const SHUTDOWN_LIMIT_MS = 5000;
const EXIT_FAILED = 1;
const EXIT_USER_ERROR = 2;

/** Set by a supervisor: a Ctrl-C then reaches the whole group, and the supervisor decides the order. */
export const SUPERVISED_ENV = 'TOUCHLINE_SUPERVISED';

export interface ProcessContext {
  readonly log: Logger;
  /**
   * Says that everything is bound and served, in the log and to the parent. Name endpoints as the
   * options that set them: `publish`, `entry`, `spine`, `serve`; the gateway's address is `http`.
   */
  ready(endpoints: Record<string, string>): void;
  /**
   * Closes something at the end; run in reverse order of the calls on SIGINT, SIGTERM, SIGHUP, when
   * the parent has gone, after a fatal error. `what` names it should it not close in time.
   */
  onShutdown(close: () => void | Promise<void>, what?: string): void;
  /** Ends the process in order, with exit code 0: for work that is done by itself. */
  shutdown(reason: string): void;
  /** Ends the process as an error thrown by `main` would; for errors that come later. */
  fail(error: unknown): void;
  /** Aborted when the process begins to end: what `main` has not begun yet it need not begin. */
  readonly signal: AbortSignal;
  /** The process that started this one with an IPC channel, if one did. */
  readonly parent: Parent | undefined;
}

export interface Parent {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface RunOptions {
  /** Also without an IPC channel: end when the parent has died, or npm's parent under npm. */
  readonly endsWithParent?: boolean;
  /** How long closing may take before the process ends anyway, with exit code 1. */
  readonly shutdownLimitMs?: number;
}

/**
 * Runs `main`, which wires things together and returns; the process then lives on its sockets. It
 * ends with 0 when asked to, 2 for a `UserError`, 1 for any other error.
 */
export function runProcess(
  name: string,
  main: (context: ProcessContext) => Promise<void>,
  options: RunOptions = {},
): void {
  let lifecycle: Lifecycle;
  try {
    lifecycle = new Lifecycle(createLog(name, logLevel(process.argv, process.env)), options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = EXIT_USER_ERROR;
    return;
  }
  lifecycle.watch();
  main(lifecycle).then(
    () => lifecycle.wired(),
    (error: unknown) => lifecycle.mainFailed(error),
  );
}

class Lifecycle implements ProcessContext {
  readonly log: Logger;
  readonly parent: ParentLink | undefined;
  readonly #options: RunOptions;
  readonly #closers = new ShutdownList();
  readonly #supervised: boolean;
  readonly #ending = new AbortController();
  #exitCode = 0;
  /** Said when everything is closed: a screen that is being left would take it along. */
  #lastWords = '';
  #wired = false;

  constructor(log: Logger, options: RunOptions) {
    this.log = log;
    this.parent = ParentLink.ofThisProcess();
    this.#options = options;
    this.#supervised = this.parent !== undefined && process.env[SUPERVISED_ENV] === '1';
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Listens for everything that ends a process. */
  watch(): void {
    // Listeners stay for good: npm passes on a SIGINT that the terminal has already delivered, and
    // the second one must not cut the closing short.
    process.on('SIGINT', () => {
      if (!this.#supervised) this.shutdown('SIGINT');
    });
    process.on('SIGTERM', () => this.shutdown('SIGTERM'));
    process.on('SIGHUP', () => this.shutdown('SIGHUP'));
    process.on('uncaughtException', (error) => this.fail(error));
    process.on('unhandledRejection', (error) => this.fail(error));
    process.on('beforeExit', () => this.#idle());
    this.parent?.onGone(() => this.shutdown('the parent process has gone'));
    if (this.parent === undefined && this.#options.endsWithParent === true) {
      watchAncestors((who) => this.shutdown(`${who} has gone`));
    }
  }

  /** `main` has returned: from now on an empty event loop means that the work is done. */
  wired(): void {
    this.#wired = true;
  }

  mainFailed(error: unknown): void {
    // What `main` was waiting for may have been closed under its hands.
    if (this.signal.aborted) this.log.debug({ err: error }, 'ended while starting');
    else this.fail(error);
  }

  ready(endpoints: Record<string, string>): void {
    this.log.info(endpoints, 'ready');
    this.parent?.send({ type: 'ready', endpoints });
  }

  onShutdown(close: () => void | Promise<void>, what?: string): void {
    this.#closers.add(close, what);
  }

  shutdown(reason: string): void {
    if (this.signal.aborted) return;
    this.#ending.abort();
    this.log.debug({ reason }, 'shutting down');
    void this.#end();
  }

  /** A fatal error: said once, everything closed, exit code 1 or 2. */
  fail(error: unknown): void {
    // Commander has already printed what it throws when told not to exit by itself.
    const printed = commanderExitCode(error);
    if (printed !== undefined) {
      this.#exitCode = printed === 0 ? 0 : EXIT_USER_ERROR;
    } else if (error instanceof UserError) {
      this.#exitCode = EXIT_USER_ERROR;
      // A supervisor says it in its own last line; twice would be one time too many.
      if (!this.#supervised) this.#lastWords ||= `${error.code}: ${error.message}\n`;
      this.parent?.send({ type: 'failed', code: error.code, message: error.message });
    } else {
      this.#exitCode = EXIT_FAILED;
      this.log.fatal({ err: error }, 'a fatal error');
      this.parent?.send({ type: 'failed', code: 'FATAL', message: String(error) });
    }
    this.shutdown('an error');
  }

  #idle(): void {
    if (this.#wired) this.shutdown('nothing left to do');
    else this.fail(new Error('waiting for something that can no longer happen'));
  }

  async #end(): Promise<void> {
    const limitMs = this.#options.shutdownLimitMs ?? SHUTDOWN_LIMIT_MS;
    const problems = await this.#closers.closeAll(limitMs);
    for (const problem of problems) {
      this.#exitCode ||= EXIT_FAILED;
      this.log.error({ what: problem.what, err: problem.error }, problem.message);
    }
    process.stderr.write(this.#lastWords);
    await this.parent?.flushed();
    process.exit(this.#exitCode);
  }
}

function commanderExitCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('exitCode' in error)) return undefined;
  const { code, exitCode } = error;
  if (typeof code !== 'string' || !code.startsWith('commander.')) return undefined;
  return typeof exitCode === 'number' ? exitCode : EXIT_USER_ERROR;
}
