/** The record of one commit: encoded as commands come in, sealed and chained when it is written. */

import type { Crc32 } from '../../feed/index.ts';
import type { ClientIdentity } from '../entry/client-directory.ts';
import {
  type Command,
  encodeCommand,
  encodeLogon,
  MessageWriter,
  OrderEntryError,
} from '../protocol/index.ts';
import type { EngineStanding } from '../sequencer.ts';
import {
  ENTRY_HEAD_BYTES,
  ENTRY_HEAD_TYPE,
  EntryOffset,
  RECORD_HEAD_BYTES,
  RECORD_HEAD_TYPE,
  RecordOffset,
  recordLength,
} from './format.ts';

/** Local, for an imported constant is read from memory at each use. */
const HEAD_TYPE = ENTRY_HEAD_TYPE;
const HEAD_BYTES = ENTRY_HEAD_BYTES;
const OWNER_SHIFT = EntryOffset.Owner * 8;
const { TimeLow: TIME_LOW, TimeHigh: TIME_HIGH } = EntryOffset;

export const NEW_ENGINE: Readonly<EngineStanding> = {
  transaction: 0,
  nextSequence: 0,
  laneA: 0,
  laneB: 0,
};

/**
 * An entry is two messages one behind the other, its head and its command, so that one writer
 * writes both without a copy. `seal` puts in what is only known at the end.
 */
export class RecordBatch {
  readonly #writer = new MessageWriter();
  #commands = 0;

  constructor() {
    this.#begin();
  }

  /** Of the entries so far. */
  get length(): number {
    return this.#writer.length - RECORD_HEAD_BYTES;
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** False, and nothing is added, when a field of the command is outside its range. */
  command(
    timeHigh: number,
    timeLow: number,
    owner: number,
    number: number,
    command: Command,
  ): boolean {
    const writer = this.#writer;
    const { length } = writer;
    this.#head(timeHigh, timeLow, owner);
    try {
      encodeCommand(writer, number, command);
      this.#commands += 1;
      return true;
    } catch (error) {
      if (!(error instanceof OrderEntryError)) throw error;
      writer.length = length;
      return false;
    }
  }

  client(client: ClientIdentity): void {
    const { owner, name, token, isOpen, heartbeatMs, cancelOnDisconnect } = client;
    this.#head(0, 0, owner);
    encodeLogon(this.#writer, { name, token, isOpen, heartbeatMs, cancelOnDisconnect });
  }

  /**
   * The record as it is written to the file, in place: valid until `clear`. `before` is where the
   * engine stands when the record comes to be done.
   */
  seal(before: Readonly<EngineStanding>, chain: number, crc32: Crc32): SealedBatch {
    const bytes = this.#writer.written;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    view.setUint32(RecordOffset.Length, bytes.length, true);
    view.setUint32(RecordOffset.Commands, this.#commands, true);
    view.setBigUint64(RecordOffset.Transaction, BigInt(before.transaction), true);
    view.setBigUint64(RecordOffset.NextSequence, BigInt(before.nextSequence), true);
    view.setUint32(RecordOffset.LaneA, before.laneA, true);
    view.setUint32(RecordOffset.LaneB, before.laneB, true);
    return sealRecords(bytes, chain, crc32);
  }

  /** The batch starts anew. */
  clear(): void {
    this.#writer.clear();
    this.#begin();
  }

  #begin(): void {
    this.#commands = 0;
    this.#writer.open(RECORD_HEAD_TYPE, RECORD_HEAD_BYTES);
  }

  #head(timeHigh: number, timeLow: number, owner: number): void {
    const writer = this.#writer;
    writer.open(HEAD_TYPE | (owner << OWNER_SHIFT), HEAD_BYTES);
    writer.u32(TIME_LOW, timeLow);
    writer.u32(TIME_HIGH, timeHigh);
  }
}

export interface SealedBatch {
  readonly bytes: Uint8Array;
  /** After its last record. */
  readonly chain: number;
}

/** Chains whole records to what stands before them; writes into `bytes`. */
export function sealRecords(bytes: Uint8Array, chain: number, crc32: Crc32): SealedBatch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = chain;
  for (let at = 0; at < bytes.length; ) {
    const end = at + recordLength(view, at);
    crc = crc32(bytes.subarray(at + RecordOffset.Commands, end), crc);
    view.setUint32(at + RecordOffset.Crc, crc, true);
    at = end;
  }
  return { bytes, chain: crc };
}
