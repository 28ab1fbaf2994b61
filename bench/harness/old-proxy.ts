/** An HTTP proxy of the old kind: knows no WebSocket, and may gather what should flow. */

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OldProxy {
  /** Such as "http://127.0.0.1:40123". */
  readonly http: string;
  /** Paths asked for so far. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** `gathersStreams`: an answer is passed on when it is whole, so an endless one never is. */
export async function startOldProxy(target: string, gathersStreams: boolean): Promise<OldProxy> {
  const asked: string[] = [];
  const server = createServer((near, answer) => {
    asked.push(near.url ?? '');
    const { method, headers } = near;
    const far = request(new URL(near.url ?? '', target), { method, headers }, (response) => {
      const pass = (body?: Buffer) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        if (body === undefined) response.pipe(answer);
        else answer.end(body);
      };
      if (!gathersStreams) {
        pass();
        return;
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => pass(Buffer.concat(chunks)));
      response.on('error', () => answer.destroy());
    });
    far.on('error', () => answer.destroy());
    answer.on('close', () => far.destroy());
    near.pipe(far);
  });
  server.on('upgrade', (near, socket) => {
    asked.push(near.url ?? '');
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    http: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
