/** One engine per ipc endpoint: a second bind there would succeed, and take it away from the first. */

import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { lockDirectory } from '../feed/process/index.ts';

const IPC_PATH = /^ipc:\/\/([^@].*)$/;

/**
 * False when another process holds the endpoint. Held until this process ends, however it ends.
 * Endpoints that a system looks after itself are not locked. Throws what the file system says of
 * the endpoint's directory.
 */
export async function lockEndpoint(endpoint: string): Promise<boolean> {
  const path = IPC_PATH.exec(endpoint)?.[1];
  if (path === undefined) return true;
  // The name of a lock has room for some hundred bytes.
  const name = createHash('sha256').update(basename(path)).digest('hex').slice(0, 32);
  return (await lockDirectory(dirname(path), `ipc-${name}`)) !== undefined;
}
