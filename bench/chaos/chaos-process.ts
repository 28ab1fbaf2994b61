/** A process that is killed and started again at the same endpoints. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

const READY = z.object({ type: z.literal('ready'), endpoints: z.record(z.string(), z.string()) });
/** Longer than any machine makes a start or an answer take. */
const STUCK_AFTER_MS = 60_000;
/** Of what it has written, told when it fails. */
const LAST_CHARACTERS = 2000;

export interface ChaosProcessOptions {
  readonly name: string;
  readonly file: string;
  /** Asked at each start: what was bound once is bound again. */
  readonly args: (endpoints: Readonly<Record<string, string>>) => readonly string[];
}

export class ChaosProcess {
  readonly name: string;
  readonly #options: ChaosProcessOptions;
  #child: ChildProcess | undefined;
  #output = '';
  endpoints: Readonly<Record<string, string>> = {};

  constructor(options: ChaosProcessOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Settles when it says that it is ready. */
  async start(): Promise<void> {
    this.spawn();
    await this.ready();
  }

  spawn(): void {
    const { file, args } = this.#options;
    this.#output = '';
    const child = spawn(process.execPath, [file, ...args(this.endpoints)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk).slice(-LAST_CHARACTERS);
      });
    }
  }

  async ready(): Promise<void> {
    const { endpoints } = await this.#heard((message) => {
      const parsed = READY.safeParse(message);
      return parsed.success ? parsed.data : undefined;
    }, 'ready');
    this.endpoints = endpoints;
  }

  /** Asks, and waits for the first answer that `read` makes something of. */
  ask<T>(question: object, read: (message: unknown) => T | undefined): Promise<T> {
    const answer = this.#heard(read, JSON.stringify(question));
    this.#child?.send(question, () => {});
    return answer;
  }

  /** As nothing else does; settles when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const gone =
      child.exitCode !== null || child.signalCode !== null ? undefined : once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  #heard<T>(read: (message: unknown) => T | undefined, what: string): Promise<T> {
    const child = this.#child as ChildProcess;
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        child.off('message', hear);
        child.off('exit', ended);
        end();
      };
      const fail = (why: string) => () => {
        reject(new Error(`${this.name}: ${what}: ${why}. It said:\n${this.#output}`));
      };
      const hear = (message: unknown): void => {
        const value = read(message);
        if (value !== undefined) settle(() => resolve(value));
      };
      const ended = (code: number | null): void => settle(fail(`it ended with ${code}`));
      const timer = setTimeout(() => settle(fail('no answer')), STUCK_AFTER_MS);
      child.on('message', hear);
      child.on('exit', ended);
    });
  }
}
