/** Finds out before anything is started that a port is taken, and says what to do about it. */

import { createServer } from 'node:net';
import { UserError } from '../../../feed/process/index.ts';

export interface PortNeed {
  /** For the message: "the engine's records (--ports)". */
  readonly what: string;
  readonly host: string;
  /** 0 needs no check: the system picks a free one. */
  readonly port: number;
  /** What the user can do, as a whole sentence. */
  readonly remedy: string;
}

/** Throws `UserError` for the first port that cannot be bound. */
export async function checkPorts(needs: readonly PortNeed[]): Promise<void> {
  for (const need of needs) {
    if (need.port === 0) continue;
    const code = await bindError(need.host, need.port);
    if (code === undefined) continue;
    const where = `${need.host}:${need.port}`;
    if (code === 'EADDRINUSE') {
      throw new UserError(
        'PORT_IN_USE',
        `${where}, which ${need.what} would use, is taken by another process. ${need.remedy}`,
      );
    }
    throw new UserError(
      'PORT_NOT_USABLE',
      `${where}, which ${need.what} would use, cannot be bound (${code}). ${need.remedy}`,
    );
  }
}

/** The host and port of `tcp://HOST:PORT`; port 0 where it is `*`. */
export function tcpPlace(endpoint: string): { host: string; port: number } {
  const match = /^tcp:\/\/(.+):(\*|\d+)$/.exec(endpoint);
  if (match === null) {
    throw new UserError('BAD_ENDPOINT', `"${endpoint}" is not of the form tcp://HOST:PORT.`);
  }
  const [, host = '', port = ''] = match;
  return { host, port: port === '*' ? 0 : Number(port) };
}

function bindError(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
