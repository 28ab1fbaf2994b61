/** `touchline up`: engine, relay, gateway and a source, started together and ended together. */

import { type Command, Option } from 'commander';
import { DEFAULT_ENDPOINTS } from '../../../feed/index.ts';
import {
  LOG_LEVEL_OPTION,
  monotonicMs,
  type ProcessContext,
  runProcess,
} from '../../../feed/process/index.ts';
import { wholeNumber } from '../arguments.ts';
import { ChildLog } from '../supervisor/child-log.ts';
import type { ManagedProcess } from '../supervisor/managed-process.ts';
import { ensurePage } from '../supervisor/page.ts';
import { checkPorts, tcpPlace } from '../supervisor/ports.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { DEFAULT_PLACES, FREE_PLACES, Topology } from '../supervisor/topology.ts';

const READY_LIMIT_MS = 60_000;
/** Longer than the process kit gives a child to close by itself. */
const STOP_LIMIT_MS = 8000;
/** Four children, one after the other, each at its limit. */
const SHUTDOWN_LIMIT_MS = 4 * STOP_LIMIT_MS + 2000;
const HIGHEST_PORT = 65_535;
const port = wholeNumber(0, HIGHEST_PORT);

interface UpOptions {
  readonly source: string | false;
  readonly speed?: string;
  readonly rate?: string;
  readonly market?: string;
  readonly orderbook?: string;
  readonly onError?: string;
  readonly host: string;
  readonly port: number;
  readonly ports: number | 'auto';
  readonly page: boolean;
  readonly outliveParent?: boolean;
}

export function addUpCommand(program: Command): void {
  program
    .command('up', { isDefault: false })
    .description('start engine, relay, gateway and a source of orders; Ctrl-C ends all of it')
    .option('--source <spec>', 'what plays: sim[:SEED], lobster:FILE, kraken:FILE, ...', 'sim')
    .option('--no-source', 'start without a source: an open market in which nothing happens')
    .option('--speed <times>', '1 = as recorded, N times as fast, or max')
    .option('--rate <perSecond>', 'commands per second of the simulated flow')
    .option('--market <file>', 'the instruments and their rules (default: the demo market)')
    .option('--orderbook <file>', "LOBSTER's own book, to seed from and to check against")
    .addOption(
      new Option('--on-error <what>', 'what a malformed line of a recording does').choices([
        'skip',
        'fatal',
      ]),
    )
    .option('--host <host>', 'where the dashboard is served', DEFAULT_ENDPOINTS.gatewayHost)
    .option('--port <port>', 'its port; 0 takes a free one', port, DEFAULT_ENDPOINTS.gatewayPort)
    .option(
      '--ports <first>',
      'the first of four ports for engine and relay, or "auto" for free ones',
      firstPort,
      tcpPlace(DEFAULT_ENDPOINTS.publish).port,
    )
    .option('--no-page', "do not build the dashboard's page first")
    .option('--outlive-parent', 'go on when the process that started this one has ended')
    .option(...LOG_LEVEL_OPTION)
    .addHelpText('after', UP_EXAMPLES)
    .action((options: UpOptions) => {
      runProcess('touchline', (context) => up(context, options), {
        endsWithParent: options.outliveParent !== true,
        shutdownLimitMs: SHUTDOWN_LIMIT_MS,
      });
    });
}

const UP_EXAMPLES = `
Examples:
  $ npm start                                                the demo market
  $ npm start -- --port 8080                                 the dashboard elsewhere
  $ npm start -- --source sim:7 --rate 20000                 another flow, and faster
  $ npm start -- --source kraken:capture.jsonl --speed 10    a recording, ten times as fast
  $ npm start -- --no-source --ports 9100                    an empty market on ports 9100 to 9103
`;

