/** The source process: connects to order entry, plays one source into it, and says how it went. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_ENDPOINTS } from '../../feed/index.ts';
import {
  addEngineKeyOptions,
  type ClientSecurityCommandLine,
  engineKeys,
  LOG_LEVEL_OPTION,
  monotonicMs,
  type ProcessContext,
  runProcess,
  UserError,
} from '../../feed/process/index.ts';
import { connectOrderEntry, type OrderEntryConnection, OrderEntryError } from '../protocol/node.ts';
import { openSource, parseSourceSpec, SOURCE_KINDS, type SourceSpec } from './open-source.ts';
import type { Speed } from './pace.ts';
import { Player } from './player.ts';
import { ProblemLog } from './problem-log.ts';
import { Progress } from './progress.ts';
import { SimulatedSource } from './simulated.ts';
import type { Source } from './source.ts';

interface SourceCommandLine extends ClientSecurityCommandLine {
  readonly source: string;
  readonly entry: string;
  readonly speed: Speed;
  readonly onError: 'skip' | 'fatal';
  readonly orderbook?: string;
  readonly market?: string;
  readonly window?: number;
  readonly awaitListings?: boolean;
  readonly rate?: number;
  readonly patience: number;
  readonly name?: string;
}

const HELP = `
Sources:
  ${Object.values(SOURCE_KINDS).join('\n  ')}

Examples:
  $ node engine/sources/main.ts                                       the simulated market
  $ node engine/sources/main.ts --source sim:42 --rate 20000
  $ node engine/sources/main.ts --source kraken:book.ws.gz --speed max
  $ node engine/sources/main.ts --source lobster:AAPL_message_10.csv --orderbook AAPL_orderbook_10.csv
`;

runProcess('source', main);

async function main(context: ProcessContext): Promise<void> {
  const options = parseCommandLine(process.argv);
  const spec = parseSourceSpec(options.source);
  // Before connecting: a file that is not there needs no engine to say so.
  const source = await open(spec, options);
  const connection = await connect(context, spec, options);
  context.onShutdown(() => connection.close(), 'order entry');
  context.ready({});
  await playToEnd(context, spec, options, source, connection);
  context.shutdown('the source has ended');
}

async function playToEnd(
  context: ProcessContext,
  spec: SourceSpec,
  options: SourceCommandLine,
  first: Source,
  connection: OrderEntryConnection,
): Promise<void> {
  let source = first;
  for (;;) {
    try {
      await play(context, options, source, connection);
      return;
    } catch (error) {
      // A simulated market has no past to be true to: it begins anew in whatever engine comes.
      if (!isEngineLost(error) || !(source instanceof SimulatedSource)) throw asUserError(error);
      context.log.warn('the engine was lost; the simulation begins anew when it is back');
      source = await open(spec, options, source.lastClientOrderId + 1);
    }
  }
}

async function play(
  context: ProcessContext,
  options: SourceCommandLine,
  source: Source,
  connection: OrderEntryConnection,
): Promise<void> {
  const { log, parent } = context;
  const problems = new ProblemLog(log);
  const player = new Player({
    connection,
    source,
    speed: options.speed,
    onError: options.onError,
    patienceMs: options.patience * 1000,
    nowMs: monotonicMs,
    ...(options.window === undefined ? {} : { window: options.window }),
    awaitsListings: options.awaitListings === true,
    listener: {
      stepAnswered: ({ line, transaction }) => {
        // Nobody follows a simulation step by step, unless by a window.
        if (line === 0 && options.window === undefined) return;
        parent?.send({ type: 'step', line, transaction });
      },
      problem: ({ line, code, message, isWarning = false }) => {
        problems.add(line, code, message);
        parent?.send({ type: 'problem', line, code, message, isWarning });
      },
    },
  });
  parent?.onMessage((message) => {
    const transaction = appliedTransaction(message);
    if (transaction !== undefined) player.applied(transaction);
  });
  let finished: Promise<unknown> = Promise.resolve();
  context.onShutdown(async () => {
    player.stop();
    await finished;
  }, 'the player');
  log.info({ source: source.name, speed: options.speed }, 'playing');
  const progress = showProgress(context, source, player);
  const playing = player.play();
  finished = playing.catch(() => undefined);
  try {
    const end = await playing;
    progress?.stop();
    const summary = player.summary();
    if (end === 'end') parent?.send({ type: 'end', summary });
    tellSummary(context, summary);
  } finally {
    progress?.stop();
    problems.end();
  }
}

function parseCommandLine(argv: readonly string[]): SourceCommandLine {
  const command = new Command('source')
    .description('Plays orders or a recording into the engine’s order entry.')
    .option('--source <spec>', 'what to play; see below', 'sim')
    .option('--entry <endpoint>', 'the engine’s order entry', DEFAULT_ENDPOINTS.entry)
    .option('--speed <speed>', '1 = as recorded, N = N times as fast, max', parseSpeed, 1)
    .addOption(
      new Option('--on-error <what>', 'what a malformed line does')
        .choices(['skip', 'fatal'])
        .default('skip'),
    )
    .option('--orderbook <file>', 'of lobster: the order-book file; its first row seeds the book')
    .option('--market <file>', 'of sim: the market file (default: the demo’s)')
    .option('--rate <number>', 'of sim: commands per second', parsePositive)
    .option('--window <number>', 'transactions the far end may be behind', parseWhole)
    .option(
      '--patience <seconds>',
      'how long a lost engine may take to come back',
      parsePositive,
      30,
    )
    .option('--name <name>', 'as which client; needed where the engine has keys')
    .option('--await-listings', 'go on only when the far end has seen an instrument listed')
    .option(...LOG_LEVEL_OPTION)
    .addHelpText('after', HELP)
    .exitOverride();
  return addEngineKeyOptions(command).parse(argv).opts<SourceCommandLine>();
}

function open(
  spec: SourceSpec,
  { market, rate, orderbook }: SourceCommandLine,
  firstClientOrderId?: number,
): Promise<Source> {
  return openSource(spec, {
    ...(market === undefined ? {} : { market }),
    ...(rate === undefined ? {} : { rate }),
    ...(orderbook === undefined ? {} : { orderBook: orderbook }),
    ...(firstClientOrderId === undefined ? {} : { firstClientOrderId }),
  });
}

async function connect(
  { log }: ProcessContext,
  { kind }: SourceSpec,
  options: SourceCommandLine,
): Promise<OrderEntryConnection> {
  try {
    // Each run is another client: the orders of an earlier one are not its own.
    return await connectOrderEntry({
      endpoint: options.entry,
      name: options.name ?? `${kind}-${process.pid}-${startedAt()}`,
      keys: engineKeys(options),
      // A recording of which parts are refused would be another market.
      waitsWhenOverloaded: true,
      log,
    });
  } catch (error) {
    throw asUserError(error);
  }
}

function startedAt(): string {
  return Math.floor(performance.timeOrigin).toString(36);
}

function showProgress(
  { parent }: ProcessContext,
  source: Source,
  player: Player,
): Progress | undefined {
  // A supervisor's terminal belongs to the supervisor.
  if (!process.stderr.isTTY || parent !== undefined) return undefined;
  return new Progress(source.totalBytes, () => ({
    bytesRead: source.bytesRead,
    commands: player.commands,
    problems: player.problems,
  }));
}

function tellSummary(
  { log, parent }: ProcessContext,
  summary: Readonly<Record<string, number>>,
): void {
  if (parent !== undefined) {
    log.info(summary, 'the source has ended');
    return;
  }
  const width = Math.max(...Object.keys(summary).map((name) => name.length));
  for (const [name, value] of Object.entries(summary)) {
    process.stdout.write(`${name.padEnd(width)}  ${value.toLocaleString('en')}\n`);
  }
}

function appliedTransaction(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  if (!('type' in message) || message.type !== 'applied') return undefined;
  if (!('transaction' in message) || typeof message.transaction !== 'number') return undefined;
  return message.transaction;
}

function isEngineLost(error: unknown): boolean {
  if (error instanceof UserError) return error.code === 'ENGINE_LOST';
  return error instanceof OrderEntryError && error.code === 'CONNECTION_LOST';
}

function asUserError(error: unknown): unknown {
  if (!(error instanceof OrderEntryError)) return error;
  return new UserError(error.code, error.message.slice(error.code.length + 2));
}

function parseSpeed(text: string): Speed {
  return text === 'max' ? text : parsePositive(text);
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above zero.');
}

function parseWhole(text: string): number {
  const value = parsePositive(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
