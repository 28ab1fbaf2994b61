/** Keeps the processes of a market running: starts them in order, restarts what dies, ends all. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { MonotonicClock } from '../../../feed/index.ts';
import { type Logger, UserError } from '../../../feed/process/index.ts';
import { type ChildExit, ChildFailed, describeExit } from './child.ts';
import type { ManagedProcess } from './managed-process.ts';
import { RestartPolicy } from './restart-policy.ts';
import type { Topology } from './topology.ts';

/** What a process ends with when the user has to change something: a restart cannot help. */
const EXIT_USER_ERROR = 2;

export interface SupervisorOptions {
  readonly topology: Topology;
  readonly source: ManagedProcess | undefined;
  /** A recording is played once; an endless flow is started again when it dies. */
  readonly sourceIsEndless: boolean;
  readonly log: Logger;
  readonly nowMs: MonotonicClock;
  /** A crash loop, or a restart that cannot succeed: everything is to be ended. */
  readonly onFatal: (error: UserError) => void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #policies = new Map<ManagedProcess, RestartPolicy>();
  /** Those being ended on purpose, whose end is no news. */
  readonly #ending = new Set<ManagedProcess>();
  readonly #stopped = new AbortController();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** In the order of starting. */
  get processes(): readonly ManagedProcess[] {
    const { topology, source } = this.#options;
    const servers = [topology.engine, topology.relay, topology.gateway];
    return source === undefined ? servers : [...servers, source];
  }

  /** Each is started when the one before is ready. Throws `UserError` when one cannot start. */
  async start(): Promise<void> {
    for (const one of this.processes) {
      if (this.#stopped.signal.aborted) return;
      try {
        await one.start();
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        throw startError(one, error);
      }
      this.#watch(one);
    }
  }

  /** Ends all, the last started first. Returns those that had to be killed. */
  async stop(): Promise<string[]> {
    this.#stopped.abort();
    const killed: string[] = [];
    for (const one of [...this.processes].reverse()) {
      if (!(await one.stop())) killed.push(one.role);
      this.#options.log.debug({ process: one.role }, 'has ended');
    }
    return killed;
  }

  #watch(one: ManagedProcess): void {
    void one.exited.then((exit) => this.#died(one, exit)).catch((error) => this.#fatal(one, error));
  }

  async #died(one: ManagedProcess, exit: ChildExit): Promise<void> {
    if (this.#stopped.signal.aborted || this.#ending.has(one)) return;
    const { log, source, sourceIsEndless } = this.#options;
    if (one === source && exit.code === 0) {
      log.info('the source has ended; the market stays open');
      return;
    }
    if (one === source && !sourceIsEndless) {
      const facts = { exit: describeExit(exit), lastError: exit.lastError };
      log.error(facts, 'the source died; the market stays open');
      return;
    }
    if (one === this.#options.topology.engine) await this.#reviveEngine(exit);
    else await this.#revive(one, exit);
  }

  /**
   * An engine that comes back begins a new epoch, to which relays and gateways find by themselves.
   * It knows no order of the source any more, so the source starts over.
   */
  async #reviveEngine(exit: ChildExit): Promise<void> {
    const { topology, source } = this.#options;
    if (source !== undefined) {
      this.#ending.add(source);
      await source.stop();
    }
    await this.#revive(topology.engine, exit);
    if (source === undefined) return;
    this.#ending.delete(source);
    await this.#revive(source, undefined);
  }

  /** Starts `one` until it is up, waiting longer after each death; at once without a death. */
  async #revive(one: ManagedProcess, exit: ChildExit | undefined): Promise<void> {
    let death = exit;
    while (true) {
      if (death !== undefined) await this.#pause(one, death);
      if (this.#stopped.signal.aborted || this.#ending.has(one)) return;
      try {
        await one.start();
        this.#options.log.info({ process: one.role, childPid: one.pid }, `the ${one.role} is back`);
        this.#watch(one);
        return;
      } catch (error) {
        if (!(error instanceof ChildFailed)) await one.stop();
        death = await one.exited;
      }
    }
  }

  /** Says what died and waits; throws when another start would be pointless. */
  async #pause(one: ManagedProcess, exit: ChildExit): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    if (exit.code === EXIT_USER_ERROR) throw saidByChild(one, exit);
    const delayMs = this.#policy(one).afterDeath(this.#options.nowMs());
    if (delayMs === undefined) throw crashLoop(one, exit);
    const facts = { exit: describeExit(exit), lastError: exit.lastError, restartInMs: delayMs };
    this.#options.log.error(facts, `the ${one.role} died; starting it again`);
    await sleep(delayMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  #policy(one: ManagedProcess): RestartPolicy {
    let policy = this.#policies.get(one);
    if (policy === undefined) {
      policy = new RestartPolicy();
      this.#policies.set(one, policy);
    }
    return policy;
  }

  #fatal(one: ManagedProcess, error: unknown): void {
    if (this.#stopped.signal.aborted) return;
    this.#options.onFatal(error instanceof UserError ? error : startError(one, error));
  }
}

function startError(one: ManagedProcess, error: unknown): UserError {
  if (error instanceof ChildFailed && error.exit.code === EXIT_USER_ERROR) {
    return saidByChild(one, error.exit);
  }
  // Its lines are in the log already, so its last error is enough.
  const message =
    error instanceof ChildFailed
      ? `The ${one.role} ended (${describeExit(error.exit)}): ${error.exit.lastError}`
      : String(error);
  return new UserError('NOT_STARTED', message);
}

/** A child that found a mistake of the user's has the better words for it. */
function saidByChild(one: ManagedProcess, exit: ChildExit): UserError {
  const said = /^([A-Z][A-Z0-9_]+): (.*)$/s.exec(exit.lastError);
  const message = said?.[2] ?? exit.lastError;
  return new UserError(said?.[1] ?? 'NOT_STARTED', `${message} (The ${one.role} says so.)`);
}

function crashLoop(one: ManagedProcess, exit: ChildExit): UserError {
  return new UserError(
    'CRASH_LOOP',
    `The ${one.role} keeps dying (${describeExit(exit)}), so everything is ended. ` +
      `Its last error: ${exit.lastError || 'it said nothing'}`,
  );
}
