/** The class of a status channel: one short message, whole each time. */

import { type Encoding, MessageType } from '../protocol/index.ts';
import type { BookSource } from './book-source.ts';
import {
  type ClassKey,
  type ConflationClass,
  NOT_ANNOUNCED,
  type Resumed,
} from './conflation-class.ts';
import { statusMessage } from './status-message.ts';

export class StatusClass implements ConflationClass {
  readonly id: number;
  readonly key: ClassKey;
  version = 0;
  readonly sequence = 0;
  readonly #source: BookSource;
  readonly #encoding: Encoding;

  constructor(id: number, key: ClassKey, source: BookSource, encoding: Encoding) {
    this.id = id;
    this.key = key;
    this.#source = source;
    this.#encoding = encoding;
  }

  statusChanged(): Uint8Array {
    this.version += 1;
    return this.#status();
  }

  subscribed(requestId: number): Uint8Array {
    const { instrument, symbol, tickSize, lotSize, epoch, anchor, sequence } = this.#source;
    return this.#encoding.encode([
      MessageType.Subscribed,
      requestId,
      this.id,
      this.key.channel,
      symbol,
      instrument,
      tickSize,
      lotSize,
      0,
      0,
      anchor,
      epoch.seconds,
      epoch.random,
      1,
      sequence,
    ]);
  }

  catchUp(version: number): Uint8Array[] {
    return version === NOT_ANNOUNCED ? [this.subscribed(0), this.#status()] : [this.#status()];
  }

  resume(): Resumed {
    return { frames: [this.#status()], result: 'snapshot' };
  }

  #status(): Uint8Array {
    return statusMessage(this.#encoding, this.id, this.#source);
  }
}
