/** A process that can be ended and started again at the same endpoints. */

import { Child, type ChildExit, type Endpoints } from './child.ts';
import { programPath, type Role } from './programs.ts';

export interface ManagedProcessOptions {
  readonly role: Role;
  /** Written anew for each start; `last` are the endpoints of the last run, to be taken again. */
  readonly arguments: (last: Endpoints | undefined) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly readyLimitMs: number;
  readonly stopLimitMs: number;
  readonly onLine?: (line: string) => void;
}

export class ManagedProcess {
  readonly role: Role;
  readonly #options: ManagedProcessOptions;
  readonly #listeners: ((message: unknown) => void)[] = [];
  #child: Child | undefined;
  #endpoints: Endpoints | undefined;

  constructor(options: ManagedProcessOptions) {
    this.role = options.role;
    this.#options = options;
  }

  /** Starts without waiting, so that listeners set now miss no message. */
  spawn(): Child {
    const { env, onLine } = this.#options;
    this.#child = new Child({
      name: this.role,
      path: programPath(this.role),
      arguments: this.#options.arguments(this.#endpoints),
      ...(env === undefined ? {} : { env }),
      ...(onLine === undefined ? {} : { onLine }),
      onMessage: (message) => {
        for (const listener of this.#listeners) listener(message);
      },
    });
    return this.#child;
  }

  /** Resolves when the running child is ready. */
  async ready(): Promise<Endpoints> {
    const endpoints = await this.#running.ready(this.#options.readyLimitMs);
    this.#endpoints = endpoints;
    return endpoints;
  }

  async start(): Promise<Endpoints> {
    this.spawn();
    return this.ready();
  }

  /** Ends what runs, if anything does, and starts anew at the same endpoints. */
  async restart(): Promise<Endpoints> {
    await this.stop();
    return this.start();
  }

  get pid(): number {
    return this.#running.pid;
  }

  /** False before the start and after the end. */
  get alive(): boolean {
    return this.#child !== undefined && this.#child.exit === undefined;
  }

  /** Where it is bound, by name; of its last run when it is not running. */
  get endpoints(): Endpoints {
    if (this.#endpoints === undefined) throw new Error(`The ${this.role} has never been ready.`);
    return this.#endpoints;
  }

  /** How the running child ended or will end. */
  get exited(): Promise<ChildExit> {
    return this.#running.exited;
  }

  /** The newest lines of output, oldest first. */
  get lines(): readonly string[] {
    return this.#running.lines;
  }

  send(message: object): void {
    this.#running.send(message);
  }

  /** Messages of this and all later runs. Those that came before the listener are not kept. */
  onMessage(listener: (message: unknown) => void): void {
    this.#listeners.push(listener);
  }

  /** Sends a signal and waits for the end; only for signals that end a process. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ChildExit> {
    this.#running.kill(signal);
    return this.#running.exited;
  }

  /** Sends a signal and does not wait: SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#running.kill(signal);
  }

  /** True if it ended in order, or was not running. */
  async stop(): Promise<boolean> {
    return this.#child === undefined || (await this.#child.stop(this.#options.stopLimitMs));
  }

  get #running(): Child {
    if (this.#child === undefined) throw new Error(`The ${this.role} has not been started.`);
    return this.#child;
  }
}
