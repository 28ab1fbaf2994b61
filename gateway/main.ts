/** `touchline gateway`: follows a feed and serves live books to browsers. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { DEFAULT_ENDPOINTS } from '../feed/index.ts';
import { LOG_LEVEL_OPTION, runProcess } from '../feed/process/index.ts';
import { gatewayConfig } from './config.ts';
import { GatewayServer } from './server.ts';
import { upstream } from './upstream.ts';

const EXAMPLES = `
Examples:
  $ touchline gateway
  $ touchline gateway --feed tcp://10.0.0.5:7101 --repair tcp://10.0.0.6:7104
  $ touchline gateway --port 0 --page clients/dashboard/dist
  $ touchline gateway --host 0.0.0.0 --origin https://desk.example`;

const BUILT_PAGE = fileURLToPath(new URL('../clients/dashboard/dist', import.meta.url));

function command(): Command {
  return new Command('gateway')
    .description('Follows a feed and serves live books to browsers over WebSocket.')
    .option(
      '--feed <endpoint...>',
      `the engine's publisher (default: ${DEFAULT_ENDPOINTS.publish})`,
    )
    .option('--repair <endpoint...>', `relays (default: ${DEFAULT_ENDPOINTS.relay})`)
    .option('--host <host>', 'where to listen', DEFAULT_ENDPOINTS.gatewayHost)
    .option('--port <port>', 'its port; 0 takes a free one', String(DEFAULT_ENDPOINTS.gatewayPort))
    .option('--page <folder>', "the dashboard's built files (default: the project's own)")
    .option('--origin <origin...>', 'pages that may connect, besides those of this machine')
    .option('--max-connections <count>', 'more are refused', '12000')
    .option(...LOG_LEVEL_OPTION)
    .addHelpText('after', EXAMPLES)
    .exitOverride();
}

runProcess('gateway', async (context) => {
  const program = command().parse();
  const { logLevel: _, ...options } = program.opts();
  const config = gatewayConfig(options);
  const page = config.page ?? (existsSync(BUILT_PAGE) ? BUILT_PAGE : undefined);
  const server = new GatewayServer({
    ...config,
    page,
    log: context.log,
    processMetrics: true,
  });
  const feed = upstream(config, server.gateway.market, context.log);

  context.onShutdown(() => feed.close(), 'the feed');
  context.onShutdown(() => server.close(), 'the server');
  await server.start();
  await feed.start();
  // Only a mistake in this program ends the receiving by itself.
  feed.ended.catch((error: unknown) => context.fail(error));
  context.ready(server.endpoints);
});
