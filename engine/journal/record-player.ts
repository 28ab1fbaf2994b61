/** Gives the records of sealed bytes to whoever does them: at a commit, and again at a restart. */

import { DecodeError } from '../../feed/index.ts';
import type { ClientIdentity } from '../entry/client-directory.ts';
import {
  type Command,
  CommandDecoder,
  decodeLogon,
  MAX_ENTRY_FRAME_BYTES,
  MessageReader,
  MessageType,
  readCommandNumber,
} from '../protocol/index.ts';
import { RecordOffset, recordLength } from './format.ts';

export interface RecordTarget {
  /** The command is valid during the call only. */
  command(
    transaction: number,
    timeHigh: number,
    timeLow: number,
    owner: number,
    number: number,
    command: Command,
  ): void;
  client(client: ClientIdentity): void;
}

/**
 * The one way from bytes to the market: a command is done as it is written, whether it has just
 * been given or is ten million commands old.
 */
export class RecordPlayer {
  readonly #reader = new MessageReader();
  readonly #decoder = new CommandDecoder();
  readonly #target: RecordTarget;

  constructor(target: RecordTarget) {
    this.#target = target;
  }

  /** Plays whole records from `from` to `end`. Throws `DecodeError` for what is no command. */
  play(bytes: Uint8Array, from: number, end: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = from;
    while (start < end) {
      // As many records as one frame of the reader holds.
      let at = start;
      while (at < end) {
        const next = at + recordLength(view, at);
        if (next - start > MAX_ENTRY_FRAME_BYTES) break;
        at = next;
      }
      this.#playFrame(bytes.subarray(start, at));
      start = at;
    }
  }

  #playFrame(frame: Uint8Array): void {
    const reader = this.#reader;
    reader.open(frame);
    while (reader.next()) {
      const owner = reader.u32(RecordOffset.Owner);
      const transaction = reader.u64(RecordOffset.Transaction);
      const timeLow = reader.u32(RecordOffset.TimeLow);
      const timeHigh = reader.u32(RecordOffset.TimeHigh);
      reader.next();
      if (reader.type === MessageType.Logon) {
        const { name, token, isOpen } = decodeLogon(reader);
        this.#target.client({ owner, name, token, isOpen });
      } else {
        const number = readCommandNumber(reader);
        const command = this.#decoder.read(reader);
        if (command === undefined) {
          throw new DecodeError('UNKNOWN_TYPE', reader.offset, `Message type ${reader.type}.`);
        }
        this.#target.command(transaction, timeHigh, timeLow, owner, number, command);
      }
    }
  }
}
