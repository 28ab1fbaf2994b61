/** The thread that serves relays: ranges out of the output rings, books by way of the matching thread. */

import { parentPort, workerData } from 'node:worker_threads';
import { RepairServer, type SecureEndpoint } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { OutputRingReader } from './output-ring-reader.ts';
import { RelayProgress } from './relay-progress.ts';
import { RemoteBooks } from './remote-books.ts';
import type { FromSpine, SpineBeginning, ToSpine } from './spine-messages.ts';

const port = parentPort;
if (port === null) throw new Error('spine-worker.ts is a thread of the engine.');
const { endpoint, epoch, relays, streams, curve } = workerData as SpineBeginning;

const books: RemoteBooks[] = [];
const [first, ...others] = streams.map(({ level, memory }) => {
  const ring = new OutputRingReader(memory);
  const snapshots = new RemoteBooks({ level, epoch, ring, ask: tell, crc32, wallClock });
  books.push(snapshots);
  const { acknowledged } = new RelayProgress({ relays, epoch, memory, ring });
  return { level, ring, snapshots, acknowledged };
});
if (first === undefined) throw new Error('spine-worker.ts needs a stream.');
const security = curve === undefined ? undefined : { curve, watch };
const ports = { crc32, wallClock, nowMs: monotonicMs, security };
const server = new RepairServer({ streams: [first, ...others], ...ports });

port.on('message', (message: ToSpine) => {
  // Without its socket and its port the thread has nothing left to do.
  if (message.type === 'close') void server.close().then(() => port.close());
  else for (const one of books) one.answered(message);
});
try {
  tell({ type: 'bound', endpoint: await server.bind(endpoint) });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  tell({ type: 'not-bound', code, message });
}

function tell(message: FromSpine): void {
  port?.postMessage(message);
}

function watch(socket: Parameters<SecureEndpoint['watch']>[0]): void {
  for (const event of ['handshake:error:protocol', 'handshake:error:other'] as const) {
    socket.events.on(event, () => tell({ type: 'refused-peer', event }));
  }
}
