/** How many bytes all report logs together may take. */

import { MAX_REPORT_LOGS_BYTES, REPORT_LOG_BYTES } from '../protocol/index.ts';

export interface ReportLogLimits {
  /** For one client. */
  readonly perClient: number;
  /** For all together. */
  readonly total: number;
}

/** A log below this may always grow: a client with a few reports never loses them to a busy one. */
const FLOOR_BYTES = 1024;

export class ReportLogMemory {
  #taken = 0;
  readonly #limits: ReportLogLimits;

  constructor(
    limits: ReportLogLimits = { perClient: REPORT_LOG_BYTES, total: MAX_REPORT_LOGS_BYTES },
  ) {
    this.#limits = limits;
  }

  get taken(): number {
    return this.#taken;
  }

  /** True: a log of `from` bytes may have `to` instead. */
  take(from: number, to: number): boolean {
    const { perClient, total } = this.#limits;
    if (to > FLOOR_BYTES && (to > perClient || this.#taken + to - from > total)) return false;
    this.#taken += to - from;
    return true;
  }

  release(bytes: number): void {
    this.#taken -= bytes;
  }
}
