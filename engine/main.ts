/** The engine process: wires order entry, market, publisher and spine together, and stops them. */

import { randomBytes, randomInt } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  DEFAULT_ENDPOINTS,
  MIB,
  nanos,
  PACKET_RING_BYTES,
  type PacketSink,
  StreamLevel,
  TARGET_PACKET_BYTES,
} from '../feed/index.ts';
import { FeedPublisher } from '../feed/node.ts';
import {
  addServerSecurityOptions,
  crc32,
  LOG_LEVEL_OPTION,
  monotonicMs,
  type ProcessContext,
  runProcess,
  UserError,
  wallClock,
} from '../feed/process/index.ts';
import { Alarm } from './alarm.ts';
import { lockEndpoint } from './endpoint-lock.ts';
import { Engine } from './engine.ts';
import { type EndpointsCommandLine, engineSecurity } from './engine-security.ts';
import { ClientDirectory } from './entry/client-directory.ts';
import { ReportRouter } from './entry/report-router.ts';
import { EntryServer } from './entry/server.ts';
import { SessionTable } from './entry/session-table.ts';
import {
  addJournalOptions,
  followerOf,
  type JournalCommandLine,
  openJournal,
} from './journal/command-line.ts';
import { type EpochBeginning, NO_EPOCH_BEFORE } from './journal/journal.ts';
import { restartFrom } from './journal/restart.ts';
import { COMMANDS_PER_CLOCK_READING, EXPECTED_OPEN_ORDERS } from './limits.ts';
import { listMarket } from './list-market.ts';
import { DEFAULT_MARKET_FILE } from './market-file.ts';
import { newEpoch } from './new-epoch.ts';
import { COMMAND_BURST, COMMANDS_PER_SECOND, SESSION_TOKEN_BYTES } from './protocol/index.ts';
import { Spine } from './spine/spine.ts';

interface EngineCommandLine extends JournalCommandLine, EndpointsCommandLine {
  /** False: `--no-market`. */
  readonly market: string | false;
  readonly commandsPerSecond: number;
  readonly relay?: readonly string[];
  readonly ringBytes: number;
  readonly levels: 'L2,L3' | 'L2';
}

const EXAMPLES = `
Examples:
  $ touchline engine                                    the demo's market on the usual ports
  $ touchline engine --market my-market.json
  $ touchline engine --no-market                        a source brings its instruments itself
  $ touchline engine --journal data/journal             comes back after a crash with all it had
  $ touchline engine --keys engine.keys --allow allowed.txt    CURVE: see touchline keys --help
  $ touchline engine --publish 'tcp://127.0.0.1:*' --entry 'tcp://127.0.0.1:*' --spine 'tcp://127.0.0.1:*'
`;

/** A few packets at the least, and a gigabyte of memory at the most. */
const MIN_RING_BYTES = 4 * TARGET_PACKET_BYTES;
const MAX_RING_BYTES = 1024 * MIB;

runProcess('engine', main);

async function main(context: ProcessContext): Promise<void> {
  const options = parseCommandLine(process.argv);
  const { log } = context;
  const security = await engineSecurity(options, log);
  context.onShutdown(() => security.close(), 'the keys');
  const journal = await openJournal(options, wallClock, log);
  context.onShutdown(() => journal?.close(), 'the journal');
  const { epoch, previous } = journal?.beginning ?? firstEpoch();
  const journalLog = journal?.begin();
  let isServing = false;
  const sessions = new SessionTable({
    epoch,
    clients: new ClientDirectory({
      newToken: () => randomBytes(SESSION_TOKEN_BYTES).toString('hex'),
      openOrdersOf: (owner) => engine.market.openOrdersOf(owner),
      onClaimed: (client) => journalLog?.client(client),
      rateLimit: {
        perSecond: options.commandsPerSecond,
        burst: Math.min(COMMAND_BURST, options.commandsPerSecond),
      },
    }),
    nowMs: monotonicMs,
    log,
    reply: (peer, frame) => entry.reply(peer, frame),
    keys: security.keys,
    isOverloaded: () => spine.isOverloaded,
  });
  const { relay: relays = [], ringBytes } = options;
  // What is not published is not served either.
  const levels = options.levels === 'L2' ? [StreamLevel.L2] : [StreamLevel.L2, StreamLevel.L3];
  const spine = new Spine({
    epoch,
    levels,
    relays,
    ringBytes,
    log,
    crc32,
    wallClock,
    security: security.spine,
  });
  const published = (level: StreamLevel): PacketSink => {
    const keep = spine.sink(level);
    return (packet, firstSequence, count) => {
      keep(packet, firstSequence, count);
      // What a restart does again is not pushed at anybody: heartbeats announce it, relays ask.
      if (isServing) publisher.send(packet);
    };
  };
  const alarm = new Alarm(wallClock, () => {
    engine.advance();
    entry.wake();
  });
  const engine = new Engine({
    expectedOrders: EXPECTED_OPEN_ORDERS,
    epoch,
    wallClock,
    crc32,
    sink: published(StreamLevel.L2),
    orderSink: levels.includes(StreamLevel.L3) ? published(StreamLevel.L3) : undefined,
    reports: new ReportRouter(sessions),
    previous,
    log: journalLog,
    commandsPerReading: COMMANDS_PER_CLOCK_READING,
    alarm,
  });
  sessions.connect(engine);
  const publisher = new FeedPublisher({
    heartbeat: () => engine.heartbeat(),
    security: security.publish,
  });
  const entry = new EntryServer({
    flush: () => engine.flush(),
    nowMs: monotonicMs,
    security: security.entry,
  });

  // Closed in reverse: first no more commands, then the stream's end, then the rest.
  context.onShutdown(() => spine.close(), 'the spine');
  context.onShutdown(() => {
    // With a journal the epoch goes on when the engine comes back.
    if (journal === undefined) engine.endOfSession();
    publisher.close();
  }, 'the publisher');
  context.onShutdown(() => entry.close(), 'order entry');
  context.onShutdown(() => alarm.close(), 'the alarm');

  if (journal !== undefined) {
    restartFrom(journal, { engine, clients: sessions.clients }, monotonicMs);
  }
  listMarket(engine, options.market);
  const follower = followerOf(options, log);
  context.onShutdown(() => follower?.close(), 'the follower');
  follower?.start();
  isServing = true;
  const publish = await bound('--publish', options.publish, (at) => publisher.bind(at));
  const spineAt = await bound('--spine', options.spine, (at) =>
    spine.bind(at, [engine.levels, engine.orders]),
  );
  // Without it relays fall behind until history tears.
  spine.failed.catch((error: unknown) => context.fail(error));
  const entryAt = await bound('--entry', options.entry, (at) => entry.bind(at, sessions));
  log.info({ epoch, instruments: engine.market.instruments.length }, 'the market is open');
  context.ready({ publish, entry: entryAt, spine: spineAt });
}

