/** What a micro suite is: cases of one part, and a paragraph that says how far to trust them. */

export interface MicroSuite {
  readonly name: string;
  /** What it measures, what it leaves out, what would make it lie: printed above its table. */
  readonly measures: string;
  readonly leavesOut: string;
  readonly wouldLie: string;
  readonly cases: readonly MicroCase[];
}

export interface MicroCase {
  /** Unique within its suite. */
  readonly name: string;
  /** What one operation is: `order`, `delta`, `message`. */
  readonly unit: string;
  /** In one round: so many that the clock's own cost does not show. */
  readonly operations: number;
  /** Set for another library that does the same work. */
  readonly peer?: string;
  /** One of those that the regression guard watches: short, and the same from run to run. */
  readonly isGuarded?: true;
  /** Everything that no round pays for. */
  readonly setUp: () => MicroRun;
}

export interface MicroRun {
  /** Untimed, before each round. */
  readonly before?: () => void;
  /** All operations of the case, timed. */
  readonly round: () => void;
  /** Untimed, after each round: leaves everything as it was before it. */
  readonly after?: () => void;
  /** Bytes that one operation makes, where that is the point. */
  readonly bytes?: number;
  /** After the last round: gives back what is outside of the heap. */
  readonly end?: () => void;
}

/** What was computed goes here, so that no compiler leaves the work out. */
export const witness = { sum: 0 };

export function caseName(suite: MicroSuite, one: MicroCase): string {
  return `${suite.name}: ${one.name}`;
}
