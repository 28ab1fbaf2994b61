/** The closing line counts what a run did, and forgets nothing that went wrong. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SerializedError, TestCase, TestModule } from 'vitest/node';
import { ClosingLine } from './closing-line.ts';

type State = 'passed' | 'failed' | 'skipped';

/** As much of a test file's outcome as the reporter looks at. */
function moduleOf(states: readonly State[], ok = !states.includes('failed')): TestModule {
  const module = {
    relativeModuleId: 'feed/some.test.ts',
    project: { name: 'unit' },
    ok: () => ok,
    diagnostic: () => ({ duration: 1500 }),
    children: { allTests: () => tests },
  };
  const tests = states.map((state) => ({
    module,
    fullName: `a test that ${state}`,
    result: () => ({ state, note: 'no browser' }),
  })) as unknown as TestCase[];
  return module as unknown as TestModule;
}

let printed: string[] = [];
let exitCode: typeof process.exitCode;

beforeEach(() => {
  printed = [];
  exitCode = process.exitCode;
  process.exitCode = undefined;
  vi.spyOn(console, 'log').mockImplementation((line: string) => printed.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = exitCode;
});

function run(requireAll: boolean, modules: readonly TestModule[], errors = 0): string[] {
  const unhandled = Array.from({ length: errors }, () => ({ message: 'late' }) as SerializedError);
  new ClosingLine({ requireAll }).onTestRunEnd(modules, unhandled);
  return printed;
}

test('the last line counts passed and failed tests', () => {
  const lines = run(false, [moduleOf(['passed', 'passed', 'failed']), moduleOf(['passed'])]);
  expect(lines.at(-1)).toBe('3 passed, 1 failed');
  expect(process.exitCode).toBe(1);
});

test('a file that does not load and an error that nobody caught are failures', () => {
  expect(run(false, [moduleOf([], false), moduleOf(['passed'])], 1).at(-1)).toBe(
    '1 passed, 2 failed',
  );
});

test('a skipped test is named with its reason, and fails only when nothing may be skipped', () => {
  const named = 'skipped: feed/some.test.ts > a test that skipped: no browser';
  const modules = [moduleOf(['passed', 'skipped'])];
  expect(run(false, modules)).toContain(named);
  expect(printed.at(-1)).toBe('1 passed, 0 failed');
  expect(process.exitCode).toBeUndefined();
  expect(run(true, modules).at(-1)).toBe('1 passed, 1 failed');
  expect(process.exitCode).toBe(1);
});

test('the time of each project is told', () => {
  expect(run(false, [moduleOf(['passed']), moduleOf(['passed'])])).toContain(
    'test time: unit 3.0 s in 2 files',
  );
});
