/** A gateway with its port: what a process runs, and what tests run without the feed behind it. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { nanosToMicros } from '../feed/index.ts';
import { monotonicMs, UserError, wallClock } from '../feed/process/index.ts';
import type { AskCandles } from './channels/candles.ts';
import type { TimerPort } from './conflation/scheduler.ts';
import { Gateway } from './gateway.ts';
import { AddressGuard, type AddressLimits } from './guard/address-guard.ts';
import { clientAddress } from './guard/client-address.ts';
import { type Authenticator, OPEN_TO_ALL } from './guard/identity.ts';
import { USER_LIMITS, type UserLimits } from './guard/user-guard.ts';
import type { HistoryPorts } from './history/history-channel.ts';
import { HttpServer } from './http.ts';
import { metricsOf, type UpstreamStats } from './metrics.ts';
import {
  FEED_PATH,
  HANDSHAKE_BURST,
  HANDSHAKES_PER_SECOND,
  HELLO_DEADLINE_MS,
  HTTP_LINGER_MS,
  MAX_CONNECTIONS_PER_ADDRESS,
} from './protocol/index.ts';
import type { SessionLog } from './session/session.ts';
import { StaticFiles } from './static-files.ts';
import { HttpDoor } from './transports/http/http-door.ts';
import { OriginRule } from './transports/origin.ts';
import type { AcceptSession } from './transports/transport.ts';
import { WebSocketTransport } from './transports/websocket.ts';
import type { Neighbours } from './workers/neighbours.ts';

/** How long clients have to go, beyond the time they were told. */
const LEAVE_WITHIN_MS = 3000;
const DRAIN_STEP_MS = 20;
const HEADERS_TIMEOUT_MS = 5000;
/** How long clients have to answer the closing handshake. */
const CLOSE_WITHIN_MS = 3000;

const ADDRESS_LIMITS: AddressLimits = {
  burst: HANDSHAKE_BURST,
  perSecond: HANDSHAKES_PER_SECOND,
  maxConnections: MAX_CONNECTIONS_PER_ADDRESS,
  isLoopbackFree: true,
};

/** What may be changed while the server runs; see `reload`. */
export interface DoorRules {
  /** Pages that may connect, besides those of this machine; "*" is any. */
  readonly origin: readonly string[];
  /** Everybody may read everything by default. */
  readonly authenticator: Authenticator;
  /** What one address may have; by default no limits on loopback. */
  readonly addresses: AddressLimits;
  readonly users: UserLimits;
  /** Opens /admin and /metrics. */
  readonly adminToken: string | undefined;
}

const OPEN_DOOR: DoorRules = {
  origin: [],
  authenticator: OPEN_TO_ALL,
  addresses: ADDRESS_LIMITS,
  users: USER_LIMITS,
  adminToken: undefined,
};

export interface ServerOptions extends Partial<DoorRules> {
  readonly host: string;
  readonly port: number;
  /** Several gateways may have this port, such as one that goes and one that comes. */
  readonly isPortShared?: boolean;
  /** Folder of the dashboard's built files. */
  readonly page: string | undefined;
  readonly maxConnections: number;
  readonly log: SessionLog;
  /** Also measures memory, processor and event loop; one server of a process should. */
  readonly processMetrics?: boolean;
  /** Without an admin token: whether /metrics is open; by default it is. */
  readonly isMetricsOpen?: boolean;
  /** Proxies whose word on a client's address counts. */
  readonly trustedProxies?: readonly string[];
  /** How long a session over HTTP stays that nobody reads. */
  readonly lingerMs?: number;
  /** How long a request's headers may take, and a connection's hello. */
  readonly headersTimeoutMs?: number;
  readonly helloDeadlineMs?: number;
  /** Somebody wants order-by-order books; called once. */
  readonly onOrdersWanted?: () => void;
  /** Where candles come from; left out where there is no relay to ask. */
  readonly candles?: AskCandles | undefined;
  /** Where past books come from; the same. */
  readonly history?: HistoryPorts | undefined;
  /** The other gateways on this port, where one supervisor has started several. */
  readonly neighbours?: Neighbours | undefined;
}

export class GatewayServer {
  readonly gateway: Gateway;
  /** What the feed's subscriber has counted; set by whoever has one. */
  upstreamStats: (() => UpstreamStats) | undefined;
  readonly #webSockets: WebSocketTransport;
  readonly #door: HttpDoor;
  readonly #http: HttpServer;
  readonly #origins: OriginRule;
  readonly #guard: AddressGuard;
  #adminToken: string | undefined;

