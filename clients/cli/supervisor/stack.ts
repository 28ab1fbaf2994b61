/** The real processes on free ports, for tests, proofs and benchmarks. */

import type { ManagedProcess } from './managed-process.ts';
import type { EngineEndpoints } from './programs.ts';
import { FREE_PLACES, Topology } from './topology.ts';

/** Long, because a loaded machine may run many of these at once; a failing process ends the wait. */
const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;

export interface StackOptions {
  /** A market file; the engine's own default market if absent, none at all when `false`. */
  readonly market?: string | false;
  /** What plays, such as "sim:7"; nothing when `false`. Default `false`. */
  readonly source?: string | false;
  /** Further command-line arguments of the source, such as `['--speed', 'max']`. */
  readonly sourceOptions?: readonly string[];
  /** Default true. */
  readonly relay?: boolean;
  /** Default true; needs the relay. */
  readonly gateway?: boolean;
  /** Whether the gateway serves the dashboard, built beforehand. Default false. */
  readonly page?: boolean;
  readonly engineOptions?: readonly string[];
  readonly relayOptions?: readonly string[];
  readonly gatewayOptions?: readonly string[];
  /** Default "info". */
  readonly logLevel?: string;
  /** Each line that any of the processes writes. */
  readonly onLine?: (role: string, line: string) => void;
}

export interface Stack {
  readonly endpoints: EngineEndpoints & {
    /** Book snapshots and repair; the empty string without a relay. */
    readonly relay: string;
    /** Streams of single instruments; the empty string without a relay. */
    readonly instruments: string;
    /** Such as "http://127.0.0.1:41234/"; the empty string without a gateway. */
    readonly gateway: string;
  };
  readonly engine: ManagedProcess;
  readonly relay: ManagedProcess;
  readonly gateway: ManagedProcess;
  /** The one started with the stack. Throws without one. */
  readonly source: ManagedProcess;
  /**
   * Starts a further source and does not wait for it: set listeners on what is returned, then await
   * its `ready()`, and no message is missed.
   */
  startSource(spec: string, options?: readonly string[]): ManagedProcess;
  /** Ends everything in reverse order. Throws when one had to be killed. */
  stop(): Promise<void>;
}

/**
 * Starts them in order, each when the one before is ready. When one fails, the others are ended
 * before this rejects with what the failed one said.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const topology = new Topology({
    ...FREE_PLACES,
    extra: {
      engine: [...marketArguments(options.market), ...(options.engineOptions ?? [])],
      relay: options.relayOptions ?? [],
      gateway: [...(await pageArguments(options.page)), ...(options.gatewayOptions ?? [])],
    },
    logLevel: options.logLevel ?? 'info',
    readyLimitMs: READY_LIMIT_MS,
    stopLimitMs: STOP_LIMIT_MS,
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  });
  const stack = new RunningStack(topology, options);
  try {
    await stack.start();
    return stack;
  } catch (error) {
    await stack.stop().catch(() => undefined);
    throw error;
  }
}

class RunningStack implements Stack {
  readonly #topology: Topology;
  readonly #options: StackOptions;
  readonly #started: ManagedProcess[] = [];
  #source: ManagedProcess | undefined;

  constructor(topology: Topology, options: StackOptions) {
    this.#topology = topology;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { source, sourceOptions, relay = true, gateway = true } = this.#options;
    await this.#start(this.#topology.engine);
    if (relay) await this.#start(this.#topology.relay);
    if (relay && gateway) await this.#start(this.#topology.gateway);
    if (source === undefined || source === false) return;
    this.#source = this.startSource(source, sourceOptions);
    await this.#source.ready();
  }

  get endpoints(): Stack['endpoints'] {
    const { relay = true, gateway = true } = this.#options;
    return {
      ...this.#topology.engineEndpoints,
      relay: relay ? this.#topology.relayEndpoint : '',
      instruments: relay ? this.#topology.instrumentsEndpoint : '',
      gateway: relay && gateway ? this.#topology.gatewayUrl : '',
    };
  }

  get engine(): ManagedProcess {
    return this.#topology.engine;
  }

  get relay(): ManagedProcess {
    return this.#topology.relay;
  }

  get gateway(): ManagedProcess {
    return this.#topology.gateway;
  }

  get source(): ManagedProcess {
    if (this.#source === undefined) throw new Error('The stack was started without a source.');
    return this.#source;
  }

  startSource(spec: string, options: readonly string[] = []): ManagedProcess {
    const source = this.#topology.source(spec, options);
    this.#started.push(source);
    source.spawn();
    return source;
  }

  async stop(): Promise<void> {
    const killed: string[] = [];
    for (const one of this.#started.splice(0).reverse()) {
      const lines = one.lines;
      if (!(await one.stop())) killed.push(`${one.role}: ${lines.slice(-10).join('\n')}`);
    }
    if (killed.length > 0) {
      throw new Error(`Did not end within ${STOP_LIMIT_MS} ms:\n${killed.join('\n')}`);
    }
  }

  async #start(one: ManagedProcess): Promise<void> {
    this.#started.push(one);
    await one.start();
  }
}

function marketArguments(market: string | false | undefined): string[] {
  if (market === undefined) return [];
  return market === false ? ['--no-market'] : ['--market', market];
}

async function pageArguments(page: boolean | undefined): Promise<string[]> {
  if (page !== true) return [];
  const { ensurePage } = await import('./page.ts');
  const folder = await ensurePage();
  if (folder === undefined) throw new Error('The dashboard cannot be built here.');
  return ['--page', folder];
}
