/** What a process must close at its end, closed in reverse order and within a bound. */

interface Closer {
  readonly close: () => void | Promise<void>;
  readonly what: string;
}

export interface ClosingProblem {
  readonly what: string;
  readonly message: string;
  readonly error?: unknown;
}

export class ShutdownList {
  readonly #closers: Closer[] = [];
  #added = 0;

  add(close: () => void | Promise<void>, what?: string): void {
    this.#added++;
    this.#closers.push({ close, what: what ?? (close.name || `closer ${this.#added}`) });
  }

  /**
   * Closes one after the other, the newest first, also those added meanwhile. A closer that fails
   * does not keep the others from closing. Returns what did not close well, never rejects.
   */
  async closeAll(limitMs: number): Promise<ClosingProblem[]> {
    const problems: ClosingProblem[] = [];
    let current = '';
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), limitMs);
    });
    const work = (async (): Promise<'closed'> => {
      for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
        current = closer.what;
        try {
          await closer.close();
        } catch (error) {
          problems.push({ what: current, message: 'closing failed', error });
        }
      }
      return 'closed';
    })();
    if ((await Promise.race([work, late])) === 'late') {
      const names = [current, ...this.#closers.map((closer) => closer.what).reverse()];
      const message = `not closed within ${limitMs} ms; ending anyway`;
      for (const what of names) problems.push({ what, message });
    }
    clearTimeout(timer);
    return problems;
  }
}
