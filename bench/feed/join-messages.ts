/** What the processes of late-join runs tell each other, through the one that started them. */

export interface JoinEnginePlan {
  readonly instruments: number;
  readonly deltasPerSecond: number;
}

export interface JoinerPlan {
  readonly feed: string;
  readonly repair: string;
  readonly instruments: number;
}

export type JoinMessage =
  | { readonly type: 'bound'; readonly publish: string; readonly spine: string }
  /** To the engine: what comes from now on is counted for this phase. */
  | { readonly type: 'phase'; readonly phase: JoinPhase }
  /** To the joiner, and its answer: milliseconds from connecting until every book was LIVE. */
  | { readonly type: 'join' }
  | { readonly type: 'is-live'; readonly ms: number; readonly snapshots: number }
  /** To the engine, and its answer. */
  | { readonly type: 'end' }
  | ({ readonly type: 'ended' } & JoinEngineReport);

export type JoinPhase = 'warming-up' | 'quiet' | 'joining';

export interface JoinEngineReport {
  /** From the moment a command was due until its turn had ended. */
  readonly p99Us: { readonly quiet: number; readonly joining: number };
  /** Commands that came too late by a second, and were left out. */
  readonly skipped: number;
  readonly deltasPerSecond: number;
}

export function tellJoin(message: JoinMessage): void {
  process.send?.(message);
}
