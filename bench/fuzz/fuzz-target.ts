/** What is fuzzed: one decoder or parser, examples of what it reads, and the errors it may give. */

export interface FuzzTarget {
  readonly name: string;
  /** Mutated as text: pieces of JSON, numbers and separators instead of bytes and words. */
  readonly isText?: true;
  /** Each input takes a connection, or cryptography: tests try fewer. */
  readonly isSlow?: true;
  /** Parts of paths whose coverage says how far the inputs reach. */
  readonly covers: readonly string[];
  /** Longer inputs are not made. */
  readonly maxBytes: number;
  /** The most that one input may put into buffers outside of the heap: the documented bound. */
  readonly maxBufferBytes: number;
  /** Right ones, of every kind. */
  readonly seeds: () => readonly Uint8Array[];
  /** Throws, or rejects, only for what must not happen: its documented errors it takes itself. */
  readonly run: (input: Uint8Array) => void | Promise<void>;
  /** Ends what `run` has begun and left open for the next input. */
  readonly close?: () => Promise<void>;
}

type ErrorClass = new (...args: never[]) => Error;

/** Does it; an error of one of these classes is an answer like any other. */
export function expecting(errors: readonly ErrorClass[], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!errors.some((one) => error instanceof one)) throw error;
  }
}

/** What is true of every input, or a fault. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`It does not hold that ${what}.`);
}
