/** What the engine keeps of one client from session to session. */

import type { StateReader, StateWriter } from '../state.ts';
import type { RateBucket } from './rate-bucket.ts';
import { ReportLog } from './report-log.ts';
import type { ReportLogMemory } from './report-log-memory.ts';
import type { EntrySession } from './session.ts';

export class ClientAccount {
  readonly name: string;
  readonly owner: number;
  readonly reports: ReportLog;
  /** What the client may still ask for, from session to session. */
  readonly bucket: RateBucket;
  /** Proves who comes back; see `isOpen`. */
  token: string;
  /** True: whoever gives the name may come back, without the token. */
  isOpen: boolean;
  /** Number of the last command taken: whatever has a lower one has been answered. */
  lastCommand = 0;
  /** The live session; a client has one at most. */
  session: EntrySession | undefined;
  /** Until then nobody else gets the name of a client whose session was lost. */
  heldUntilMs = 0;

  constructor(
    name: string,
    owner: number,
    token: string,
    isOpen: boolean,
    memory: ReportLogMemory,
    bucket: RateBucket,
  ) {
    this.name = name;
    this.owner = owner;
    this.token = token;
    this.isOpen = isOpen;
    this.bucket = bucket;
    this.reports = new ReportLog(memory);
  }
  /** What its identity does not say. Sessions and shares of the rate do not outlive a process. */
  saveState(writer: StateWriter): void {
    writer.int(this.lastCommand);
    this.reports.saveState(writer);
  }

  loadState(reader: StateReader): void {
    this.lastCommand = reader.int(0);
    this.reports.loadState(reader);
  }
}
