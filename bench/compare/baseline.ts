/** Which commit the regression guard compares with: the newest one whose checks passed, as far as git knows. */

import { git } from '../harness/run-facts.ts';

/** A CI that knows better names the commit here. */
export const BASELINE_VARIABLE = 'TOUCHLINE_BASELINE';
/** A CI that may write to the repository leaves this tag where it passed. */
export const PASSED_TAG = 'ci-passed';

export interface Baseline {
  readonly commit: string;
  /** Why this one, as a part of a sentence. */
  readonly because: string;
}

/**
 * A change lands only where `.ci/run` has passed, so whatever the main branch has, has passed. What
 * was there before this change is, in this order: what the environment says; where the tag stands;
 * where this history left the main branch's; what the newest commit was merged into, or put on.
 * All of that travels with the repository; `undefined` where the clone is too shallow to know.
 */
export function findBaseline(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Baseline | undefined {
  const head = resolveCommit(folder, 'HEAD');
  if (head === undefined) return undefined;
  const named = environment[BASELINE_VARIABLE];
  if (named !== undefined && named !== '') {
    const commit = resolveCommit(folder, named);
    if (commit === undefined) throw new Error(`${BASELINE_VARIABLE}=${named} is no commit here.`);
    return { commit, because: `${BASELINE_VARIABLE} names it` };
  }
  const candidates: readonly (readonly [string | undefined, string])[] = [
    [before(folder, head, `refs/tags/${PASSED_TAG}`), `the tag ${PASSED_TAG} is there`],
    [forkOf(folder, head), 'the change left the main branch there'],
    [resolveCommit(folder, 'HEAD^1'), 'the newest commit was put on it'],
  ];
  const found = candidates.find(([commit]) => commit !== undefined && commit !== head);
  return found === undefined ? undefined : { commit: found[0] as string, because: found[1] };
}

/** The revision, when it lies in the history of `head`. */
function before(folder: string, head: string, revision: string): string | undefined {
  const commit = resolveCommit(folder, revision);
  if (commit === undefined) return undefined;
  return run(folder, 'merge-base', commit, head) === commit ? commit : undefined;
}

function forkOf(folder: string, head: string): string | undefined {
  const upstream = resolveCommit(folder, 'refs/remotes/origin/HEAD');
  return upstream === undefined ? undefined : run(folder, 'merge-base', upstream, head);
}

function resolveCommit(folder: string, revision: string): string | undefined {
  return run(folder, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
}

function run(folder: string, ...args: string[]): string | undefined {
  try {
    return git(folder, ...args) || undefined;
  } catch {
    return undefined;
  }
}

/** Cases that a commit since then says are slower for a reason: a line `Slower: delta: encode`. */
export function acceptedSlower(folder: string, baseline: string): string[] {
  const format = '--format=%(trailers:key=Slower,valueonly)';
  return (run(folder, 'log', format, `${baseline}..HEAD`) ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
