/** An engine process with a journal that is killed and started again at the same endpoints. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PHASES, type Phase } from './phase-marker.ts';

const ENGINE = join(import.meta.dirname, '..', '..', 'main.ts');
const MARKER = join(import.meta.dirname, 'phase-marker.ts');
const READY = z.object({
  type: z.literal('ready'),
  endpoints: z.object({ publish: z.string(), entry: z.string(), spine: z.string() }),
});

export type EngineEndpoints = z.infer<typeof READY>['endpoints'];

const FREE: EngineEndpoints = {
  publish: 'tcp://127.0.0.1:*',
  entry: 'tcp://127.0.0.1:*',
  spine: 'tcp://127.0.0.1:*',
};

/** How the process differs from a usual one. */
export interface Circumstances {
  /** Modules that are loaded before the engine. */
  readonly imports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** True: it does not say which phase it is in, and makes none longer. */
  readonly isUnmarked?: boolean;
  /** The user that it runs as. */
  readonly uid?: number;
}

export class KillableEngine {
  endpoints: EngineEndpoints = FREE;
  /** Of the next start. */
  circumstances: Circumstances = {};
  readonly #folder: string;
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;
  #output = '';

  /** Its journal is `folder/journal`. */
  constructor(folder: string, ...options: string[]) {
    this.#folder = folder;
    this.#options = options;
  }

  get directory(): string {
    return join(this.#folder, 'journal');
  }

  /** What it has said since its last start. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts without waiting. */
  spawn(): void {
    const { publish, entry, spine } = this.endpoints;
    const places = ['--publish', publish, '--entry', entry, '--spine', spine];
    const journal = ['--journal', this.directory, '--no-market'];
    this.#output = '';
    const { imports = [], environment = {}, isUnmarked = false, uid } = this.circumstances;
    const loaded = [...(isUnmarked ? [] : [MARKER]), ...imports].flatMap((module) => [
      '--import',
      module,
    ]);
    this.#child = spawn(
      process.execPath,
      [...loaded, ENGINE, ...places, ...journal, ...this.#options],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          ...process.env,
          TOUCHLINE_PHASE_FILE: this.#phaseFile,
          TOUCHLINE_LOG: 'info',
          ...environment,
        },
        ...(uid === undefined ? {} : { uid, gid: uid }),
      },
    );
    this.#child.stderr?.on('data', (chunk) => {
      this.#output += chunk;
    });
  }

  async start(): Promise<void> {
    this.spawn();
    await this.ready();
  }

  async ready(): Promise<void> {
    const child = this.#child as ChildProcess;
    const ready = new Promise<void>((resolve) => {
      child.on('message', (message) => {
        const parsed = READY.safeParse(message);
        if (!parsed.success) return;
        this.endpoints = parsed.data.endpoints;
        resolve();
      });
    });
    const ended = once(child, 'close').then(([code]) => {
      throw new Error(`The engine ended with ${code}: ${this.#output}`);
    });
    await Promise.race([ready, ended]);
  }

  /** Kills it as nothing else does; answers with the phase that it was in. */
  async kill(): Promise<Phase> {
    const child = this.#child as ChildProcess;
    child.removeAllListeners('close');
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return PHASES[readFileSync(this.#phaseFile)[0] ?? 0] as Phase;
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.#child as ChildProcess;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  /** Ends it in order. */
  async end(): Promise<void> {
    const child = this.#child as ChildProcess;
    child.removeAllListeners('close');
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  get #phaseFile(): string {
    return join(this.#folder, 'phase');
  }
}
