/** One client's session: who it is, when it was heard, and what waits to be sent to it. */

import {
  encodeReportSequence,
  MAX_QUEUED_REPORT_BYTES,
  MessageWriter,
  TARGET_ENTRY_FRAME_BYTES,
} from '../protocol/index.ts';
import type { ClientAccount } from './client-account.ts';

/** Local, for an imported constant is read from memory at each use. */
const TARGET_BYTES = TARGET_ENTRY_FRAME_BYTES;

/**
 * ```
 *   frames to send | frame being built | reports in the account's log that are in no frame yet
 * ```
 * The owner of the socket sends `next` and then calls `sent`; a frame that is refused for now stays
 * where it is.
 */
export class EntrySession {
  /** The socket's name of the peer. */
  readonly peer: string;
  readonly account: ClientAccount;
  /** The client proved by its token that it is who it was. */
  readonly isResumed: boolean;
  /** When something was last heard from and sent to the client. */
  heardMs: number;
  spokeMs: number;
  /** In the list of sessions that have something to send. */
  isDirty = false;
  /** Its frames are being sent, or will be tried again soon. */
  isDelivering = false;
  hasEnded = false;
  /** While the engine is overloaded, what comes is kept instead of refused. */
  readonly waits: boolean;
  /** Something came behind the log-on: so the client has heard its token, or soon will. */
  hasSpoken = false;
  readonly #writer = new MessageWriter();
  readonly #frames: Uint8Array[] = [];
  #frameBytes = 0;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Number that the client gives to the next numbered report of the frame; 0: none said yet. */
  #nextReport = 0;
  /** Where in the account's log the reports begin that are in no frame yet, and the first's number. */
  #ungathered: number;
  #ungatheredReport: number;

  constructor(
    peer: string,
    account: ClientAccount,
    isResumed: boolean,
    nowMs: number,
    waits = false,
  ) {
    this.peer = peer;
    this.account = account;
    this.isResumed = isResumed;
    this.waits = waits;
    this.heardMs = nowMs;
    this.spokeMs = nowMs;
    this.#ungathered = account.reports.end;
    this.#ungatheredReport = account.reports.next;
  }

  /** Something waits to be done. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Keeps a frame for later; false when there is no room. */
  wait(frame: Uint8Array): boolean {
    if (this.#waitingBytes + frame.length > MAX_QUEUED_REPORT_BYTES) return false;
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    return true;
  }

  /** The oldest frame that waits. */
  takeWaiting(): Uint8Array | undefined {
    const frame = this.#waiting.shift();
    this.#waitingBytes -= frame?.length ?? 0;
    return frame;
  }

  /** Where the next message goes: behind all reports so far. */
  writer(): MessageWriter {
    this.gather();
    if (this.#writer.length >= TARGET_ENTRY_FRAME_BYTES) this.#closeFrame();
    return this.#writer;
  }

  /** Queues a report of earlier; `sequence` is 0 for one without a number. */
  report(report: Uint8Array, sequence: number): void {
    const writer = this.writer();
    if (sequence !== 0) {
      if (sequence !== this.#nextReport) encodeReportSequence(writer, sequence);
      this.#nextReport = sequence + 1;
    }
    writer.append(report);
  }

  /** A report was added to the account's log: it will be sent with those before it. */
  reportAdded(): void {
    if (this.account.reports.end - this.#ungathered >= TARGET_BYTES) this.#closeFrame();
  }

  /** Takes the reports that are in no frame yet into the one that is being built. */
  gather(): void {
    const { reports } = this.account;
    if (reports.end !== this.#ungathered) {
      const writer = this.#writer;
      const { next } = reports;
      if (this.#ungatheredReport !== next) {
        if (this.#ungatheredReport !== this.#nextReport) {
          encodeReportSequence(writer, this.#ungatheredReport);
        }
        this.#nextReport = next;
      }
      writer.append(reports.since(this.#ungathered));
    }
    this.#ungathered = reports.end;
    this.#ungatheredReport = reports.next;
  }

  get isTooFarBehind(): boolean {
    return this.#frameBytes + this.#unframedBytes > MAX_QUEUED_REPORT_BYTES;
  }

  get hasOutput(): boolean {
    return this.#frames.length > 0 || this.#unframedBytes > 0;
  }

  get #unframedBytes(): number {
    return this.#writer.length + this.account.reports.end - this.#ungathered;
  }

  /** The next frame to send; undefined when nothing waits. */
  next(): Uint8Array | undefined {
    if (this.#frames.length === 0) this.#closeFrame();
    return this.#frames[0];
  }

  /** The frame that `next` gave is on its way. */
  sent(nowMs: number): void {
    this.#frameBytes -= this.#frames.shift()?.length ?? 0;
    this.spokeMs = nowMs;
  }

  #closeFrame(): void {
    this.gather();
    if (this.#writer.length === 0) return;
    this.#frameBytes += this.#writer.length;
    this.#frames.push(this.#writer.take());
    // Each frame says anew where its reports begin.
    this.#nextReport = 0;
  }
}
