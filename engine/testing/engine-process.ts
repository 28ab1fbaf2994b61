/** The engine as its own process on free ports, for end-to-end tests. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const ANY_PORT = 'tcp://127.0.0.1:*';
const READY = z.object({
  type: z.literal('ready'),
  endpoints: z.object({ publish: z.string(), entry: z.string(), spine: z.string() }),
});

export interface EngineProcess {
  readonly child: ChildProcess;
  readonly endpoints: z.infer<typeof READY>['endpoints'];
}

export interface EndedProcess {
  readonly code: number | null;
  readonly output: string;
}

/** Starts it with free ports and these options besides, and waits until it is ready. */
export async function startEngine(...options: string[]): Promise<EngineProcess> {
  const ports = ['--publish', ANY_PORT, '--entry', ANY_PORT, '--spine', ANY_PORT];
  const child = spawnEngine([...ports, ...options]);
  const end = ended(child);
  const ready = new Promise<EngineProcess>((resolve) => {
    child.on('message', (message) => {
      const parsed = READY.safeParse(message);
      if (parsed.success) resolve({ child, endpoints: parsed.data.endpoints });
    });
  });
  const failed = end.then(({ code, output }) => {
    throw new Error(`The engine ended with ${code} before it was ready: ${output}`);
  });
  return Promise.race([ready, failed]);
}

/** Runs it with these options until it ends by itself. */
export function runEngine(...options: string[]): Promise<EndedProcess> {
  return ended(spawnEngine(options));
}

/** The exit code, once the process has ended. */
export async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

function spawnEngine(options: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...options], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
}

async function ended(child: ChildProcess): Promise<EndedProcess> {
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  return { code: child.exitCode, output };
}
