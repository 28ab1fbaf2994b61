/** Several gateways on one port: starts them, and starts another for each that goes or dies. */

import { type ChildProcess, spawn } from 'node:child_process';
import { type FromWorker, type ToWorker, WORKER_ENV, workerVariable } from './worker-identity.ts';

/** A worker that dies is replaced after this, doubled with each death in a row. */
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 4000;

export type Endpoints = Readonly<Record<string, string>>;

export interface PoolLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface WorkerPoolOptions {
  readonly count: number;
  readonly pool: string;
  readonly secret: string;
  /** The program, and what it is told. */
  readonly script: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: PoolLog;
}

interface Worker {
  readonly id: number;
  readonly process: ChildProcess;
  readonly ready: Promise<Endpoints>;
  readonly exited: Promise<void>;
  /** Another has been started in its place, or it was told to go. */
  isReplaced: boolean;
}

/**
 * ```
 *   starting --ready--> serving --SIGTERM--> draining --clients gone--> exit 0
 *                          |                    |
 *                         died            another is started
 *                          '-- another is started, a little later after each death
 * ```
 * A new worker begins before the one it replaces is gone, so the port always has all its workers.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Map<number, Worker>();
  #nextId = 1;
  #port = 0;
  #deathsInARow = 0;
  #isClosing = false;
  readonly #waits = new Set<NodeJS.Timeout>();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** The first takes the port, the others join it. Rejects when one ends before it is ready. */
  async start(): Promise<Endpoints> {
    const endpoints = await this.#spawn().ready;
    this.#port = Number(new URL(endpoints['http'] ?? '').port);
    const others = Array.from({ length: this.#options.count - 1 }, () => this.#spawn());
    await Promise.all(others.map(({ ready }) => ready));
    return endpoints;
  }

  /** Process ids, by the workers' own. */
  get pids(): ReadonlyMap<number, number> {
    return new Map([...this.#workers].map(([id, worker]) => [id, worker.process.pid ?? 0]));
  }

  /** Passes a signal on to all. */
  signal(name: NodeJS.Signals): void {
    for (const worker of this.#workers.values()) worker.process.kill(name);
  }

  /** Ends all at once; each drains. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const wait of this.#waits) clearTimeout(wait);
    const workers = [...this.#workers.values()];
    this.signal('SIGTERM');
    await Promise.all(workers.map(({ exited }) => exited));
  }

  #spawn(): Worker {
    const { script, arguments: given, environment, pool, secret } = this.#options;
    const id = this.#nextId;
    this.#nextId += 1;
    const identity = { pool, id, port: this.#port, secret };
    // With the options of Node that this process was given, such as those about memory.
    const process_ = spawn(process.execPath, [...process.execArgv, script, ...given], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...environment, [WORKER_ENV]: workerVariable(identity) },
    });
    const ready = deferred<Endpoints>();
    const exited = deferred<void>();
    // Who waits for it says so; a replacement that fails is tried again.
    ready.promise.catch(() => {});
    const worker: Worker = {
      id,
      process: process_,
      ready: ready.promise,
      exited: exited.promise,
      isReplaced: false,
    };
    this.#workers.set(id, worker);
    process_.on('message', (message) => {
      if (isReady(message)) {
        this.#deathsInARow = 0;
        this.#options.log.info({ worker: id, pid: process_.pid }, 'a worker is ready');
        ready.resolve(message.endpoints);
      } else if ((message as FromWorker).type === 'draining') {
        this.#replace(worker, 0);
      }
    });
    process_.once('error', (error) => ready.reject(error));
    process_.once('exit', (code, signal) => {
      this.#ended(worker, code, signal);
      ready.reject(new Error(`worker ${id} has ended (${signal ?? code})`));
      exited.resolve();
    });
    this.#tellAll();
    return worker;
  }

  #ended(worker: Worker, code: number | null, signal: NodeJS.Signals | null): void {
    this.#workers.delete(worker.id);
    this.#tellAll();
    if (this.#isClosing || worker.isReplaced) return;
    this.#options.log.warn({ worker: worker.id, code, signal }, 'a worker has died');
    // Before the first was ready there is no port to share: `start` rejects.
    if (this.#port === 0) return;
    const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#deathsInARow);
    this.#deathsInARow += 1;
    this.#replace(worker, delayMs);
  }

  #replace(worker: Worker, delayMs: number): void {
    if (this.#isClosing || worker.isReplaced) return;
    worker.isReplaced = true;
    const wait = setTimeout(() => {
      this.#waits.delete(wait);
      if (!this.#isClosing) this.#spawn();
    }, delayMs);
    this.#waits.add(wait);
  }

  #tellAll(): void {
    const message: ToWorker = { type: 'workers', ids: [...this.#workers.keys()] };
    for (const { process: child } of this.#workers.values()) {
      // One that has just ended hears nothing, and need not.
      if (child.connected) child.send(message, () => {});
    }
  }
}

/** As `Promise.withResolvers`, which Node 20 has not. */
function deferred<T>() {
  let settle: { resolve(value: T): void; reject(error: Error): void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return {
    promise,
    resolve: (value: T) => settle?.resolve(value),
    reject: (error: Error) => settle?.reject(error),
  };
}

interface Ready {
  readonly endpoints: Endpoints;
}

function isReady(message: unknown): message is Ready {
  return (message as { type?: unknown }).type === 'ready';
}
