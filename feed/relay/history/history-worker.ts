/** The thread that reads the archive for questions about the past. */

import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { monotonicMs, wallClock } from '../../process/index.ts';
import { HistoryService } from './history-service.ts';
import type { PeerMessage } from './history-thread.ts';

const POLL_MS = 1000;

const { directory } = z.object({ directory: z.string() }).parse(workerData);
const service = new HistoryService({
  directory,
  crc32,
  wallClock,
  nowMs: monotonicMs,
  send: (peer, message) => parentPort?.postMessage({ peer, message } satisfies PeerMessage),
});
parentPort?.on('message', ({ peer, message }: PeerMessage) => service.receive(peer, message));
setInterval(() => service.poll(), POLL_MS).unref();
