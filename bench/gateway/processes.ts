/** The processes of the gateway benchmark as its main process sees them, and what they use. */

import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  BooksState,
  FromLoad,
  FromPeer,
  LoadOutcome,
  LoadPlan,
  PeerPlan,
} from './messages.ts';

/** Of /proc/PID/stat: 100 a second wherever Linux runs Node. */
const TICK_US = 10_000;
const PATIENCE_MS = 120_000;
/** After connecting: snapshots are behind everybody, and the first acknowledgements. */
const SETTLE_MS = 1500;

export class BenchFailed extends Error {
  constructor(message: string) {
    super(`BENCH_FAILED: ${message}`);
    this.name = 'BenchFailed';
  }
}

/** Processor time of a process since its start, in microseconds; all its threads, kernel included. */
export function processorUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

export function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

export interface Server {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
}

export interface Measured extends LoadOutcome {
  /** Of the server: of one core, over the time measured. */
  readonly cpuShare: number;
  readonly usPerFrame: number;
  readonly rssMb: number;
}

export class LoadProcess {
  readonly #child: ChildProcess;

  constructor(plan: LoadPlan) {
    this.#child = fork(join(import.meta.dirname, 'load/main.ts'), [JSON.stringify(plan)]);
  }

  /** Rejects with `BenchFailed` when it takes too long: so many do not fit on this machine. */
  async connected(patienceMs = PATIENCE_MS): Promise<void> {
    await nextMessage(this.#child, 'connected', patienceMs);
    await sleep(SETTLE_MS);
  }

  async measure(server: Server, ms: number): Promise<Measured> {
    const before = processorUs(server.pid);
    const beganAt = performance.now();
    this.#child.send({ type: 'measure', ms });
    const outcome = await this.#next('measured');
    const usedUs = processorUs(server.pid) - before;
    const elapsedUs = (performance.now() - beganAt) * 1000;
    return {
      ...outcome,
      cpuShare: usedUs / elapsedUs,
      usPerFrame: usedUs / outcome.frames,
      rssMb: rssMb(server.pid),
    };
  }

  async state(): Promise<BooksState> {
    this.#child.send({ type: 'state' });
    return this.#next('state');
  }

  freeze(): void {
    this.#child.send({ type: 'freeze' });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#child.once('exit', () => resolve());
    this.#child.disconnect();
    await promise;
  }

  #next<Type extends FromLoad['type']>(type: Type): Promise<Extract<FromLoad, { type: Type }>> {
    return nextMessage(this.#child, type) as Promise<Extract<FromLoad, { type: Type }>>;
  }
}

export class PeerProcess implements Server {
  readonly host = '127.0.0.1';
  port = 0;
  readonly #child: ChildProcess;

  constructor(plan: PeerPlan) {
    this.#child = fork(join(import.meta.dirname, 'peers/main.ts'), [JSON.stringify(plan)]);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async listening(): Promise<void> {
    const message = (await nextMessage(this.#child, 'listening')) as FromPeer;
    this.port = message.port;
  }

  end(): void {
    this.#child.disconnect();
  }
}

function nextMessage(
  child: ChildProcess,
  type: string,
  patienceMs = PATIENCE_MS,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      stop();
      reject(new BenchFailed(`waited in vain for "${type}": ${why}`));
    };
    const timer = setTimeout(() => fail('it takes too long'), patienceMs);
    const onExit = (code: number | null) => fail(`the process has ended (${code})`);
    const onMessage = (message: unknown) => {
      if ((message as { type: string }).type !== type) return;
      stop();
      resolve(message);
    };
    const stop = () => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
