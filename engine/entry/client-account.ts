/** What the engine keeps of one client from session to session. */

import { ENTRY_HEARTBEAT_INTERVAL_MS } from '../protocol/index.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { RateBucket } from './rate-bucket.ts';
import { ReportLog } from './report-log.ts';
import type { ReportLogMemory } from './report-log-memory.ts';
import type { EntrySession } from './session.ts';

/** Who a client is, and what it has chosen: what a restart has to know. */
export interface ClientIdentity {
  readonly name: string;
  readonly owner: number;
  readonly token: string;
  readonly isOpen: boolean;
  readonly heartbeatMs: number;
  readonly cancelOnDisconnect: boolean;
}

/** What a client chooses with each log-on. */
export type ClientChoice = Pick<ClientIdentity, 'isOpen' | 'heartbeatMs' | 'cancelOnDisconnect'>;

/** What a client has that chooses nothing. */
export const USUAL_CHOICE: ClientChoice = {
  isOpen: false,
  heartbeatMs: ENTRY_HEARTBEAT_INTERVAL_MS,
  cancelOnDisconnect: false,
};

export class ClientAccount implements ClientIdentity {
  readonly name: string;
  readonly owner: number;
  readonly reports: ReportLog;
  /** What the client may still ask for, from session to session. */
  readonly bucket: RateBucket;
  /** Proves who comes back; see `isOpen`. */
  token: string;
  /** True: whoever gives the name may come back, without the token. */
  isOpen: boolean;
  /** Both ends speak at least this often; after ten times this the client is held for gone. */
  heartbeatMs: number;
  /** Its orders are cancelled when it has gone. */
  cancelOnDisconnect: boolean;
  /** Number of the last command taken: whatever has a lower one has been answered. */
  lastCommand = 0;
  /** The live session; a client has one at most. */
  session: EntrySession | undefined;
  /** Until then nobody else gets the name of a client whose session was lost. */
  heldUntilMs = 0;

  constructor(identity: ClientIdentity, memory: ReportLogMemory, bucket: RateBucket) {
    this.name = identity.name;
    this.owner = identity.owner;
    this.token = identity.token;
    this.isOpen = identity.isOpen;
    this.heartbeatMs = identity.heartbeatMs;
    this.cancelOnDisconnect = identity.cancelOnDisconnect;
    this.bucket = bucket;
    this.reports = new ReportLog(memory, () => this.session?.gather());
  }

  /** Takes over what is chosen; true when anything is other than before. */
  choose({ isOpen, heartbeatMs, cancelOnDisconnect }: ClientChoice): boolean {
    const isSame =
      this.isOpen === isOpen &&
      this.heartbeatMs === heartbeatMs &&
      this.cancelOnDisconnect === cancelOnDisconnect;
    this.isOpen = isOpen;
    this.heartbeatMs = heartbeatMs;
    this.cancelOnDisconnect = cancelOnDisconnect;
    return !isSame;
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
