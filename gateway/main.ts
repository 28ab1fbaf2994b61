/** `touchline gateway`: follows a feed and serves live books to browsers. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { DEFAULT_ENDPOINTS, StreamLevel } from '../feed/index.ts';
import type { FeedSubscriber } from '../feed/node.ts';
import {
  addClientSecurityOptions,
  type ClientSecurity,
  clientSecurity,
  crc32,
  LOG_LEVEL_OPTION,
  monotonicMs,
  type ProcessContext,
  runProcess,
  UserError,
} from '../feed/process/index.ts';
import {
  type GatewayConfig,
  gatewayConfig,
  isLoopback,
  MAX_DRAIN_MS,
  RELOADABLE,
} from './config.ts';
import { RelayHistory } from './history/relay-history.ts';
import { learnPastChanges } from './past-changes.ts';
import { adminTokenOf, authenticatorOf } from './secrets.ts';
import { type DoorRules, GatewayServer } from './server.ts';
import { candlesOf, upstream } from './upstream.ts';
import { Neighbours } from './workers/neighbours.ts';
import { runPool } from './workers/run-pool.ts';
import {
  type FromWorker,
  isToWorker,
  type WorkerIdentity,
  workerIdentity,
} from './workers/worker-identity.ts';

const EXAMPLES = `
Each option may also stand in the environment (TOUCHLINE_GATEWAY_PORT=7180) or in the file of
--config ({"port": 7180}); a flag counts before the environment, that before the file. SIGUSR2 reads
them again: origins, keys, tokens and limits change at once, for whoever comes from then on.

Examples:
  $ touchline gateway
  $ touchline gateway --feed tcp://10.0.0.5:7101 --repair tcp://10.0.0.6:7104
  $ touchline gateway --port 0 --page clients/dashboard/dist
  $ touchline gateway --host 0.0.0.0 --origin https://desk.example --auth-key desk.pem
  $ touchline gateway --workers 4
  $ touchline gateway --share-port --drain 10000
  $ touchline gateway --config gateway.json --trusted-proxy 10.0.0.0/8`;

/** Beyond the longest drain: late clients, and closing. */
const CLOSING_MS = 10_000;
/** A gateway opens after this in any case, with the books or without. */
const BOOKS_WITHIN_MS = 1000;
const BOOKS_STEP_MS = 10;
const BUILT_PAGE = fileURLToPath(new URL('../clients/dashboard/dist', import.meta.url));

function command(): Command {
  const command = new Command('gateway')
    .description('Follows a feed and serves live books to browsers.')
    .option('--config <file>', 'options as JSON')
    .option(
      '--feed <endpoint...>',
      `the engine's publisher (default: ${DEFAULT_ENDPOINTS.publish})`,
    )
    .option('--repair <endpoint...>', `relays (default: ${DEFAULT_ENDPOINTS.relay})`)
    .option('--host <host>', `where to listen (default: ${DEFAULT_ENDPOINTS.gatewayHost})`)
    .option('--port <port>', `0 takes a free one (default: ${DEFAULT_ENDPOINTS.gatewayPort})`)
    .option(
      '--workers <count>',
      'gateways on this port, a process each with limits of its own (default: 1)',
    )
    .option(
      '--share-port',
      'other gateways may listen there, too: start the next, then end this one',
    )
    .option('--drain <ms>', 'time for clients to go elsewhere at the end (default: 5000)')
    .option('--page <folder>', "the dashboard's built files (default: the project's own)")
    .option('--origin <origin...>', 'pages that may connect, besides those of this machine')
    .option('--auth <on|off>', 'whether clients need tokens (default: on, but off on loopback)')
    .option('--auth-secret <file>', 'what signs tokens: a secret (HS256)')
    .option('--auth-key <file>', 'or a public key in PEM (RS256, EdDSA)')
    .option('--auth-key-set <file>', 'or a JSON Web Key Set')
    .option('--auth-issuer <name>', 'the issuer that a token must name')
    .option('--auth-audience <name>', 'the audience that a token must name')
    .option('--admin-token <file>', 'opens /admin and /metrics as a bearer token')
    .option('--trusted-proxy <network...>', 'proxies whose X-Forwarded-For counts')
    .option('--max-connections <count>', 'more are refused (default: 12000)')
    .option('--max-connections-per-address <count>', 'of one address, of IPv6 one /64')
    .option('--handshake-burst <count>', 'handshakes of one address at once')
    .option('--handshakes-per-second <count>', 'and from then on')
    .option('--max-connections-per-user <count>', 'of one user')
    .option('--user-request-burst <count>', 'requests of one user at once')
    .option('--user-requests-per-second <count>', 'and from then on')
    .option(...LOG_LEVEL_OPTION)
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  return addClientSecurityOptions(command);
}

/** Reads the sources anew each time. */
function readConfig(): GatewayConfig {
  const { logLevel: _, config: path, ...given } = command().parse().opts();
  // Keys are no part of what may be read again while it runs.
  const { keys: _keys, serverKey: _server, relayKey: _relay, ...flags } = given;
  const file = path === undefined ? undefined : { path, text: readText(path) };
  return gatewayConfig({ flags, environment: process.env, file });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError('NO_FILE', `Cannot read "${path}" (${code}).`);
  }
}

