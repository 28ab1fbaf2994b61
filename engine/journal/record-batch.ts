/** The records of one commit: encoded as commands come in, sealed and chained when it is written. */

import type { Crc32 } from '../../feed/index.ts';
import type { ClientIdentity } from '../entry/client-directory.ts';
import {
  type Command,
  encodeCommand,
  encodeLogon,
  MessageWriter,
  OrderEntryError,
} from '../protocol/index.ts';
import { RECORD_HEAD_BYTES, RECORD_HEAD_TYPE, RecordOffset, recordLength } from './format.ts';

/**
 * A record is two messages one behind the other, its head and its command, so that one writer
 * writes both without a copy. `seal` puts in what is only known at the end: the chained CRC.
 */
export class RecordBatch {
  readonly #writer = new MessageWriter();

  /** Bytes so far. */
  get length(): number {
    return this.#writer.length;
  }

  /** False, and nothing is added, when a field of the command is outside its range. */
  command(
    transaction: number,
    timeHigh: number,
    timeLow: number,
    owner: number,
    number: number,
    command: Command,
  ): boolean {
    const writer = this.#writer;
    const { length } = writer;
    this.#head(transaction, timeHigh, timeLow, owner);
    try {
      encodeCommand(writer, number, command);
      return true;
    } catch (error) {
      if (!(error instanceof OrderEntryError)) throw error;
      writer.length = length;
      return false;
    }
  }

  /** `transaction` and its time are those of the last command before. */
  client(transaction: number, timeHigh: number, timeLow: number, client: ClientIdentity): void {
    const { owner, name, token, isOpen } = client;
    this.#head(transaction, timeHigh, timeLow, owner);
    encodeLogon(this.#writer, { name, token, isOpen });
  }

  /** The records as they are written to the file; the batch starts anew. */
  seal(chain: number, crc32: Crc32): SealedBatch {
    return sealRecords(this.#writer.take(), chain, crc32);
  }

  #head(transaction: number, timeHigh: number, timeLow: number, owner: number): void {
    const writer = this.#writer;
    writer.open(RECORD_HEAD_TYPE, RECORD_HEAD_BYTES);
    writer.u32(RecordOffset.Owner, owner);
    writer.i64(RecordOffset.Transaction, transaction);
    writer.u32(RecordOffset.TimeLow, timeLow);
    writer.u32(RecordOffset.TimeHigh, timeHigh);
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
    crc = crc32(bytes.subarray(at + RecordOffset.Owner, end), crc);
    view.setUint32(at + RecordOffset.Crc, crc, true);
    at = end;
  }
  return { bytes, chain: crc };
}
