/** Whatever is waited for ends: with the news, when nothing comes for too long, or with a process. */

import { UserError } from '../../../feed/process/index.ts';
import type { ManagedProcess } from '../supervisor/managed-process.ts';

export class Watch {
  readonly #stallMs: number;
  #failure: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #isOver = false;

  /** Without news for so long, `wait` rejects with STALLED. */
  constructor(stallMs: number, signal: AbortSignal | undefined) {
    this.#stallMs = stallMs;
    this.#failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // It is awaited only while something is waited for.
    this.#failure.catch(() => undefined);
    signal?.addEventListener('abort', () => {
      this.#fail(new UserError('INTERRUPTED', 'Interrupted before the capture was played.'));
    });
  }

  processes(all: readonly ManagedProcess[]): void {
    for (const one of all) this.#mustLive(one, false);
  }

  /** A source that has done its work may end. */
  source(source: ManagedProcess): void {
    this.#mustLive(source, true);
  }

  end(): void {
    this.#isOver = true;
  }

  async wait<Value>(news: Promise<Value>, forWhat: () => string): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const seconds = this.#stallMs / 1000;
        const message = `Nothing has happened for ${seconds} s while waiting for ${forWhat()}.`;
        reject(new UserError('STALLED', message));
      }, this.#stallMs);
    });
    try {
      return await Promise.race([news, this.#failure, stalled]);
    } finally {
      clearTimeout(timer);
    }
  }

  #mustLive(one: ManagedProcess, mayEnd: boolean): void {
    void one.exited.then((exit) => {
      if (this.#isOver || (mayEnd && exit.code === 0)) return;
      const how = exit.signal ?? `exit code ${exit.code}`;
      const message = `The ${one.role} ended (${how}): ${exit.lastError}`;
      this.#fail(new UserError('PROCESS_ENDED', message));
    });
  }
}
