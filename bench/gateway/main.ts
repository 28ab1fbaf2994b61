/** Measures a gateway among the real processes, and its peers beside it. */

import '../setup/compiled.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { type Stack, startStack } from '../../clients/cli/index.ts';
import { FEED_PATH } from '../../gateway/protocol/index.ts';
import { encodeTimes, sizesOf } from './message-sizes.ts';
import { BenchFailed, type Server, sleep } from './processes.ts';
import { listSymbols, recordBooks } from './recorded-diffs.ts';
import { type GridRow, type Outcomes, toFile } from './results.ts';
import { resultsTable } from './results-table.ts';
import {
  fanOut,
  frozenReaders,
  growth,
  killAndRestart,
  measureGateway,
  type RollingResult,
  rollingRestart,
  type Scene,
} from './scenarios.ts';
import { DEPTH, FULL, INTERVAL_MS, QUICK, type Settings } from './settings.ts';

const WHAT = `
What it measures: engine, relay, gateway and a simulated market run as they do in production, a
process each. Another process is the clients: raw sockets that read every message, check that each
diff leads on from the one before, and acknowledge as the protocol advises. What a frame costs is
the processor time of the server's whole process (user and kernel, all threads) over the frames that
arrived, the following of the feed included. Peers send the diffs that were recorded from this very
gateway, to as many clients, in as many slices of the interval: plain ws with msgpackr, one encode
and one send per client; socket.io as it comes and with its MessagePack parser; and, as the limit,
the same bytes written to raw TCP sockets. They follow the
same feed, and do nothing with it. They go in turn, and ratios are of medians, with the
range of the rounds behind them. Age is from the engine's sequencing of the newest delta in a frame
to when a client has read it: the book is read when the interval ends, so what older deltas waited for
that is not in it. But how long ago the market last moved is, and orders come in clusters with quiet
moments between: with 1,000 orders/s over the instruments a book's newest delta was 20 ms old at the
median and 90 ms at p99 when a frame was made of it for ten clients on an idle machine. So ages by
clients are measured with 5,000 orders/s at least, and "since made" says what the gateway, the kernel
and the client took by themselves.

What it leaves out: TLS, real networks, clients that decode, and more than one machine. All shares
one machine, so ages and the largest number of connections are those of the machine, not of the
gateway. Loopback charges the receiving half of the kernel's work to the sender.

What would make it lie: a busy machine (ratios bear it, ages do not); a load generator at 100 % (its
share is shown as "load": near 100 % the ages are its own); frames that were never delivered (the
share of those due is shown, and below 97 % a number of connections does not count); diffs that do
not fit together ("torn" must be 0). The gateway is killed in a calm market (100 orders/s): in a busy
one every level is another one when it is back, and then a snapshot is the smaller answer.

Examples:
  $ npm run bench:gateway
  $ npm run bench:gateway -- --quick
  $ npm run bench:gateway -- --json gateway.json --rounds 20
`;

/** Of a market in which a book's newest delta is a few milliseconds old at any time. */
const BUSY_RATE = 5000;
const USUAL_RATE = 1000;
/**
 * Orders per second while a gateway is killed: within seconds a busy market changes every level of
 * such books, and then a snapshot is the smaller answer.
 */
const CALM_RATE = 100;

interface Options {
  readonly quick?: true;
  readonly json?: string;
  readonly rounds?: number;
  readonly rate: number;
}