async function up(context: ProcessContext, options: UpOptions): Promise<void> {
  const { log } = context;
  const places = options.ports === 'auto' ? FREE_PLACES.at : placesFrom(options.ports);
  await checkPorts(portNeeds(places, options));
  const page = options.page ? await builtPage(context) : undefined;
  if (context.signal.aborted) return;
  const childLog = new ChildLog(process.stderr);
  const topology = new Topology({
    at: places,
    gateway: { host: options.host, port: options.port },
    extra: {
      engine: options.market === undefined ? [] : ['--market', options.market],
      gateway: page === undefined ? [] : ['--page', page],
    },
    logLevel: log.level,
    readyLimitMs: READY_LIMIT_MS,
    stopLimitMs: STOP_LIMIT_MS,
    onLine: (_role, line) => childLog.write(line),
  });
  const supervisor = new Supervisor({
    topology,
    source:
      options.source === false
        ? undefined
        : topology.source(options.source, sourceOptions(options)),
    sourceIsEndless: options.source !== false && /^sim(:|$)/.test(options.source),
    log,
    nowMs: monotonicMs,
    onFatal: (error) => context.fail(error),
  });
  context.onShutdown(async () => {
    log.info('ending');
    const killed = await supervisor.stop();
    if (killed.length > 0) log.error({ killed }, 'had to be killed');
  }, 'the four processes');
  await supervisor.start();
  if (context.signal.aborted) return;
  announce(context, supervisor.processes, topology.gatewayUrl, page !== undefined);
}

/** A page that cannot be built is no reason to keep the market closed. */
async function builtPage(context: ProcessContext): Promise<string | undefined> {
  const building = ensurePage().catch((error: unknown) => {
    context.log.warn({ err: error }, 'the dashboard could not be built; going on without it');
    return undefined;
  });
  // The builder clears away after itself, if it is let.
  context.onShutdown(async () => void (await building), 'the page being built');
  return await building;
}

function announce(
  context: ProcessContext,
  processes: readonly ManagedProcess[],
  url: string,
  hasPage: boolean,
): void {
  for (const one of processes) {
    context.log.info({ process: one.role, childPid: one.pid, ...one.endpoints }, 'is up');
  }
  const what = hasPage ? `Dashboard: ${url}` : `Gateway (without a dashboard): ${url}`;
  process.stdout.write(`${what}   Ctrl-C ends everything.\n`);
  context.ready({ http: url });
}

type Places = Readonly<Record<'publish' | 'entry' | 'spine' | 'relay', string>>;

/** `first` and the three ports after it, in the order of the defaults. */
function placesFrom(first: number): Places {
  const base = tcpPlace(DEFAULT_PLACES.at.publish).port;
  const moved = (endpoint: string): string => {
    const { host, port: usual } = tcpPlace(endpoint);
    return `tcp://${host}:${usual - base + first}`;
  };
  const { publish, entry, spine, relay } = DEFAULT_PLACES.at;
  return {
    publish: moved(publish),
    entry: moved(entry),
    spine: moved(spine),
    relay: moved(relay),
  };
}

function portNeeds(places: Places, options: UpOptions): Parameters<typeof checkPorts>[0] {
  const remedy = 'End that one, or choose other ports: --ports 9100, or --ports auto.';
  return [
    { what: "the engine's records", ...tcpPlace(places.publish), remedy },
    { what: "the engine's order entry", ...tcpPlace(places.entry), remedy },
    { what: "the engine's spine", ...tcpPlace(places.spine), remedy },
    { what: 'the relay', ...tcpPlace(places.relay), remedy },
    {
      what: 'the dashboard',
      host: options.host,
      port: options.port,
      remedy: 'End that one, or choose another port: --port 8080, or --port 0 for a free one.',
    },
  ];
}

function sourceOptions(options: UpOptions): string[] {
  const { speed, rate, market, orderbook, onError } = options;
  const pairs = { speed, rate, market, orderbook, 'on-error': onError };
  return Object.entries(pairs).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
}

function firstPort(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  // Three more follow.
  return wholeNumber(1, HIGHEST_PORT - 3)(text);
}