function parseCommandLine(argv: readonly string[]): EngineCommandLine {
  const command = new Command('engine')
    .description('The matching engine: takes orders, publishes every change of every book.')
    .option('--publish <endpoint>', 'where to publish the stream', DEFAULT_ENDPOINTS.publish)
    .option('--entry <endpoint>', 'where to take orders', DEFAULT_ENDPOINTS.entry)
    .option('--spine <endpoint>', 'where to serve relays', DEFAULT_ENDPOINTS.spine)
    .addOption(
      new Option(
        '--levels <levels>',
        'what to publish: price levels and each order, or levels only',
      )
        .choices(['L2,L3', 'L2'])
        .default('L2,L3'),
    )
    .option(
      '--relay <name...>',
      'relays that lose nothing: new orders are refused while one lags behind',
    )
    .option(
      '--ring-bytes <count>',
      'ring of the newest packets, of each stream, that relays are served from by a thread of its own; a --relay that is half of it behind is too far',
      ringSize,
      PACKET_RING_BYTES,
    )
    .option('--market <file>', 'the instruments to list', DEFAULT_MARKET_FILE)
    .option('--no-market', 'start without instruments')
    .option(
      '--commands-per-second <count>',
      'what one client may ask for; what is beyond is refused',
      commandRate,
      COMMANDS_PER_SECOND,
    )
    .option(...LOG_LEVEL_OPTION)
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  addServerSecurityOptions(command);
  return addJournalOptions(command).parse(argv).opts<EngineCommandLine>();
}

function firstEpoch(): EpochBeginning {
  const epoch = newEpoch(timeNow(), randomInt(2 ** 20));
  return { epoch, previous: NO_EPOCH_BEFORE };
}

function ringSize(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < MIN_RING_BYTES || value > MAX_RING_BYTES) {
    throw new InvalidArgumentError(`Give a number from ${MIN_RING_BYTES} to ${MAX_RING_BYTES}.`);
  }
  return value;
}

function commandRate(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > COMMANDS_PER_SECOND) {
    throw new InvalidArgumentError(`Give a whole number from 1 to ${COMMANDS_PER_SECOND}.`);
  }
  return value;
}

async function bound(
  option: string,
  endpoint: string,
  bind: (endpoint: string) => Promise<string>,
): Promise<string> {
  try {
    if (!(await lockEndpoint(endpoint))) throw Object.assign(new Error(), { code: 'EADDRINUSE' });
    return await bind(endpoint);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      const what = `${option} ${endpoint} is in use: another engine may be running there.`;
      throw new UserError('ENDPOINT_IN_USE', `${what} End it, or name another endpoint.`);
    }
    const what = `${option} ${endpoint} cannot be bound (${String(code ?? error)}).`;
    throw new UserError('BAD_ENDPOINT', `${what} An endpoint is like tcp://127.0.0.1:7101.`);
  }
}

function timeNow(): ReturnType<typeof nanos> {
  const now = nanos();
  wallClock(now);
  return now;
}