function rulesOf(config: GatewayConfig): DoorRules {
  return {
    origin: config.origin,
    authenticator: authenticatorOf(config, Date.now),
    addresses: {
      burst: config.handshakeBurst,
      perSecond: config.handshakesPerSecond,
      maxConnections: config.maxConnectionsPerAddress,
      isLoopbackFree: true,
    },
    users: {
      burst: config.userRequestBurst,
      perSecond: config.userRequestsPerSecond,
      maxConnections: config.maxConnectionsPerUser,
    },
    adminToken: adminTokenOf(config),
  };
}

/** What is wrong is said and changes nothing. */
function reload(server: GatewayServer, running: GatewayConfig, { log }: ProcessContext): void {
  try {
    const config = readConfig();
    server.reload(rulesOf(config));
    const wantRestart = Object.keys(config).filter((name) => {
      const key = name as keyof GatewayConfig;
      const isSame = JSON.stringify(config[key]) === JSON.stringify(running[key]);
      return !isSame && !RELOADABLE.includes(key);
    });
    log.info({ wantRestart }, 'the configuration was read again');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.error({ code: error.code }, `the configuration stays as it was: ${error.message}`);
  }
}

async function main(context: ProcessContext): Promise<void> {
  const config = readConfig();
  const worker = workerIdentity(process.env);
  if (worker === undefined && config.workers > 1) {
    await runPool(config.workers, import.meta.filename, context);
  } else {
    await serve(config, worker, context);
  }
}

/** Waits for the books, and asks a relay what changed before; no longer than a moment. */
async function learnTheBooks(
  config: GatewayConfig,
  { gateway }: GatewayServer,
  feed: FeedSubscriber,
  { log, signal }: ProcessContext,
  security: ClientSecurity | undefined,
): Promise<void> {
  const { market } = gateway;
  const deadline = monotonicMs() + BOOKS_WITHIN_MS;
  while (!market.isLive) {
    if (monotonicMs() > deadline || signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, BOOKS_STEP_MS));
  }
  const { position } = feed;
  const relays = config.repair;
  const limitMs = BOOKS_WITHIN_MS;
  const records = await learnPastChanges({ relays, position, market, crc32, limitMs, security });
  log.debug({ records }, 'what changed before this gateway was there');
}

async function serve(
  config: GatewayConfig,
  worker: WorkerIdentity | undefined,
  context: ProcessContext,
): Promise<void> {
  const security = clientSecurity(command().parse().opts());
  const candles = candlesOf(config, security);
  const relays = config.repair;
  const history = new RelayHistory({ relays, crc32, curve: security?.relay });
  const neighbours = worker === undefined ? undefined : new Neighbours(worker);
  const server = new GatewayServer({
    ...rulesOf(config),
    host: config.host,
    port: worker?.port || config.port,
    isPortShared: config.sharePort || worker !== undefined,
    neighbours,
    onOrdersWanted: () => followOrders(),
    candles: candles.ask,
    history: { source: history, crc32 },
    page: config.page ?? (existsSync(BUILT_PAGE) ? BUILT_PAGE : undefined),
    maxConnections: config.maxConnections,
    log: context.log,
    processMetrics: true,
    isMetricsOpen: isLoopback(config.host),
    trustedProxies: config.trustedProxy,
  });
  const feed = upstream(config, server.gateway.market, context.log, security);

  // The stream of orders is twice the work of levels, so it is followed from when somebody asks.
  const followOrders = () => {
    const { orderMarket } = server.gateway;
    const orders = upstream(config, orderMarket, context.log, security, StreamLevel.L3);
    context.onShutdown(() => orders.close(), 'the feed of orders');
    orders.start().catch((error: unknown) => context.fail(error));
    orders.ended.catch((error: unknown) => context.fail(error));
  };

  context.onShutdown(() => feed.close(), 'the feed');
  context.onShutdown(() => candles.close(), 'the candles');
  context.onShutdown(() => history.close(), 'the history');
  context.onShutdown(() => server.close(), 'the server');
  context.onShutdown(() => {
    // Another begins at once, so that the port has all its workers while this one waits.
    context.parent?.send({ type: 'draining' } satisfies FromWorker);
    return config.drain > 0 ? server.drain(config.drain) : undefined;
  }, 'clients');
  context.parent?.onMessage((message) => {
    if (neighbours !== undefined && isToWorker(message)) neighbours.ids = message.ids;
  });
  process.on('SIGUSR2', () => reload(server, config, context));
  server.upstreamStats = () => feed.stats;
  // First the books and what changed in them of late, so that whoever comes back finds both; but
  // a gateway without a feed opens, too, and says what is missing.
  await feed.start();
  await learnTheBooks(config, server, feed, context, security);
  await server.start();
  // Only a mistake in this program ends the receiving by itself.
  feed.ended.catch((error: unknown) => context.fail(error));
  context.ready(server.endpoints);
}

runProcess('gateway', main, { shutdownLimitMs: MAX_DRAIN_MS + CLOSING_MS });
