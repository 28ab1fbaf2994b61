/** The engine's state as bytes: a writer that grows, a reader that survives any bytes, a digest. */

import type { StateReader } from './state-reader.ts';
import type { StateWriter } from './state-writer.ts';

export * from './state-digest.ts';
export * from './state-error.ts';
export * from './state-reader.ts';
export * from './state-writer.ts';

/**
 * The pattern: every part of the engine whose future depends on its past has `saveState(writer)` and
 * `loadState(reader)` in its own file, which write and read the same values in the same order, inside
 * `part(name, ...)`. A part saves what it *is* and not how it lies in memory (orders in priority
 * order, not rows and free lists), so that equal states give equal bytes and an equal digest,
 * whatever way they came about; `loadState` is called on a part that is new, and between two
 * transactions only. What comes in is checked as an order of a stranger would be: a value that
 * cannot be is refused with `reader.refuse`, and an array is made only after `reader.count` has
 * found that its elements can be there.
 */
export interface Stateful {
  saveState(writer: StateWriter): void;
  /** Of a part that is new. Throws `StateError`; the part is then of no use. */
  loadState(reader: StateReader): void;
}
