/** A relay as its own process. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const RELAY = join(import.meta.dirname, '..', '..', '..', 'feed', 'relay', 'main.ts');
const READY = z.object({ type: z.literal('ready'), endpoints: z.object({ serve: z.string() }) });

export interface RelayProcess {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export async function startRelay(publish: string, spine: string): Promise<RelayProcess> {
  const places = ['--feed', publish, '--spine', spine, '--serve', 'tcp://127.0.0.1:*'];
  const child = spawn(process.execPath, [RELAY, ...places, '--log-level', 'error'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.on('message', (message) => {
      const parsed = READY.safeParse(message);
      if (parsed.success) resolve(parsed.data.endpoints.serve);
    });
    child.on('exit', (code) => reject(new Error(`The relay ended with ${code}.`)));
  });
  return {
    endpoint,
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
