/** A real gateway at a free port with a feed driven by hand. */

import { GatewayServer, type ServerOptions } from '../server.ts';
import { FakeFeed } from './fake-feed.ts';

const SILENT = { info: () => {} };

export interface TestGateway {
  readonly server: GatewayServer;
  readonly feed: FakeFeed;
  readonly http: string;
  readonly ws: string;
  close(): Promise<void>;
}

export async function startTestGateway(options: Partial<ServerOptions> = {}): Promise<TestGateway> {
  const server = new GatewayServer({
    host: '127.0.0.1',
    port: 0,
    page: undefined,
    maxConnections: 1000,
    log: SILENT,
    ...options,
  });
  await server.start();
  const feed = new FakeFeed(server.gateway.market);
  return { server, feed, ...server.endpoints, close: () => server.close() };
}
