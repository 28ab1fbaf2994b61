/** Many pages, one connection: the client of a page whose connection a shared worker holds. */

import type { ConnectOptions, TouchlineClient } from '../api.ts';
import { Client } from '../client.ts';
import { realPlatform } from '../platform.ts';
import { PortSocket, type WorkerDoor } from './port-socket.ts';

export interface SharedOptions extends Omit<ConnectOptions, 'WebSocket' | 'token'> {
  /** A text: what gives a new one cannot be handed to a worker. */
  readonly token?: string;
  /** `new SharedWorker(new URL('touchline-browser/worker', ...), { type: 'module' })`. */
  readonly worker: WorkerDoor;
  /**
   * Pages that name the same user share a connection, whose token is that of the first of them.
   * Default: the empty name.
   */
  readonly user?: string;
}

/** As `connect`; pages of one origin with the same worker, url and user share one connection. */
export function connectShared(url: string, options: SharedOptions): TouchlineClient {
  const { worker, user = '' } = options;
  return new Client(url, options, {
    ...realPlatform(),
    openSocket: (to, transport) => new PortSocket(worker, { url: to, transport, user }),
  });
}
