/** `touchline archive play`: an archived range as a stream that any consumer can follow. */

import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { formatEpoch } from '../../market.ts';
import {
  crc32,
  monotonicMs,
  type ProcessContext,
  UserError,
  wallClock,
} from '../../process/index.ts';
import { ArchivePlayer } from './archive-player.ts';
import type { ArchivedHistory } from './archive-reader.ts';

const EXAMPLES = `
Examples:
  $ touchline archive play data/archive                          the newest history, as fast as it was
  $ touchline archive play data/archive --speed 60               an hour a minute
  $ touchline archive play data/archive --speed max --from 1000 --to 2000
  $ touchline archive play data/archive --publish tcp://127.0.0.1:8101 --serve tcp://127.0.0.1:8104 --stay

A consumer follows it as it follows an engine: touchline watch BTC-USD --feed tcp://127.0.0.1:7201
--repair tcp://127.0.0.1:7204. Whoever joins late has the books of that moment; epoch, sequences and records are
those of the archive, the publish time is now.
`;

export const PLAY_ENDPOINTS = {
  publish: 'tcp://127.0.0.1:7201',
  serve: 'tcp://127.0.0.1:7204',
} as const;

export interface PlayOptions {
  readonly level: 'L2' | 'L3';
  readonly epoch?: string;
  readonly from?: number;
  readonly to?: number;
  readonly speed: number;
  readonly wait: number;
  readonly stay: boolean;
  readonly publish: string;
  readonly serve: string;
}

/** `find`: the history that the options mean. */
export function playCommand(
  context: ProcessContext,
  find: (directory: string, options: PlayOptions) => ArchivedHistory,
): Command {
  return new Command('play')
    .description('plays a range to new endpoints, for any consumer to follow')
    .argument('<directory>')
    .addOption(new Option('--level <level>', 'which stream').choices(['L2', 'L3']).default('L2'))
    .option('--epoch <epoch>', 'which history (default: the newest)')
    .option('--from <sequence>', 'the first record (default: the oldest kept)', wholeNumber)
    .option('--to <sequence>', 'the last record (default: the newest)', wholeNumber)
    .option('--speed <factor>', '2: twice as fast as it was; max: without waiting', speed, 1)
    .option('--wait <ms>', 'before it begins, for consumers to connect', wholeNumber, 1000)
    .option('--stay', 'go on serving the books of its end, until it is ended', false)
    .option('--publish <endpoint>', 'where to publish', PLAY_ENDPOINTS.publish)
    .option('--serve <endpoint>', 'where to serve books and replays', PLAY_ENDPOINTS.serve)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .action((directory: string, options: PlayOptions) =>
      play(context, find(directory, options), options),
    );
}

async function play(
  context: ProcessContext,
  history: ArchivedHistory,
  options: PlayOptions,
): Promise<void> {
  const [from, to] = rangeOf(history, options);
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: 'playing [{bar}] {percentage} % | {value} of {total} records | {eta_formatted}',
        stream: process.stderr,
      })
    : undefined;
  const player = new ArchivePlayer({
    history,
    from,
    to,
    speed: options.speed,
    crc32,
    wallClock,
    nowMs: monotonicMs,
    sleep: (ms) =>
      new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms))),
    progress: (next) => bar?.update(next - from),
  });
  context.onShutdown(() => player.close(), 'the player');
  const endpoints = await bound(player, options);
  context.ready(endpoints);
  await new Promise((resolve) => setTimeout(resolve, options.wait));
  bar?.start(to - from, 0);
  await player.play();
  bar?.stop();
  context.log.info({ epoch: formatEpoch(history.epoch), from, next: to }, 'played to its end');
  if (!options.stay) context.shutdown('played to its end');
}

async function bound(
  player: ArchivePlayer,
  { publish, serve }: PlayOptions,
): Promise<{ publish: string; serve: string }> {
  try {
    return await player.bind(publish, serve);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const what = `One of --publish ${publish}, --serve ${serve} cannot be used (${String(error.code)}).`;
    throw new UserError('BAD_ENDPOINT', `${what} Name others, such as tcp://127.0.0.1:8101.`);
  }
}

/** What is to be played, its end not included; refused where part of it is not kept. */
function rangeOf({ segments, holes }: ArchivedHistory, options: PlayOptions): [number, number] {
  const oldest = segments[0]?.firstSequence ?? 1;
  const next = segments.at(-1)?.nextSequence ?? 1;
  const from = options.from ?? oldest;
  const to = options.to === undefined ? next : options.to + 1;
  const kept = `Records ${oldest} to ${next - 1} are kept.`;
  if (from < oldest || to > next || from >= to) {
    throw new UserError('NOT_KEPT', `There is nothing to play from ${from} to ${to - 1}. ${kept}`);
  }
  const hole = holes.find((one) => one.from < to && one.to > from);
  if (hole !== undefined) {
    const missing = `Records ${hole.from} to ${hole.to - 1} are missing.`;
    throw new UserError('HOLE', `${missing} Play what is before or behind them: --from, --to.`);
  }
  return [from, to];
}

function speed(text: string): number {
  const value = text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0, or "max".');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}
