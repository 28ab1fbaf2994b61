/** `touchline up`: engine, relay, gateway and a source, started together and ended together. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { DEFAULT_ENDPOINTS } from '../../../feed/index.ts';
import {
  LOG_LEVEL_OPTION,
  monotonicMs,
  type ProcessContext,
  runProcess,
} from '../../../feed/process/index.ts';
import { aboveZero } from '../arguments.ts';
import { ChildLog } from '../supervisor/child-log.ts';
import type { ManagedProcess } from '../supervisor/managed-process.ts';
import { ensurePage, existingPage } from '../supervisor/page.ts';
import { checkPorts, tcpPlace } from '../supervisor/ports.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { Topology } from '../supervisor/topology.ts';
import {
  archiveArguments,
  checkFiles,
  firstPort,
  isSimulation,
  journalArguments,
  marketArguments,
  placesOf,
  port,
  portNeeds,
  sourceOptions,
  speed,
  type UpOptions,
} from './up-options.ts';

const READY_LIMIT_MS = 60_000;
/** Longer than the process kit gives a child to close by itself. */
const STOP_LIMIT_MS = 8000;
/** Four children, one after the other, each at its limit. */
const SHUTDOWN_LIMIT_MS = 4 * STOP_LIMIT_MS + 2000;

export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('start engine, relay, gateway and a source of orders; Ctrl-C ends all of it')
    .option('--source <spec>', 'what plays; see below', 'sim')
    .option('--no-source', 'start without a source: an open market in which nothing happens')
    .option('--speed <times>', '1 = as recorded, N times as fast, or max', speed)
    .option('--rate <perSecond>', 'commands per second of the simulated flow', aboveZero)
    .option(
      '--market <file>',
      'the instruments (default: the demo market, or those of a recording)',
    )
    .option('--orderbook <file>', "LOBSTER's own book, to seed from and to check against")
    .addOption(
      new Option('--on-error <what>', 'what a malformed line of a recording does').choices([
        'skip',
        'fatal',
      ]),
    )
    .option(
      '--journal <directory>',
      'keep every command here and come back with it (default: nothing is kept)',
    )
    .option(
      '--archive <directory>',
      'have the relay keep the stream here (default: for this run only, at most 1 GiB)',
    )
    .option('--no-archive', 'keep nothing but what memory holds: no time travel')
    .option('--host <host>', 'where the dashboard is served', DEFAULT_ENDPOINTS.gatewayHost)
    .option('--port <port>', 'its port; 0 takes a free one', port, DEFAULT_ENDPOINTS.gatewayPort)
    .option(
      '--ports <first>',
      'the first of five ports for engine and relay, or "auto" for free ones',
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
Sources:
  sim[:SEED]      a simulated market, endless, the same for the same seed
  lobster:FILE    a LOBSTER message file, as orders (see --orderbook)
  kraken:FILE     a capture of Kraken's book channel
  binance:FILE    a capture of Binance's spot streams
  capture:FILE    a neutral recording, one JSON object a line

Examples:
  $ npm start                                                the demo market
  $ npm start -- --port 8080                                 the dashboard elsewhere
  $ npm start -- --source sim:7 --rate 20000                 another flow, and faster
  $ npm start -- --source kraken:capture.jsonl --speed 10    a recording, ten times as fast
  $ npm start -- --journal data/j --archive data/a           kept: commands and stream
  $ npm start -- --no-source --ports 9100                    an empty market on ports 9100 to 9104
`;

async function up(context: ProcessContext, options: UpOptions): Promise<void> {
  const { log } = context;
  const places = placesOf(options);
  checkFiles(options);
  await checkPorts(portNeeds(places, options));
  const page = options.page ? await builtPage(context) : existingPage();
  if (context.signal.aborted) return;
  const childLog = new ChildLog(process.stderr);
  const topology = new Topology({
    at: places,
    gateway: { host: options.host, port: options.port },
    extra: {
      engine: [...marketArguments(options), ...journalArguments(options)],
      relay: archiveArguments(options, () => runArchive(context)),
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
    sourceIsEndless: isSimulation(options.source),
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
  announce(context, supervisor.processes, browsable(topology.gatewayUrl), page !== undefined);
}

/** Where the relay keeps the stream of a run that says nothing of it; gone when the run ends. */
function runArchive(context: ProcessContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'touchline-archive-'));
  context.onShutdown(() => rmSync(directory, { recursive: true, force: true }), 'the archive');
  return directory;
}

/** A page that cannot be built is no reason to keep the market closed. */
async function builtPage(context: ProcessContext): Promise<string | undefined> {
  const building = ensurePage().catch((error: unknown) => {
    context.log.warn({ err: error }, 'the dashboard could not be built; going on without that');
    return existingPage();
  });
  // The builder clears away after itself, if it is let.
  context.onShutdown(async () => void (await building), 'the page being built');
  return await building;
}

/** "Every address" is one to listen at, not one to go to. */
function browsable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
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
  context.ready({ http: url });
  // The last line, so that it stays in sight.
  const what = hasPage ? `Dashboard: ${url}` : `Gateway (without a dashboard): ${url}`;
  process.stdout.write(`${what}   Ctrl-C ends everything.\n`);
}
