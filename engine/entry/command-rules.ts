/** Whether a command of a client may reach the market at all: its share, its rights, the load. */

import { type Command, Reason } from '../protocol/index.ts';
import type { EntryKeys } from './entry-keys.ts';
import { costOf, isNewWork, OVERLOADED_RETRY_MS } from './load.ts';
import { isPermitted } from './permissions.ts';
import type { EntrySession } from './session.ts';

export class CommandRules {
  /** With the last refusal: when to try again; 0: never. */
  retryAfterMs = 0;
  readonly #keys: EntryKeys | undefined;
  readonly #isOverloaded: () => boolean;

  constructor(keys: EntryKeys | undefined, isOverloaded: () => boolean) {
    this.#keys = keys;
    this.#isOverloaded = isOverloaded;
  }

  /** Takes it off the client's share; `None` when it may go on. */
  judge(command: Command, { account, heardMs, waits }: EntrySession): Reason {
    this.retryAfterMs = account.bucket.take(costOf(command), heardMs);
    if (this.retryAfterMs > 0) return Reason.RateLimited;
    if (!isPermitted(command, account, this.#keys)) return Reason.NotPermitted;
    // What a client that waits has sent so far is little, and may not be torn.
    if (waits || !isNewWork(command) || !this.#isOverloaded()) return Reason.None;
    this.retryAfterMs = OVERLOADED_RETRY_MS;
    return Reason.Overloaded;
  }
}
