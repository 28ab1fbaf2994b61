/** How long a late joiner takes to a thousand LIVE books while the stream flows, and what it costs the engine. */

import type { JoinEngineReport, JoinPhase } from './join-messages.ts';
import { heard, JoinProcesses } from './join-processes.ts';

const WARM_UP_MS = 1500;

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
  const processes = new JoinProcesses();
  try {
    const engine = processes.start('join-engine.ts', { instruments, deltasPerSecond });
    const { publish, spine } = await heard(engine, 'bound');
    const repair = await processes.startRelay(publish, spine);
    const joiner = processes.start('join-subscriber.ts', { feed: publish, repair, instruments });
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
    processes.end();
  }
}
