/** The WebSocket door by itself: every message comes back as it was. For suites of the protocol below messages. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientAddress } from '../guard/client-address.ts';
import { OriginRule } from '../transports/origin.ts';
import type { AcceptSession } from '../transports/transport.ts';
import { WebSocketTransport } from '../transports/websocket.ts';

const OPEN_TO_ALL = { ask: () => undefined, entered: () => {}, left: () => {} };

export interface EchoDoor {
  readonly url: string;
  close(): void;
}

/** Listens at a free port of 127.0.0.1. Text comes back as text where the client asked for JSON. */
export async function openEchoDoor(): Promise<EchoDoor> {
  const echo: AcceptSession = (link) => ({
    receive: (bytes) => link.send(bytes.slice()),
    delivered: () => {},
    closed: () => {},
  });
  const transport = new WebSocketTransport({
    origins: new OriginRule([]),
    guard: OPEN_TO_ALL,
    accept: echo,
    addressOf: clientAddress([]),
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => transport.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      transport.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
