/** One place where a capture is checked: a far end, what it has shown, and the checker over it. */

import type { CaptureReader } from './expectation.ts';
import { type FarEnd, FarEndLog } from './far-end.ts';
import { Tally } from './tally.ts';
import { Verifier } from './verifier.ts';
import type { Watch } from './watch.ts';

export type Through = 'feed' | 'gateway';

export interface CheckedEndOptions {
  readonly through: Through;
  /** This end's own reader: each reads for itself. */
  readonly capture: CaptureReader;
  readonly openFarEnd: (log: FarEndLog) => FarEnd;
  readonly watch: Watch;
}

export interface EndProgress {
  readonly through: Through;
  readonly tally: Tally;
}

/** What was found at one end. */
export interface EndResult extends EndProgress {
  readonly capture: CaptureReader;
  /** Which library looked, and what it checked by itself. */
  readonly farEnd: string;
}

export class CheckedEnd {
  readonly through: Through;
  readonly tally = new Tally();
  readonly log = new FarEndLog();
  readonly #options: CheckedEndOptions;
  readonly #farEnd: FarEnd;
  readonly #verifier: Verifier;

  constructor(options: CheckedEndOptions) {
    const { capture, openFarEnd, watch } = options;
    const { log, tally } = this;
    this.#options = options;
    this.through = options.through;
    const farEnd = openFarEnd(log);
    this.#farEnd = farEnd;
    const wait = (news: Promise<void>, forWhat: string): Promise<void> =>
      watch.wait(news, () => `${farEnd.name} to show ${forWhat}; ${this.describe()}`);
    this.#verifier = new Verifier({ capture, farEnd, log, tally, wait });
  }

  /** Resolves when it is connected. */
  async start(): Promise<void> {
    const { watch } = this.#options;
    await watch.wait(this.#farEnd.start(), () => `${this.#farEnd.name} to connect`);
  }

  /** The source has played this line. Resolves when the end has shown it and it has been checked. */
  step(line: number, transaction: number): Promise<void> {
    return this.#verifier.step(line, transaction);
  }

  /** The source has ended. */
  end(): Promise<void> {
    return this.#verifier.end();
  }

  async close(): Promise<void> {
    await this.#verifier.close();
    await this.#farEnd.close();
  }

  describe(): string {
    const { name } = this.#farEnd;
    return `${name} has seen transaction ${this.log.newest} and is ${this.#farEnd.describe()}`;
  }

  result(): EndResult {
    const { through, tally } = this;
    const { capture } = this.#options;
    const { name } = this.#farEnd;
    return { through, tally, capture, farEnd: `${name} (${this.#farEnd.ownChecks()})` };
  }
}
