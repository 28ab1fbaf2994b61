/** The class of a status channel: one short message, whole each time. */

import type { Encoding } from '../protocol/index.ts';
import type { BookSource } from './book-source.ts';
import {
  type ClassKey,
  type ConflationClass,
  NOT_ANNOUNCED,
  type Resumed,
} from './conflation-class.ts';
import { statusMessage } from './status-message.ts';
import { subscribedMessage } from './subscribed-message.ts';

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
    return subscribedMessage(this.#encoding, requestId, {
      id: this.id,
      key: this.key,
      source: this.#source,
      anchor: this.#source.anchor,
      sequence: this.#source.sequence,
    });
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
