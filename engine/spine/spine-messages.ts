/** What the matching thread and the thread that serves relays say to each other. */

import type { BookCopy, Epoch, RejectCode, StreamLevel } from '../../feed/index.ts';
import type { SecureEndpoint } from '../../feed/node.ts';
import type { RingMemory } from './ring-memory.ts';

/** What the thread is started with. */
export interface SpineBeginning {
  readonly endpoint: string;
  readonly epoch: Epoch;
  readonly relays: readonly string[];
  readonly streams: readonly { readonly level: StreamLevel; readonly memory: RingMemory }[];
  readonly curve: SecureEndpoint['curve'] | undefined;
}

/**
 * A piece of the books, which only the matching thread can read. The first request of a snapshot
 * names instruments as the relay did; later ones give the ids that the first answer gave back.
 */
export interface BooksRequest {
  readonly type: 'books';
  readonly level: StreamLevel;
  /** Of this request among those of its level. */
  readonly id: number;
  readonly named: {
    readonly minimumSequence: number;
    readonly ids: readonly number[];
    readonly symbols: readonly string[];
  };
  readonly ids: readonly number[] | undefined;
  /** Place in `ids` of the first instrument that is still to come. */
  readonly from: number;
}

export type BooksAnswer =
  | {
      readonly type: 'refused-books';
      readonly level: StreamLevel;
      readonly id: number;
      readonly code: RejectCode;
    }
  | {
      readonly type: 'books';
      readonly level: StreamLevel;
      readonly id: number;
      readonly ids: readonly number[];
      /** Place in `ids` behind the last instrument in `packets`. */
      readonly next: number;
      readonly packets: readonly Uint8Array<ArrayBuffer>[];
    }
  | {
      /** A large book: whoever asked encodes it. */
      readonly type: 'copied-book';
      readonly level: StreamLevel;
      readonly id: number;
      readonly ids: readonly number[];
      /** Place in `ids` behind the book. */
      readonly next: number;
      readonly copy: BookCopy;
    };

export type FromSpine =
  | { readonly type: 'bound'; readonly endpoint: string }
  | { readonly type: 'not-bound'; readonly code: string | undefined; readonly message: string }
  /** A peer did not come as far as a key; which event of the socket said so. */
  | { readonly type: 'refused-peer'; readonly event: string }
  | BooksRequest;

export type ToSpine = { readonly type: 'close' } | BooksAnswer;
