/** The script of the shared worker: load it with `new SharedWorker(url, { type: 'module' })`. */

import { realPlatform } from '../platform.ts';
import type { OpenMessage } from './port-messages.ts';
import { WorkerHost } from './worker-host.ts';

export const host = new WorkerHost(realPlatform());

(globalThis as { onconnect?: (event: MessageEvent) => void }).onconnect = ({ ports }) => {
  const [door] = ports;
  if (door === undefined) return;
  door.onmessage = ({ data, ports: [port] }: MessageEvent<OpenMessage>) => {
    if (port !== undefined) host.open(data, port);
  };
};
