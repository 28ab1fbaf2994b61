/** Where the processes of one run meet. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TRANSPORTS = ['ipc', 'tcp'] as const;
export type Transport = (typeof TRANSPORTS)[number];

let folder: string | undefined;
let runs = 0;

/** A new one each time. */
export function endpointOf(transport: Transport): string {
  if (transport === 'tcp') return 'tcp://127.0.0.1:*';
  return `ipc://${runPath('ipc')}`;
}

/** A path that nobody has had yet, removed when this process ends. */
export function runPath(name: string): string {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'touchline-feed-'));
    const made = folder;
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  runs += 1;
  return join(folder, `${name}-${runs}`);
}
