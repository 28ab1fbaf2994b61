/** A TCP proxy that cuts connections: what was on its way is lost, both ends live on. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  /** Connects to whatever the proxy was made for. */
  readonly endpoint: string;
  /** Ends all connections at once; new ones are taken. */
  cut(): void;
  /** Stops forwarding on all connections, which stay open: nothing is heard any more. */
  stall(): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(endpoint: string): Promise<CuttingProxy> {
  const target = new URL(endpoint);
  const pairs = new Set<Socket[]>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    const pair = [near, far];
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    near.on('error', end).on('close', end).pipe(far);
    far.on('error', end).on('close', end).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const [near] of pairs) near?.resetAndDestroy();
  };
  return {
    endpoint: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    stall() {
      for (const [near, far] of pairs) {
        near?.unpipe().pause();
        far?.unpipe().pause();
      }
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
