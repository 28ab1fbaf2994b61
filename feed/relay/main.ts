/** The relay process: a relay between the endpoints of its command line. */

import { Command } from 'commander';
import { DEFAULT_ENDPOINTS } from '../limits.ts';
import {
  addClientSecurityOptions,
  addServerSecurityOptions,
  type ClientSecurityCommandLine,
  clientSecurity,
  crc32,
  LOG_LEVEL_OPTION,
  monotonicMs,
  type ProcessContext,
  runProcess,
  type ServerSecurityCommandLine,
  serverSecurity,
  UserError,
  wallClock,
} from '../process/index.ts';
import { Relay } from './relay.ts';

interface RelayCommandLine extends ServerSecurityCommandLine, ClientSecurityCommandLine {
  readonly feed: string;
  readonly spine: string;
  readonly serve: string;
  readonly name: string;
}

const EXAMPLES = `
Examples:
  $ touchline relay                                     beside an engine on the usual ports
  $ touchline relay --serve tcp://127.0.0.1:7204        a second one
  $ touchline relay --feed tcp://127.0.0.1:7101 --spine tcp://127.0.0.1:7103 --serve 'tcp://127.0.0.1:*'
`;

runProcess('relay', main);

async function main(context: ProcessContext): Promise<void> {
  const options = parseCommandLine(process.argv);
  const { log } = context;
  const security = serverSecurity(options, { '--serve': options.serve }, log, monotonicMs);
  context.onShutdown(() => security?.close(), 'the keys');
  const relay = new Relay({
    name: options.name,
    feed: [options.feed],
    spine: [options.spine],
    wallClock,
    nowMs: monotonicMs,
    crc32,
    log,
    security: await security?.endpoint('repair'),
    engineCurve: clientSecurity(options)?.engine,
    listener: {
      stateChanged: ({ symbol, state, reason }) => log.debug({ symbol, state, reason }, 'state'),
    },
  });
  context.onShutdown(() => relay.close(), 'the relay');
  const serve = await started(relay, options);
  // A listener's or a socket's error ends the following: a relay that no longer follows must not live.
  relay.ended.catch((error: unknown) => context.fail(error));
  context.ready({ serve });
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
    .option(...LOG_LEVEL_OPTION)
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  addClientSecurityOptions(addServerSecurityOptions(command), true);
  return command.parse(argv).opts<RelayCommandLine>();
}

async function started(relay: Relay, options: RelayCommandLine): Promise<string> {
  try {
    return await relay.start(options.serve);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === 'EADDRINUSE') {
      const what = `--serve ${options.serve} is in use: another relay may be running there.`;
      throw new UserError('ENDPOINT_IN_USE', `${what} End it, or name another endpoint.`);
    }
    const { feed, spine, serve } = options;
    const what = `One of --serve ${serve}, --feed ${feed}, --spine ${spine} cannot be used (${code}).`;
    throw new UserError('BAD_ENDPOINT', `${what} An endpoint is like tcp://127.0.0.1:7104.`);
  }
}
