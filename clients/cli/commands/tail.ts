/** `touchline tail`: the records of the stream as they come, for people or as JSON. */

import type { Command } from 'commander';
import { Subscriber } from 'zeromq';
import {
  DEFAULT_ENDPOINTS,
  FeedState,
  MAX_INTEGER,
  MAX_PACKET_BYTES,
  StreamLevel,
  shardTopic,
} from '../../../feed/index.ts';
import { FeedSubscriber, frameBytes } from '../../../feed/node.ts';
import {
  addClientSecurityOptions,
  type ClientSecurityCommandLine,
  clientSecurity,
  crc32,
  LOG_LEVEL_OPTION,
  monotonicMs,
  type ProcessContext,
  runProcess,
  UserError,
  wallClock,
} from '../../../feed/process/index.ts';
import { seconds, wholeNumber } from '../arguments.ts';
import { coloursFor } from '../colours.ts';
import { endWithReader } from '../output.ts';
import { type RecordView, recordLine } from '../tail/record-view.ts';
import { StreamTail } from '../tail/stream-tail.ts';
import { matchSymbol, unknownSymbolText } from '../watch/watched-book.ts';

const POLL_MS = 20;
/** When no relay answers, records are shown all the same, in ticks and lots. */
const DIRECTORY_LIMIT_MS = 3000;

interface TailOptions extends ClientSecurityCommandLine {
  readonly feed: string;
  readonly repair: string;
  readonly instrument?: string;
  readonly count?: number;
  readonly heartbeats?: boolean;
  readonly json?: boolean;
  readonly timeout: number;
}

export function addTailCommand(program: Command): void {
  const command = program
    .command('tail')
    .description('print the records of the stream as they come')
    .option('--feed <endpoint>', "the engine's records", DEFAULT_ENDPOINTS.publish)
    .option(
      '--repair <endpoint>',
      'the relay, which knows the instruments',
      DEFAULT_ENDPOINTS.relay,
    )
    .option('--instrument <symbol>', 'only records of this instrument')
    .option('--count <records>', 'end after so many', wholeNumber(1, MAX_INTEGER))
    .option('--heartbeats', 'also the tables of positions in heartbeats')
    .option('--json', 'one JSON object a line')
    .option('--timeout <seconds>', 'how long to wait for the feed', seconds, 10)
    .option(...LOG_LEVEL_OPTION);
  addClientSecurityOptions(command)
    .addHelpText('after', TAIL_EXAMPLES)
    .action((options: TailOptions) => {
      runProcess('tail', (context) => tail(context, options));
    });
}

const TAIL_EXAMPLES = `
Examples:
  $ touchline tail --count 20
  $ touchline tail --instrument AAPL
  $ touchline tail --json | jq 'select(.type == "trade")'
`;

async function tail(context: ProcessContext, options: TailOptions): Promise<void> {
  endWithReader(context);
  const security = clientSecurity(options);
  const subscriber = new FeedSubscriber(
    {
      feed: [options.feed],
      repair: [options.repair],
      feedCurve: security?.engine,
      repairCurve: security?.relay,
      wallClock,
      nowMs: monotonicMs,
      crc32,
    },
    {},
  );
  context.onShutdown(() => subscriber.close(), 'the directory of instruments');
  await subscriber.start();
  await directoryReady(subscriber, options);
  const { instrument } = options;
  const symbol =
    instrument === undefined ? undefined : findSymbol(instrument, subscriber, options.repair);
  const print = printer(options);
  let left = options.count ?? Number.POSITIVE_INFINITY;
  const stream = new StreamTail({
    directory: subscriber.instruments,
    crc32,
    heartbeats: options.heartbeats === true,
    sink: (view) => {
      if (left === 0 || (symbol !== undefined && isOfAnother(view, symbol))) return;
      print(view);
      left--;
      if (left === 0) context.shutdown('as many as asked for');
    },
  });
  const socket = new Subscriber({
    linger: 0,
    maxMessageSize: frameBytes(MAX_PACKET_BYTES, security),
    ...security?.engine,
  });
  context.onShutdown(() => socket.close(), 'the socket');
  socket.connect(options.feed);
  socket.subscribe(Buffer.from(shardTopic(StreamLevel.L2)));
  void receive(socket, stream).catch((error) => context.fail(error));
}

async function receive(socket: Subscriber, stream: StreamTail): Promise<void> {
  for await (const [packet] of socket) {
    if (packet !== undefined) stream.read(packet);
  }
}

/** Waits until the instruments are known, so that the first record already has its decimals. */
async function directoryReady(subscriber: FeedSubscriber, options: TailOptions): Promise<void> {
  const startMs = monotonicMs();
  while (subscriber.state !== FeedState.Live) {
    const waitedMs = monotonicMs() - startMs;
    const isHeard = subscriber.stats.packets > 0;
    if (isHeard && waitedMs > DIRECTORY_LIMIT_MS) return;
    if (!isHeard && waitedMs > options.timeout * 1000) {
      throw new UserError(
        'NOTHING_HEARD',
        `Nothing was heard from ${options.feed} for ${options.timeout} s. ` +
          'Is the engine running there? Everything starts with: touchline up',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function findSymbol(wanted: string, subscriber: FeedSubscriber, repair: string): string {
  const symbols = [...subscriber.instruments.values()].map((one) => one.symbol);
  const symbol = matchSymbol(wanted, symbols);
  if (symbol !== undefined) return symbol;
  const hint = symbols.length === 0 ? ` (Does the relay run at ${repair}?)` : '';
  throw new UserError('UNKNOWN_SYMBOL', unknownSymbolText(wanted, symbols) + hint);
}

/** Gaps, epochs and bad packets concern everybody. */
function isOfAnother(view: RecordView, symbol: string): boolean {
  if (view.symbol === symbol) return false;
  return view.instrument !== undefined || view.type === 'transaction';
}

function printer(options: TailOptions): (view: RecordView) => void {
  const { stdout } = process;
  if (options.json === true) return (view) => void stdout.write(`${JSON.stringify(view)}\n`);
  const colours = coloursFor(stdout.isTTY, process.env);
  return (view) => void stdout.write(`${recordLine(view, colours)}\n`);
}
