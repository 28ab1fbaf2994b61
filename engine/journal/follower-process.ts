/** The engine's follower: a process of its own that takes checkpoints, and may die as it likes. */

import { type ChildProcess, spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import { FOLLOWER_RESTART_FIRST_MS, FOLLOWER_RESTART_LAST_MS } from './limits.ts';

export interface FollowerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Compiled or not, it lies beside this file. */
const TOOL = join(import.meta.dirname, `tool-main${extname(import.meta.filename)}`);

/**
 * Started again whenever it ends, after longer and longer pauses: an engine without checkpoints
 * loses nothing but a quick restart.
 */
export class FollowerProcess {
  readonly #args: readonly string[];
  readonly #log: FollowerLog;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = FOLLOWER_RESTART_FIRST_MS;
  #isClosed = false;

  /** `args`: behind `touchline journal checkpoint`. */
  constructor(args: readonly string[], log: FollowerLog) {
    this.#args = args;
    this.#log = log;
  }

  start(): void {
    if (this.#isClosed) return;
    const child = spawn(process.execPath, [TOOL, 'checkpoint', ...this.#args], {
      // It ends when this channel does, however the engine ends.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.unref();
    child.channel?.unref();
    child.on('message', () => {
      this.#pauseMs = FOLLOWER_RESTART_FIRST_MS;
    });
    child.on('error', (error) => this.#ended(child, String(error)));
    child.on('exit', (code, signal) => this.#ended(child, signal ?? code ?? 'unknown'));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGTERM');
  }

  #ended(child: ChildProcess, how: string | number): void {
    if (this.#isClosed || this.#child !== child) return;
    this.#child = undefined;
    const fields = { how, againInMs: this.#pauseMs };
    this.#log.warn(fields, 'the follower that takes checkpoints has ended');
    this.#timer = setTimeout(() => this.start(), this.#pauseMs);
    this.#timer.unref();
    this.#pauseMs = Math.min(2 * this.#pauseMs, FOLLOWER_RESTART_LAST_MS);
  }
}
