/** The class of the instruments channel: the whole list once, then what changes in it. */

import { NO_EPOCH } from '../../feed/index.ts';
import { type Encoding, MessageType } from '../protocol/index.ts';
import type { BookSource } from './book-source.ts';
import {
  type ClassKey,
  type ConflationClass,
  NOT_ANNOUNCED,
  type Resumed,
} from './conflation-class.ts';
import { statusMessage } from './status-message.ts';

export class InstrumentsClass implements ConflationClass {
  readonly id: number;
  readonly key: ClassKey;
  version = 0;
  readonly sequence = 0;
  readonly #all: () => Iterable<BookSource>;
  readonly #encoding: Encoding;
  #list: Uint8Array | undefined;

  constructor(id: number, key: ClassKey, all: () => Iterable<BookSource>, encoding: Encoding) {
    this.id = id;
    this.key = key;
    this.#all = all;
    this.#encoding = encoding;
  }

  /** One instrument was listed, or its definition changed. */
  listed(source: BookSource): Uint8Array {
    this.#changed();
    return this.#encoding.encode([MessageType.Instruments, this.id, false, [row(source)]]);
  }

  statusChanged(source: BookSource): Uint8Array {
    this.#changed();
    return statusMessage(this.#encoding, this.id, source);
  }

  subscribed(requestId: number): Uint8Array {
    const { seconds, random } = NO_EPOCH;
    const { channel } = this.key;
    return this.#encoding.encode([
      MessageType.Subscribed,
      requestId,
      this.id,
      channel,
      '',
      0,
      '1',
      '1',
      0,
      0,
      0,
      seconds,
      random,
      1,
      0,
    ]);
  }

  /** An instrument is gone, so everybody gets the whole list again. */
  relisted(): Uint8Array {
    this.#changed();
    return this.#whole();
  }

  /** The list is short, and may have changed in any way. */
  resume(): Resumed {
    return { frames: [this.#whole()], result: 'snapshot' };
  }

  catchUp(version: number): Uint8Array[] {
    return version === NOT_ANNOUNCED ? [this.subscribed(0), this.#whole()] : [this.#whole()];
  }

  #whole(): Uint8Array {
    this.#list ??= this.#encoding.encode([
      MessageType.Instruments,
      this.id,
      true,
      Array.from(this.#all(), row),
    ]);
    return this.#list;
  }

  #changed(): void {
    this.version += 1;
    this.#list = undefined;
  }
}

function row(source: BookSource): readonly unknown[] {
  const { instrument, symbol, tickSize, lotSize, status, state, reason, statusReason } = source;
  const why = statusReason === 0 ? [] : [statusReason];
  return [instrument, symbol, tickSize, lotSize, status, state, reason, ...why];
}
