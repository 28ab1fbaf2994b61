/** The sequencer's log: one batch a turn, in the journal before anything of it is done. */

import type { Crc32 } from '../../feed/index.ts';
import type { ClientIdentity } from '../entry/client-directory.ts';
import type { Command } from '../protocol/index.ts';
import type { CommandLog, EngineStanding, SequencedCommand, StandingEngine } from '../sequencer.ts';
import { TARGET_BATCH_BYTES } from './limits.ts';
import { NEW_ENGINE, RecordBatch, type SealedBatch } from './record-batch.ts';
import { RecordPlayer } from './record-player.ts';
import { JournalLost } from './segment-file.ts';

/** Where the records go; `JournalWriter` in production. */
export interface BatchWriter {
  /** Chain value that the next record is sealed with. */
  readonly chain: number;
  /** False while nothing can be written. */
  prepare(nextTransaction: number): boolean;
  /** The bytes are valid during the call only. False: nothing of it has been written. */
  append(record: SealedBatch, lastTransaction: number): boolean;
}

/**
 * What is done is played from the very bytes that were written. Clients whose record could not be
 * written are named again in the next batch, so that no command comes before its client.
 */
export class JournalCommandLog implements CommandLog {
  readonly #writer: BatchWriter;
  readonly #crc32: Crc32;
  /** One is filled while the other is being done. */
  #batch = new RecordBatch();
  #other = new RecordBatch();
  /** Named since the last commit that succeeded, by owner. */
  readonly #clients = new Map<number, ClientIdentity>();
  readonly #player: RecordPlayer;
  readonly #standing: EngineStanding = { ...NEW_ENGINE };
  #engine: StandingEngine | undefined;
  #give: SequencedCommand = () => {};
  /** The last transaction in the batch, and in the journal. */
  #last: number;
  #written: number;
  #lost: JournalLost | undefined;

  constructor(writer: BatchWriter, crc32: Crc32, lastTransaction: number) {
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

  /** Whose commands these are: each record says where it stood. */
  connect(engine: StandingEngine): void {
    this.#engine = engine;
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
    if (!this.#batch.command(timeHigh, timeLow, owner, number, command)) return false;
    this.#last = transaction;
    return true;
  }

  /** A client has been given its name; it is told so when that is in the journal. */
  client({ owner, name, token, ...choice }: ClientIdentity): void {
    const { isOpen, heartbeatMs, cancelOnDisconnect } = choice;
    const client = { owner, name, token, isOpen, heartbeatMs, cancelOnDisconnect };
    this.#clients.set(owner, client);
    this.#batch.client(client);
  }

  commit(apply: SequencedCommand, refuse: SequencedCommand): void {
    // Nobody may be told anything once it is uncertain what a restart will find.
    if (this.#lost !== undefined) throw this.#lost;
    const batch = this.#batch;
    if (batch.isEmpty) return;
    const isReady = this.#guarded(() => this.#writer.prepare(this.#written + 1));
    this.#engine?.standing(this.#standing);
    this.#standing.transaction = this.#written;
    const record = batch.seal(this.#standing, this.#writer.chain, this.#crc32);
    const isWritten = isReady && this.#guarded(() => this.#writer.append(record, this.#last));
    this.#batch = this.#other;
    this.#other = batch;
    if (isWritten) {
      this.#written = this.#last;
      this.#clients.clear();
    } else {
      this.#last = this.#written;
      for (const client of this.#clients.values()) this.#batch.client(client);
    }
    this.#give = isWritten ? apply : refuse;
    this.#player.play(record.bytes, 0, record.bytes.length);
    batch.clear();
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
