/** The processes of late-join and replay runs: an engine, a relay, and whoever follows them. */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { JoinMessage } from './join-messages.ts';

const RELAY = join(import.meta.dirname, '../../feed/relay/main.ts');
const LIMIT_MS = 60_000;

export class JoinProcesses {
  readonly #children: ChildProcess[] = [];

  start(script: string, plan: object): ChildProcess {
    return this.#fork(join(import.meta.dirname, script), JSON.stringify(plan));
  }

  /** Answers with where it serves. */
  async startRelay(publish: string, spine: string, ...more: string[]): Promise<string> {
    const serve = ['--serve', 'tcp://127.0.0.1:*', '--log-level', 'error'];
    return ready(this.#fork(RELAY, '--feed', publish, '--spine', spine, ...serve, ...more));
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }

  #fork(path: string, ...args: string[]): ChildProcess {
    const child = fork(path, args, { stdio: 'inherit' });
    this.#children.push(child);
    return child;
  }
}

export function heard<Type extends JoinMessage['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<JoinMessage, { type: Type }>> {
  return message(child, (told): told is Extract<JoinMessage, { type: Type }> => told.type === type);
}

async function ready(relay: ChildProcess): Promise<string> {
  type Ready = { readonly type: 'ready'; readonly endpoints: { readonly serve: string } };
  const isReady = (told: { readonly type: string }): told is Ready => told.type === 'ready';
  return (await message<Ready>(relay, isReady)).endpoints.serve;
}

/** The first message that is one; rejects when the process ends, or says nothing for too long. */
function message<Told extends { readonly type: string }>(
  child: ChildProcess,
  isIt: (told: { readonly type: string }) => boolean,
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      settle();
      reject(new Error('FEED_BENCH_ENDED: a process has ended, or hangs'));
    };
    const limit = setTimeout(fail, LIMIT_MS);
    const hear = (told: Told): void => {
      if (!isIt(told)) return;
      settle();
      resolve(told);
    };
    const settle = (): void => {
      clearTimeout(limit);
      child.off('exit', fail);
      child.off('message', hear);
    };
    child.once('exit', fail);
    child.on('message', hear);
  });
}
