/** The relay process: a relay between the endpoints of its command line. */

import { mkdirSync } from 'node:fs';
import { Command } from 'commander';
import { ARCHIVE_SEGMENT_BYTES, DEFAULT_ENDPOINTS, KEYFRAME_RECORDS } from '../limits.ts';
import {
  addClientSecurityOptions,
  addServerSecurityOptions,
  type ClientSecurityCommandLine,
  clientSecurity,
  crc32,
  LOG_LEVEL_OPTION,
  lockDirectory,
  monotonicMs,
  type ProcessContext,
  runProcess,
  type ServerSecurityCommandLine,
  serverSecurity,
  UserError,
  wallClock,
} from '../process/index.ts';
import { Relay } from './relay.ts';
import type { ArchiveOptions } from './relayed-stream.ts';

const MS_PER_HOUR = 3_600_000;

interface RelayCommandLine extends ServerSecurityCommandLine, ClientSecurityCommandLine {
  readonly feed: string;
  readonly spine: string;
  readonly serve: string;
  readonly publish?: string;
  readonly peer: readonly string[];
  readonly archive?: string;
  readonly archiveBytes?: string;
  readonly archiveHours?: string;
  readonly name: string;
}

const EXAMPLES = `
Examples:
  $ touchline relay                                     beside an engine on the usual ports
  $ touchline relay --serve tcp://127.0.0.1:7204 --publish tcp://127.0.0.1:7205 \
      --peer tcp://127.0.0.1:7104                       a second one, which catches up from the first
  $ touchline relay --archive data/archive --archive-hours 72
  $ touchline relay --feed tcp://127.0.0.1:7101 --spine tcp://127.0.0.1:7103 --serve 'tcp://127.0.0.1:*'
`;

runProcess('relay', main);

async function main(context: ProcessContext): Promise<void> {
  const options = parseCommandLine(process.argv);
  const { log } = context;
  const publish = publishedAt(options);
  const bound = { '--serve': options.serve, ...(publish && { '--publish': publish }) };
  const security = serverSecurity(options, bound, log, monotonicMs);
  context.onShutdown(() => security?.close(), 'the keys');
  const archive = await archiveOf(options, context);
  const keys = clientSecurity(options);
  const relay = new Relay({
    archive,
    name: options.name,
    feed: [options.feed],
    spine: [options.spine],
    peers: options.peer,
    wallClock,
    nowMs: monotonicMs,
    crc32,
    log,
    security: await security?.endpoint('repair'),
    engineCurve: keys?.engine,
    peerCurve: keys?.relay,
    listener: {
      stateChanged: ({ symbol, state, reason }) => log.debug({ symbol, state, reason }, 'state'),
    },
  });
  context.onShutdown(() => relay.close(), 'the relay');
  const endpoints = await started(relay, options, publish);
  // A listener's or a socket's error ends the following: a relay that no longer follows must not live.
  relay.ended.catch((error: unknown) => context.fail(error));
  context.ready(endpoints);
}

function parseCommandLine(argv: readonly string[]): RelayCommandLine {
  const command = new Command('relay')
    .description(
      'Serves book snapshots and replays of an engine’s stream, so that no one else asks it.',
    )
    .option('--feed <endpoint>', 'where the engine publishes', DEFAULT_ENDPOINTS.publish)
    .option('--spine <endpoint>', 'where the engine serves relays', DEFAULT_ENDPOINTS.spine)
    .option(
      '--name <name>',
      'what the engine calls it, when it waits for it (engine --relay)',
      'relay',
    )
    .option('--serve <endpoint>', 'where to serve consumers', DEFAULT_ENDPOINTS.relay)
    .option(
      '--publish <endpoint>',
      `where to publish streams of single instruments (default: ${DEFAULT_ENDPOINTS.instruments} with the usual --serve, else nowhere)`,
    )
    .option(
      '--peer <endpoint>',
      'another relay’s --serve: asked for what the engine no longer holds (may be given again)',
      (one: string, before: readonly string[]) => [...before, one],
      [],
    )
    .option('--archive <directory>', 'where to keep the stream; by default only memory does')
    .option('--archive-bytes <bytes>', 'the oldest of it goes beyond this (default: all is kept)')
    .option('--archive-hours <hours>', 'and what is older than this')
    .option(...LOG_LEVEL_OPTION)
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  addClientSecurityOptions(addServerSecurityOptions(command), true);
  return command.parse(argv).opts<RelayCommandLine>();
}

function publishedAt({ publish, serve }: RelayCommandLine): string | undefined {
  if (publish !== undefined) return publish;
  return serve === DEFAULT_ENDPOINTS.relay ? DEFAULT_ENDPOINTS.instruments : undefined;
}

/** Where to keep the stream, held by this relay alone. */
async function archiveOf(
  options: RelayCommandLine,
  context: ProcessContext,
): Promise<ArchiveOptions | undefined> {
  const { archive: directory, archiveBytes, archiveHours } = options;
  const maxBytes = positive('--archive-bytes', archiveBytes);
  const maxAgeMs = positive('--archive-hours', archiveHours) * MS_PER_HOUR;
  if (directory === undefined) return undefined;
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      'BAD_ARCHIVE',
      `Cannot make the directory --archive ${directory} (${code}).`,
    );
  }
  const lock = await lockDirectory(directory, 'archive');
  if (lock === undefined) {
    const what = `Another relay writes the archive ${directory}.`;
    throw new UserError('ARCHIVE_IN_USE', `${what} End it, or name another directory.`);
  }
  context.onShutdown(() => lock.release(), 'the lock of the archive');
  const segmentRecords = KEYFRAME_RECORDS;
  const limits = { segmentRecords, segmentBytes: ARCHIVE_SEGMENT_BYTES, maxBytes, maxAgeMs };
  return { directory, limits, log: context.log };
}

function positive(option: string, text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (value > 0) return value;
  throw new UserError('BAD_OPTION', `${option} must be a number above 0, not "${text}".`);
}

async function started(
  relay: Relay,
  options: RelayCommandLine,
  publish: string | undefined,
): Promise<Record<string, string>> {
  const { feed, spine, serve } = options;
  try {
    const published = publish === undefined ? {} : { publish: await relay.publish(publish) };
    return { serve: await relay.start(serve), ...published };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    const own =
      publish === undefined ? `--serve ${serve}` : `--serve ${serve} or --publish ${publish}`;
    if (code === 'EADDRINUSE') {
      const what = `${own} is in use: another relay may be running there.`;
      throw new UserError('ENDPOINT_IN_USE', `${what} End it, or name another endpoint.`);
    }
    const what = `One of ${own}, --feed ${feed}, --spine ${spine} cannot be used (${code}).`;
    throw new UserError('BAD_ENDPOINT', `${what} An endpoint is like tcp://127.0.0.1:7104.`);
  }
}
