/** One process started by path: its readiness, its messages, its last words, its end. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { compiledCode, SUPERVISED_ENV } from '../../../feed/process/index.ts';

/** Lines of output kept for failure messages; what a process says at its end is short. */
const KEPT_LINES = 200;
/** A pipe that some grandchild holds open must not delay the news of a death. */
const CLOSE_AFTER_EXIT_MS = 500;

export interface ChildSpec {
  /** For messages and logs. */
  readonly name: string;
  readonly path: string;
  readonly arguments: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Each line the process writes to stdout or stderr. */
  readonly onLine?: (line: string) => void;
  readonly onMessage?: (message: unknown) => void;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the process said last about an error: "CODE: message", or its last line. */
  readonly lastError: string;
}

export type Endpoints = Readonly<Record<string, string>>;

export class Child {
  readonly name: string;
  /** Resolves at the end of the process, whatever ended it. */
  readonly exited: Promise<ChildExit>;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #listeners: ((message: unknown) => void)[] = [];
  readonly #onLine: ((line: string) => void) | undefined;
  #failure = '';
  #exit: ChildExit | undefined;
  #endpoints: Endpoints | undefined;
  #onReady: ((endpoints: Endpoints) => void) | undefined;

  constructor(spec: ChildSpec) {
    this.name = spec.name;
    this.#onLine = spec.onLine;
    if (spec.onMessage !== undefined) this.#listeners.push(spec.onMessage);
    this.#process = spawn(process.execPath, [spec.path, ...spec.arguments], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...compiledCode(), ...spec.env, [SUPERVISED_ENV]: '1' },
    });
    this.#readLines(this.#process.stdout);
    this.#readLines(this.#process.stderr);
    this.#process.on('message', (message) => this.#hear(message));
    this.exited = this.#awaitExit();
  }

  /** 0 when the process could not be started at all. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Set once the process has ended. */
  get exit(): ChildExit | undefined {
    return this.#exit;
  }

  /** The newest lines of output, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Resolves with the bound endpoints; rejects when the process ends first or takes too long. */
  async ready(limitMs: number): Promise<Endpoints> {
    if (this.#endpoints !== undefined) return this.#endpoints;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        new Promise<Endpoints>((resolve) => {
          this.#onReady = resolve;
        }),
        this.exited.then((exit) => {
          throw new ChildFailed(this.name, exit, this.#lines);
        }),
        new Promise<never>((_, reject) => {
          const late = `The ${this.name} was not ready after ${limitMs} ms.`;
          timer = setTimeout(() => reject(new Error(withLines(late, this.#lines))), limitMs);
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A process that has gone hears nothing; `exited` tells. */
  send(message: object): void {
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  /** Messages but for the kit's own. Those that came before the listener are not kept. */
  onMessage(listener: (message: unknown) => void): void {
    this.#listeners.push(listener);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** SIGTERM, and SIGKILL when that has not ended it within `limitMs`. True if it ended in order. */
  async stop(limitMs: number): Promise<boolean> {
    if (this.#exit !== undefined) return true;
    let inOrder = true;
    const timer = setTimeout(() => {
      inOrder = false;
      this.kill('SIGKILL');
    }, limitMs);
    this.kill('SIGTERM');
    // A stopped process would otherwise not even hear the request.
    this.kill('SIGCONT');
    await this.exited;
    clearTimeout(timer);
    return inOrder;
  }

  #readLines(stream: Readable | null): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      this.#lines.push(line);
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      this.#onLine?.(line);
    });
  }

  #hear(message: unknown): void {
    if (isKitMessage(message, 'ready')) {
      this.#endpoints = endpointsOf(message);
      this.#onReady?.(this.#endpoints);
    } else if (isKitMessage(message, 'failed')) {
      this.#failure = `${message['code']}: ${message['message']}`;
    } else {
      for (const listener of this.#listeners) listener(message);
    }
  }

  #awaitExit(): Promise<ChildExit> {
    return new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (this.#exit !== undefined) return;
        this.#exit = { code, signal, lastError: this.#failure || lastErrorOf(this.#lines) };
        resolve(this.#exit);
      };
      this.#process.on('error', (error) => {
        if (this.#process.pid !== undefined) return;
        this.#failure = error.message;
        finish(null, null);
      });
      this.#process.on('close', finish);
      this.#process.on('exit', (code, signal) => {
        setTimeout(() => finish(code, signal), CLOSE_AFTER_EXIT_MS);
      });
    });
  }
}

/** A process that ended before it was ready. */
export class ChildFailed extends Error {
  readonly exit: ChildExit;

  constructor(name: string, exit: ChildExit, lines: readonly string[]) {
    const what = `The ${name} ended (${describeExit(exit)}) before it was ready: ${exit.lastError}`;
    super(withLines(what, lines));
    this.name = 'ChildFailed';
    this.exit = exit;
  }
}

export function describeExit(exit: ChildExit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}

function withLines(message: string, lines: readonly string[]): string {
  return lines.length === 0 ? message : `${message}\nIt said:\n${lines.slice(-20).join('\n')}`;
}

/** The newest line that speaks of an error, else the newest line. */
function lastErrorOf(lines: readonly string[]): string {
  const error = lines.findLast((line) => /"level":[56]0|Error|^[A-Z_]{4,}: /.test(line));
  return messageOf(error ?? lines.at(-1) ?? '');
}

function messageOf(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { msg, err } = JSON.parse(line);
    return err?.message === undefined ? String(msg) : `${msg}: ${err.message}`;
  } catch {
    return line;
  }
}

function isKitMessage(message: unknown, type: string): message is Record<string, unknown> {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === type
  );
}

function endpointsOf(message: Record<string, unknown>): Endpoints {
  const { endpoints } = message;
  if (typeof endpoints !== 'object' || endpoints === null) return {};
  return Object.fromEntries(Object.entries(endpoints).map(([name, at]) => [name, String(at)]));
}
