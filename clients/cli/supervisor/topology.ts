/** Engine, relay, gateway and source as four processes: who starts after whom, who is told what. */

import { DEFAULT_ENDPOINTS } from '../../../feed/index.ts';
import type { Endpoints } from './child.ts';
import { ManagedProcess } from './managed-process.ts';
import {
  type EngineEndpoints,
  engineArguments,
  gatewayArguments,
  type Role,
  relayArguments,
  sourceArguments,
} from './programs.ts';

export interface TopologyOptions {
  /** Where each is to be bound; `tcp://127.0.0.1:*` and port 0 take a free port. */
  readonly at: EngineEndpoints & { readonly relay: string; readonly instruments: string };
  readonly gateway: { readonly host: string; readonly port: number };
  /** Further command-line arguments of each. */
  readonly extra?: Partial<Readonly<Record<Role, readonly string[]>>>;
  /** Log level of the children; that of this process by default. */
  readonly logLevel?: string;
  readonly readyLimitMs: number;
  readonly stopLimitMs: number;
  readonly onLine?: (role: Role, line: string) => void;
}

export const DEFAULT_PLACES = {
  at: {
    publish: DEFAULT_ENDPOINTS.publish,
    entry: DEFAULT_ENDPOINTS.entry,
    spine: DEFAULT_ENDPOINTS.spine,
    relay: DEFAULT_ENDPOINTS.relay,
    instruments: DEFAULT_ENDPOINTS.instruments,
  },
  gateway: { host: DEFAULT_ENDPOINTS.gatewayHost, port: DEFAULT_ENDPOINTS.gatewayPort },
} as const;

const FREE = 'tcp://127.0.0.1:*';

/** Every port a free one. */
export const FREE_PLACES = {
  at: { publish: FREE, entry: FREE, spine: FREE, relay: FREE, instruments: FREE },
  gateway: { host: '127.0.0.1', port: 0 },
} as const;

/** The order in which they start; they end in the reverse one. */
export const START_ORDER: readonly Role[] = ['engine', 'relay', 'gateway', 'source'];

export class Topology {
  readonly engine: ManagedProcess;
  readonly relay: ManagedProcess;
  readonly gateway: ManagedProcess;
  readonly #options: TopologyOptions;

  constructor(options: TopologyOptions) {
    this.#options = options;
    const { at, gateway } = options;
    this.engine = this.#process('engine', (last) => engineArguments(engineEndpoints(last, at)));
    this.relay = this.#process('relay', (last) =>
      relayArguments(
        this.engineEndpoints,
        last?.['serve'] ?? at.relay,
        last?.['publish'] ?? at.instruments,
      ),
    );
    this.gateway = this.#process('gateway', (last) => {
      const port = last === undefined ? gateway.port : Number(new URL(httpOf(last)).port);
      return gatewayArguments(this.engineEndpoints, this.relayEndpoint, gateway.host, port);
    });
  }

  /** A new source; several may run at once. */
  source(spec: string, extra: readonly string[] = []): ManagedProcess {
    return this.#process('source', () => [
      ...sourceArguments(this.engineEndpoints, spec),
      ...extra,
    ]);
  }

  get engineEndpoints(): EngineEndpoints {
    return engineEndpoints(this.engine.endpoints, this.#options.at);
  }

  get relayEndpoint(): string {
    return this.relay.endpoints['serve'] ?? this.#options.at.relay;
  }

  /** Where the relay publishes streams of single instruments. */
  get instrumentsEndpoint(): string {
    return this.relay.endpoints['publish'] ?? this.#options.at.instruments;
  }

  /** Such as "http://127.0.0.1:7180/". */
  get gatewayUrl(): string {
    return httpOf(this.gateway.endpoints);
  }

  #process(role: Role, write: (last: Endpoints | undefined) => readonly string[]): ManagedProcess {
    const { extra, logLevel, onLine, readyLimitMs, stopLimitMs } = this.#options;
    return new ManagedProcess({
      role,
      arguments: (last) => [...write(last), ...(extra?.[role] ?? [])],
      env: {
        ...(logLevel === undefined ? {} : { TOUCHLINE_LOG: logLevel }),
        ...(role === 'gateway' ? { NODE_OPTIONS: gatewayNodeOptions() } : {}),
      },
      readyLimitMs,
      stopLimitMs,
      ...(onLine === undefined ? {} : { onLine: (line) => onLine(role, line) }),
    });
  }
}

/** As in gateway/deploy: what is young dies young there, and 32 MB of room for it is 64 MB more. */
function gatewayNodeOptions(): string {
  return `${process.env['NODE_OPTIONS'] ?? ''} --max-semi-space-size=8`.trim();
}

function engineEndpoints(bound: Endpoints | undefined, asked: EngineEndpoints): EngineEndpoints {
  return {
    publish: bound?.['publish'] ?? asked.publish,
    entry: bound?.['entry'] ?? asked.entry,
    spine: bound?.['spine'] ?? asked.spine,
  };
}

function httpOf(endpoints: Endpoints): string {
  const http = endpoints['http'];
  if (http === undefined) throw new Error('The gateway named no http address when it was ready.');
  return http.endsWith('/') ? http : `${http}/`;
}
