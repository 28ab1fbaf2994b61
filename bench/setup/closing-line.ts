/** A vitest reporter that names what was skipped and ends with the line `N passed, N failed`. */

import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

export interface ClosingLineOptions {
  /** A skipped test is a failure. */
  readonly requireAll: boolean;
  /** Where to write the line as well, for a caller that has more to print before it. */
  readonly file?: string | undefined;
}

/** What became of a run; `failures` that are no test (a file that does not load) count as failed. */
export interface Outcome {
  passed: number;
  failed: number;
  readonly skipped: string[];
}

export class ClosingLine implements Reporter {
  readonly #options: ClosingLineOptions;

  constructor(options: ClosingLineOptions) {
    this.#options = options;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const { requireAll, file } = this.#options;
    const outcome = countTests(modules);
    outcome.failed += unhandledErrors.length;
    for (const line of outcome.skipped) console.log(`skipped: ${line}`);
    if (requireAll && outcome.skipped.length > 0) {
      console.log(`TOUCHLINE_REQUIRE_ALL=1: ${outcome.skipped.length} skipped tests are failures`);
      outcome.failed += outcome.skipped.length;
    }
    if (outcome.failed > 0) process.exitCode = 1;
    console.log(testTimePerProject(modules));
    const closingLine = `${outcome.passed} passed, ${outcome.failed} failed`;
    console.log(closingLine);
    if (file !== undefined) writeFileSync(file, `${closingLine}\n`);
  }
}

function countTests(modules: readonly TestModule[]): Outcome {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: [] };
  for (const module of modules) {
    const failedBefore = outcome.failed;
    for (const one of module.children.allTests()) countTest(one, outcome);
    // A file that does not load, or a hook that throws, has no failing test to count.
    if (!module.ok() && outcome.failed === failedBefore) outcome.failed++;
  }
  return outcome;
}

function countTest(one: TestCase, outcome: Outcome): void {
  const result = one.result();
  if (result.state === 'passed') outcome.passed++;
  else if (result.state === 'skipped') {
    const note = result.note === undefined ? '' : `: ${result.note}`;
    outcome.skipped.push(`${one.module.relativeModuleId} > ${one.fullName}${note}`);
  } else outcome.failed++;
}

/** `test time: unit 12.3 s in 80 files, ...`: ARCHITECTURE.md budgets minutes per project. */
function testTimePerProject(modules: readonly TestModule[]): string {
  const projects = Map.groupBy(modules, (module) => module.project.name);
  const parts = [...projects].map(([name, ofProject]) => {
    const seconds = ofProject.reduce((sum, module) => sum + module.diagnostic().duration, 0) / 1000;
    return `${name} ${seconds.toFixed(1)} s in ${ofProject.length} files`;
  });
  return `test time: ${parts.join(', ')}`;
}
