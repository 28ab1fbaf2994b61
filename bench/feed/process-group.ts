/** Starts a publisher and its subscribers, each a process of its own, and carries their messages. */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Message, type PublisherReport, sharedUs } from './messages.ts';

/** So long after everybody has joined the publisher begins. */
const BEGIN_AFTER_US = 50_000;
/** A run of a few seconds that takes this long hangs. */
const LIMIT_MS = 120_000;

export interface GroupPlan<Plan extends { readonly endpoint: string }> {
  readonly publisher: string;
  readonly subscriber: string;
  readonly plan: Plan;
  readonly subscribers: number;
  /** A further one joins and is stopped before anything is published. */
  readonly isOneStopped?: boolean;
}

export interface GroupOutcome<Outcome> {
  readonly report: PublisherReport;
  readonly outcomes: readonly Outcome[];
}

/** Throws when a process ends before it is done. */
export async function runGroup<Plan extends { readonly endpoint: string }, Outcome>(
  group: GroupPlan<Plan>,
): Promise<GroupOutcome<Outcome>> {
  const run = new GroupRun<Plan, Outcome>(group);
  const limit = setTimeout(
    () => run.fail(new Error(`FEED_BENCH_HANGS: ${group.publisher} ${JSON.stringify(group.plan)}`)),
    LIMIT_MS,
  );
  try {
    return await run.outcome;
  } finally {
    clearTimeout(limit);
    run.end();
  }
}

class GroupRun<Plan extends { readonly endpoint: string }, Outcome> {
  readonly outcome: Promise<GroupOutcome<Outcome>>;
  fail: (error: Error) => void = () => {};
  #resolve: (outcome: GroupOutcome<Outcome>) => void = () => {};
  readonly #group: GroupPlan<Plan>;
  readonly #publisher: ChildProcess;
  readonly #subscribers: ChildProcess[] = [];
  #stopped: ChildProcess | undefined;
  #joined = 0;
  /** Packets that each subscriber has taken. */
  readonly #taken: number[] = [];
  readonly #outcomes: Outcome[] = [];
  #report: PublisherReport | undefined;

  constructor(group: GroupPlan<Plan>) {
    this.#group = group;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.fail = reject;
    });
    this.#publisher = this.#start(group.publisher, group.plan, (message) => {
      if (message.type === 'bound') this.#startSubscribers(message.endpoint);
      else if (message.type === 'published') {
        this.#report = message.report;
        for (const subscriber of this.#subscribers) post(subscriber, message);
        this.#settle();
      }
    });
  }

  end(): void {
    for (const child of [this.#publisher, ...this.#subscribers, this.#stopped]) {
      child?.removeAllListeners('exit');
      child?.kill('SIGKILL');
    }
  }

  #start(script: string, plan: Plan, heard: (message: Message) => void): ChildProcess {
    const path = join(import.meta.dirname, script);
    const child = fork(path, [JSON.stringify(plan)], { stdio: 'inherit' });
    child.once('error', this.fail);
    child.once('exit', (code, signal) => {
      this.fail(new Error(`FEED_BENCH_ENDED: ${script} has ended with ${code ?? signal}`));
    });
    child.on('message', heard);
    return child;
  }

  #startSubscribers(endpoint: string): void {
    const { subscriber, subscribers, isOneStopped = false } = this.#group;
    const plan = { ...this.#group.plan, endpoint };
    for (let i = 0; i < subscribers; i += 1) {
      this.#taken.push(0);
      this.#subscribers.push(this.#start(subscriber, plan, (message) => this.#heard(i, message)));
    }
    if (!isOneStopped) return;
    this.#stopped = this.#start(subscriber, plan, ({ type }) => {
      if (type !== 'joined') return;
      this.#stopped?.kill('SIGSTOP');
      this.#hasJoined();
    });
  }

  #heard(index: number, message: Message): void {
    if (message.type === 'joined') this.#hasJoined();
    else if (message.type === 'taken') {
      this.#taken[index] = message.packets;
      post(this.#publisher, { type: 'taken', packets: Math.min(...this.#taken) });
    } else if (message.type === 'done') {
      this.#subscribers[index]?.removeAllListeners('exit');
      this.#outcomes[index] = message.outcome as Outcome;
      this.#settle();
    }
  }

  #hasJoined(): void {
    const { subscribers, isOneStopped = false } = this.#group;
    this.#joined += 1;
    if (this.#joined < subscribers + (isOneStopped ? 1 : 0)) return;
    const go = { type: 'go', startUs: sharedUs() + BEGIN_AFTER_US } as const;
    for (const child of [this.#publisher, ...this.#subscribers]) post(child, go);
  }

  #settle(): void {
    const outcomes = this.#outcomes;
    const areDone = Object.keys(outcomes).length === this.#group.subscribers;
    if (this.#report !== undefined && areDone) this.#resolve({ report: this.#report, outcomes });
  }
}

/** Whoever is done may have gone, and need not hear. */
function post(child: ChildProcess, message: Message): void {
  if (child.connected) child.send(message, () => {});
}