  constructor(options: ServerOptions) {
    const { host, port, page, maxConnections, log, processMetrics = false } = options;
    const {
      isPortShared = false,
      trustedProxies = [],
      lingerMs = HTTP_LINGER_MS,
      isMetricsOpen = true,
    } = options;
    const rules: DoorRules = { ...OPEN_DOOR, ...options };
    let areOrdersWanted = false;
    this.gateway = new Gateway({
      onOrdersWanted() {
        if (areOrdersWanted) return;
        areOrdersWanted = true;
        options.onOrdersWanted?.();
      },
      candles: options.candles,
      history: options.history,
      timer: realTimer,
      nowUs: wallClockUs(),
      log,
      maxConnections,
      random: Math.random,
      helloDeadlineMs: options.helloDeadlineMs ?? HELLO_DEADLINE_MS,
    });
    const { gateway } = this;
    this.#origins = new OriginRule(rules.origin);
    this.#guard = new AddressGuard(rules.addresses, monotonicMs, gateway.tally);
    this.reload(rules);
    const addressOf = clientAddress(trustedProxies);
    const accept: AcceptSession = (link, peer, codec) => gateway.accept(link, peer, codec);
    const door = {
      origins: this.#origins,
      guard: this.#guard,
      accept,
      addressOf,
      tally: gateway.tally,
    };
    this.#webSockets = new WebSocketTransport(door);
    const { neighbours } = options;
    this.#door = new HttpDoor({ ...door, lingerMs, neighbours });
    const registry = metricsOf(gateway, processMetrics, () => this.upstreamStats?.());
    if (neighbours !== undefined) registry.setDefaultLabels({ worker: neighbours.ownId });
    const session = (request: IncomingMessage, response: ServerResponse) =>
      this.#door.handle(request, response);
    this.#http = new HttpServer({
      host,
      port,
      isPortShared,
      page: page === undefined ? undefined : readPage(page),
      headersTimeoutMs: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      isReady: () => gateway.isReady,
      adminToken: () => this.#adminToken,
      admin: gateway,
      isMetricsOpen,
      metrics: {
        contentType: registry.contentType,
        metrics: () => neighbours?.metrics(registry) ?? registry.metrics(),
      },
      session,
      inner:
        neighbours === undefined
          ? undefined
          : {
              path: neighbours.ownPath,
              answer(request, response) {
                if (neighbours.answer(request, response, registry)) return;
                if (!session(request, response)) response.writeHead(404).end();
              },
            },
      upgrade: (request, socket, head) => this.#webSockets.upgrade(request, socket, head),
    });
  }

  async start(): Promise<void> {
    await this.#http.listen();
    this.gateway.start();
  }

  /** From now on these rules, for whoever comes; who is in stays. */
  reload(rules: DoorRules): void {
    this.#origins.set(rules.origin);
    this.#guard.limits = rules.addresses;
    this.gateway.users.limits = rules.users;
    this.gateway.authenticator = rules.authenticator;
    this.#adminToken = rules.adminToken;
  }

  /** Such as "http://127.0.0.1:7180" and "ws://127.0.0.1:7180/feed". */
  get endpoints(): { readonly http: string; readonly ws: string } {
    const { address } = this.#http;
    return { http: `http://${address}`, ws: `ws://${address}${FEED_PATH}` };
  }

  /**
   * Make before break: the port is free for another gateway at once, clients are told to go there,
   * spread over `withinMs`, and are served until they have. Resolves when all have gone, or late.
   */
  async drain(withinMs: number): Promise<void> {
    const { gateway } = this;
    const deadline = monotonicMs() + withinMs + LEAVE_WITHIN_MS;
    this.#http.stopListening();
    gateway.drain(withinMs);
    while (gateway.sessionCount > 0 && monotonicMs() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_MS));
    }
  }

  /** Closes every connection with 1012 and gives the peers a moment to take note. */
  async close(): Promise<void> {
    this.gateway.close();
    this.#webSockets.close();
    await this.#door.close();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_WITHIN_MS);
    });
    await Promise.race([this.#http.close(), late]);
    clearTimeout(timer);
  }
}

const realTimer: TimerPort = {
  nowMs: monotonicMs,
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

function wallClockUs(): () => number {
  const now = { high: 0, low: 0 };
  return () => {
    wallClock(now);
    return nanosToMicros(now.high, now.low);
  };
}

function readPage(folder: string): StaticFiles {
  try {
    return new StaticFiles(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      'BAD_PAGE',
      `Cannot read the folder "${folder}" (${code}). Build the dashboard with \`npm run build:page\`, or leave out --page.`,
    );
  }
}
