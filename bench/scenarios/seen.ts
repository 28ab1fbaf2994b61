/** What a line of a scenario has shown, and what is wrong without anybody comparing it. */

/** What a step was answered, and what there was to see. */
export interface Seen {
  readonly answers?: readonly string[];
  readonly rows?: readonly string[];
}

/** A line that needs no block to be wrong. */
export class Unexpected extends Error {
  readonly expected: readonly string[];
  readonly seen: readonly string[];

  constructor(what: string, expected: readonly string[], seen: readonly string[]) {
    super(what);
    this.expected = expected;
    this.seen = seen;
  }
}

/** `nothing` is the line that says that there is nothing to see, and has no rows. */
export function shown(text: string, rows: readonly string[], nothing: string): Seen {
  if (text === nothing) {
    if (rows.length > 0) throw new Unexpected('there is something', [], rows);
    return {};
  }
  return { rows };
}

export function equal(what: string, expected: string, seen: string): Seen {
  if (expected !== seen) throw new Unexpected(`${what} differs`, [expected], [seen]);
  return {};
}
