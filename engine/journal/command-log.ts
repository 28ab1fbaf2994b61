/** The sequencer's log: one batch a turn, in the journal before anything of it is done. */

import type { Crc32 } from '../../feed/index.ts';
import type { ClientIdentity } from '../entry/client-directory.ts';
import type { Command } from '../protocol/index.ts';
import type { CommandLog, SequencedCommand } from '../sequencer.ts';
import type { JournalWriter } from './journal-writer.ts';
import { TARGET_BATCH_BYTES } from './limits.ts';
import { RecordBatch } from './record-batch.ts';
import { RecordPlayer } from './record-player.ts';
import { JournalLost } from './segment-file.ts';

/**
 * What is done is played from the very bytes that were written. Clients whose record could not be
 * written are named again in the next batch, so that no command comes before its client.
 */
export class JournalCommandLog implements CommandLog {
  readonly #writer: JournalWriter;
  readonly #crc32: Crc32;
  readonly #batch = new RecordBatch();
  /** Named in this batch. */
  readonly #clients: ClientIdentity[] = [];
  readonly #player: RecordPlayer;
  #give: SequencedCommand = () => {};
  /** The last transaction in the journal, and the last one in the batch with its time. */
  #written: number;
  #last: number;
  #timeHigh = 0;
  #timeLow = 0;
  #lost: JournalLost | undefined;

  constructor(writer: JournalWriter, crc32: Crc32, lastTransaction: number) {
    this.#writer = writer;
    this.#crc32 = crc32;
    this.#written = lastTransaction;
    this.#last = lastTransaction;
    this.#player = new RecordPlayer({
      command: (transaction, timeHigh, timeLow, owner, number, command) =>
        this.#give(transaction, timeHigh, timeLow, owner, number, command),
      client: () => {},
    });
  }

  get isFull(): boolean {
    return this.#batch.length >= TARGET_BATCH_BYTES;
  }

  append(
    transaction: number,
    timeHigh: number,
    timeLow: number,
    owner: number,
    number: number,
    command: Command,
  ): boolean {
    const batch = this.#batch;
    if (!batch.command(transaction, timeHigh, timeLow, owner, number, command)) return false;
    this.#last = transaction;
    this.#timeHigh = timeHigh;
    this.#timeLow = timeLow;
    return true;
  }

  /** A client has been given its name; it is told so when that is in the journal. */
  client({ owner, name, token, isOpen }: ClientIdentity): void {
    const client = { owner, name, token, isOpen };
    this.#clients.push(client);
    this.#batch.client(this.#last, this.#timeHigh, this.#timeLow, client);
  }

  commit(apply: SequencedCommand, refuse: SequencedCommand): void {
    // Nobody may be told anything once it is uncertain what a restart will find.
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#batch.length === 0) return;
    const isReady = this.#guarded(() => this.#writer.prepare(this.#written + 1));
    const batch = this.#batch.seal(this.#writer.chain, this.#crc32);
    const isWritten = isReady && this.#guarded(() => this.#writer.append(batch, this.#last));
    if (isWritten) {
      this.#written = this.#last;
      this.#clients.length = 0;
    } else {
      this.#last = this.#written;
      this.#nameAgain();
    }
    this.#give = isWritten ? apply : refuse;
    this.#player.play(batch.bytes, 0, batch.bytes.length);
  }

  #nameAgain(): void {
    for (const client of this.#clients) {
      this.#batch.client(this.#last, this.#timeHigh, this.#timeLow, client);
    }
  }

  #guarded(work: () => boolean): boolean {
    try {
      return work();
    } catch (error) {
      if (error instanceof JournalLost) this.#lost = error;
      throw error;
    }
  }
}
