/** Gives the records of sealed bytes to whoever does them: at a commit, and again at a restart. */

import { DecodeError, readU64 } from '../../feed/index.ts';
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
import {
  ENTRY_HEAD_BYTES,
  EntryOffset,
  entryLength,
  RECORD_HEAD_BYTES,
  RecordOffset,
  recordLength,
} from './format.ts';

const SHORTEST_ENTRY = ENTRY_HEAD_BYTES + 8;
/** Local, for an imported constant is read from memory at each use. */
const OWNER_SHIFT = EntryOffset.Owner * 8;
const { TimeLow: TIME_LOW, TimeHigh: TIME_HIGH } = EntryOffset;
const LOGON = MessageType.Logon;

export interface RecordTarget {
  /** Where the engine stood before what follows, when it was done for the first time. */
  standing?(transaction: number, nextSequence: number, laneA: number, laneB: number): void;
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
  #transaction = 0;

  constructor(target: RecordTarget) {
    this.#target = target;
  }

  /** Plays whole records from `from` to `end`. Throws `DecodeError` for what is no command. */
  play(bytes: Uint8Array, from: number, end: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = from; at < end; ) {
      const next = at + recordLength(view, at);
      if (next <= at || next > end) throw new DecodeError('BAD_LENGTH', at, 'A record has no end.');
      this.#playRecord(bytes, view, at, next);
      at = next;
    }
  }

  #playRecord(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    const transaction = readU64(view, at + RecordOffset.Transaction);
    this.#transaction = transaction;
    this.#target.standing?.(
      transaction,
      readU64(view, at + RecordOffset.NextSequence),
      view.getUint32(at + RecordOffset.LaneA, true),
      view.getUint32(at + RecordOffset.LaneB, true),
    );
    let start = at + RECORD_HEAD_BYTES;
    while (start < end) {
      // As many entries as one frame of the reader holds.
      let until = start;
      while (end - until >= SHORTEST_ENTRY) {
        const next = until + entryLength(view, until);
        if (next - start > MAX_ENTRY_FRAME_BYTES) break;
        until = next;
      }
      if (until === start) throw new DecodeError('BAD_LENGTH', start, 'It is no entry.');
      this.#playFrame(bytes.subarray(start, until));
      start = until;
    }
  }

  #playFrame(frame: Uint8Array): void {
    const reader = this.#reader;
    reader.open(frame);
    while (reader.next()) {
      const owner = reader.u32(0) >>> OWNER_SHIFT;
      // Signed: a number above 2^31 would be put on the heap to be handed on.
      const timeLow = reader.i32(TIME_LOW);
      const timeHigh = reader.u32(TIME_HIGH);
      if (!reader.next()) throw new DecodeError('TRUNCATED', reader.offset, 'An entry is empty.');
      if (reader.type === LOGON) {
        const { name, token, isOpen, heartbeatMs, cancelOnDisconnect } = decodeLogon(reader);
        this.#target.client({ owner, name, token, isOpen, heartbeatMs, cancelOnDisconnect });
      } else {
        const number = readCommandNumber(reader);
        const command = this.#decoder.read(reader);
        if (command === undefined) {
          throw new DecodeError('UNKNOWN_TYPE', reader.offset, `Message type ${reader.type}.`);
        }
        this.#transaction += 1;
        this.#target.command(this.#transaction, timeHigh, timeLow, owner, number, command);
      }
    }
  }
}
