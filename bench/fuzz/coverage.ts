/** Which blocks of our own code have run, as V8 counts them. */

import { Session } from 'node:inspector';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = resolve(import.meta.dirname, '../..');

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** Blocks that are known, and how many of them have run. */
export interface CoverageShare {
  readonly ran: number;
  readonly known: number;
}

/** One at a time in a process. */
export class BlockCoverage {
  readonly #session = new Session();
  readonly #covers: readonly string[];
  readonly #known = new Set<string>();
  readonly #ran = new Set<string>();

  constructor(covers: readonly string[]) {
    this.#covers = covers;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get share(): CoverageShare {
    return { ran: this.#ran.size, known: this.#known.size };
  }

  /** Blocks that have run since the last call and never before; they are known from now on. */
  take(): number {
    const fresh = this.#collect().filter((block) => !this.#ran.has(block));
    for (const block of fresh) this.#ran.add(block);
    return fresh.length;
  }

  /** The same without remembering: blocks that ran since the last call and are not known to have. */
  peek(): number {
    return this.#collect().filter((block) => !this.#ran.has(block)).length;
  }

  close(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  /** Counters start anew with each call. */
  #collect(): string[] {
    const ran: string[] = [];
    // The callback comes before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      for (const script of taken.result as readonly ScriptCoverage[]) this.#read(script, ran);
    });
    return ran;
  }

  #read({ url, functions }: ScriptCoverage, ran: string[]): void {
    if (!url.startsWith('file:')) return;
    const path = relative(REPOSITORY, fileURLToPath(url));
    if (!this.#covers.some((part) => path.startsWith(part)) || path.includes('.test.')) return;
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        const block = `${path} ${startOffset} ${endOffset}`;
        this.#known.add(block);
        if (count > 0) ran.push(block);
      }
    }
  }
}
