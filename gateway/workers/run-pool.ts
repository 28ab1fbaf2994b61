/** The supervisor's part of `touchline gateway --workers N`: no clients, only their gateways. */

import { randomBytes } from 'node:crypto';
import type { ProcessContext } from '../../feed/process/index.ts';
import { SUPERVISED_ENV } from '../../feed/process/index.ts';
import { WorkerPool } from './worker-pool.ts';

const NAME_BYTES = 9;

export async function runPool(
  count: number,
  script: string,
  context: ProcessContext,
): Promise<void> {
  const pool = new WorkerPool({
    count,
    pool: randomBytes(NAME_BYTES).toString('base64url'),
    secret: randomBytes(NAME_BYTES).toString('base64url'),
    script,
    arguments: process.argv.slice(2),
    environment: { ...process.env, [SUPERVISED_ENV]: '1' },
    log: context.log,
  });
  context.onShutdown(() => pool.close(), 'the workers');
  process.on('SIGUSR2', () => pool.signal('SIGUSR2'));
  context.ready({ ...(await pool.start()) });
}