try {
  await main(parseCommandLine());
} catch (error) {
  if (!(error instanceof BenchFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function main(options: Options): Promise<void> {
  const basic = options.quick ? QUICK : FULL;
  const settings = options.rounds === undefined ? basic : { ...basic, rounds: options.rounds };
  const [cpu] = cpus();
  process.stdout.write(
    `node ${process.version}, ${cpu?.model ?? 'an unknown processor'} x ${cpus().length}; ${options.rate} orders/s, depth ${DEPTH}, every ${INTERVAL_MS} ms unless said otherwise\n\n`,
  );
  const alone = await onStack(options, [], (stack) => measureAll(stack, settings));
  const busy = { ...options, rate: Math.max(options.rate, BUSY_RATE) };
  const curve = await onStack(busy, [], async (stack) => growth(await sceneOf(stack, settings)));
  const calm = { ...options, rate: CALM_RATE };
  const restart = await onStack(calm, [], async (stack) =>
    killAndRestart(await sceneOf(stack, settings), stack.gateway),
  );
  const two = ['--workers', '2', '--drain', '5000'];
  const rolling = await onStack(options, two, (stack) => measureRolling(stack, settings));
  const outcomes: Outcomes = { ...alone, curve, restart, rolling };
  clear();
  process.stdout.write(resultsTable(outcomes));
  if (options.json === undefined) return;
  writeFileSync(options.json, `${JSON.stringify(toFile(outcomes), undefined, 2)}\n`);
  process.stdout.write(`written: ${options.json}\n`);
}

async function onStack<Result>(
  { rate }: Options,
  gatewayOptions: readonly string[],
  measure: (stack: Stack) => Promise<Result>,
): Promise<Result> {
  say('starting engine, relay, gateway and market');
  const stack = await startStack({
    source: 'sim:7',
    sourceOptions: ['--rate', String(rate)],
    gatewayOptions: ['--max-connections', '20000', ...gatewayOptions],
    logLevel: 'warn',
  });
  try {
    // The market opens with its first orders; they are no part of what is measured.
    await sleep(2000);
    return await measure(stack);
  } finally {
    await stack.stop();
  }
}

/** The gateways of a supervisor. */
function workersOf({ gateway: { pid } }: Stack): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return children.trim().split(' ').map(Number);
}

async function measureRolling(stack: Stack, settings: Settings): Promise<RollingResult> {
  return rollingRestart(await sceneOf(stack, settings), () => workersOf(stack));
}
async function sceneOf(stack: Stack, settings: Settings): Promise<Scene> {
  const { hostname: host, port } = new URL(stack.endpoints.gateway);
  const gateway: Server = {
    host,
    port: Number(port),
    get pid() {
      return stack.gateway.pid;
    },
  };
  const url = `ws://${host}:${port}${FEED_PATH}`;
  const symbols = await listSymbols(url);
  const follows = { feed: stack.endpoints.publish, repair: stack.endpoints.relay };
  return { gateway, url, follows, symbols, settings, say };
}

async function measureAll(
  stack: Stack,
  settings: Settings,
): Promise<Omit<Outcomes, 'curve' | 'restart' | 'rolling'>> {
  const scene = await sceneOf(stack, settings);
  const { url, symbols } = scene;
  say('recording what the gateway sends');
  const what = { url, symbols, depth: DEPTH, interval: INTERVAL_MS, ms: 3000 };
  const recorded = (await recordBooks(what)).filter(({ diffs }) => diffs.length > 0);
  const { peerConnections, batchConnections, batchBooks, encodeMs } = settings;
  return {
    sizes: sizesOf(recorded),
    encodeNs: await encodeTimes(recorded, encodeMs),
    single: await fanOut(scene, recorded, peerConnections, 1),
    batched: await fanOut(scene, recorded, batchConnections, batchBooks),
    grid: await measureGrid(scene),
    frozen: await frozenReaders(scene),
  };
}

async function measureGrid(scene: Scene): Promise<GridRow[]> {
  const rows: GridRow[] = [];
  for (const [connections, depth, interval] of scene.settings.grid) {
    scene.say(`${connections} clients, depth ${depth}, every ${interval} ms`);
    const measured = await measureGateway(scene, { connections, depth, interval });
    rows.push({ connections, depth, interval, measured });
  }
  return rows;
}

function parseCommandLine(): Options {
  return new Command('gateway')
    .description('Measures a gateway among the real processes, and its peers beside it.')
    .option('--quick', 'a look of half a minute instead of all')
    .option('--rounds <n>', 'of each server, in turn', wholeNumber)
    .option('--rate <n>', 'orders per second of the simulated market', wholeNumber, USUAL_RATE)
    .option('--json <file>', 'write the results there as JSON')
    .addHelpText('after', WHAT)
    .parse()
    .opts<Options>();
}

/** On a terminal one line that changes, elsewhere a line each. */
function say(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${what} ...`);
  else process.stderr.write(`${what}\n`);
}

function clear(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Not a whole number.');
  return value;
}
