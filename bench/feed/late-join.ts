/** How long a late joiner takes to a thousand LIVE books while the stream flows, and what it costs the engine. */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { JoinEngineReport, JoinMessage, JoinPhase } from './join-messages.ts';

const RELAY = join(import.meta.dirname, '../../feed/relay/main.ts');
const WARM_UP_MS = 1500;
const LIMIT_MS = 60_000;

export interface LateJoinRun {
  readonly instruments: number;
  readonly deltasPerSecond: number;
  readonly joins: number;
  /** Between two joins, for the engine's own tail. */
  readonly quietMs: number;
}

export interface LateJoinResult {
  /** Of each join. */
  readonly joinMs: readonly number[];
  /** The engine's 99th percentile while somebody joins, over that while nobody does. */
  readonly engineP99Ratio: number;
  readonly engine: JoinEngineReport;
}

export async function runLateJoin(run: LateJoinRun): Promise<LateJoinResult> {
  const { instruments, deltasPerSecond, joins, quietMs } = run;
  const children: ChildProcess[] = [];
  const start = (path: string, ...args: string[]): ChildProcess => {
    const child = fork(path, args, { stdio: 'inherit' });
    children.push(child);
    return child;
  };
  const script = (name: string, plan: object): ChildProcess =>
    start(join(import.meta.dirname, name), JSON.stringify(plan));
  try {
    const engine = script('join-engine.ts', { instruments, deltasPerSecond });
    const { publish, spine } = await heard(engine, 'bound');
    const feed = ['--feed', publish, '--spine', spine];
    const relay = start(RELAY, ...feed, '--serve', 'tcp://127.0.0.1:*', '--log-level', 'error');
    const repair = await ready(relay);
    const joiner = script('join-subscriber.ts', { feed: publish, repair, instruments });
    const enter = (phase: JoinPhase) => engine.send({ type: 'phase', phase });
    const joinOnce = async (): Promise<number> => {
      joiner.send({ type: 'join' });
      return (await heard(joiner, 'is-live')).ms;
    };
    await joinOnce();
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    const joinMs: number[] = [];
    for (let i = 0; i < joins; i += 1) {
      enter('quiet');
      await new Promise((resolve) => setTimeout(resolve, quietMs));
      enter('joining');
      joinMs.push(await joinOnce());
    }
    engine.send({ type: 'end' });
    const report = await heard(engine, 'ended');
    const { quiet, joining } = report.p99Us;
    return { joinMs, engineP99Ratio: joining / quiet, engine: report };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

function heard<Type extends JoinMessage['type']>(
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
      reject(new Error('FEED_BENCH_ENDED: a process of the late join has ended, or hangs'));
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
