/** Where the history before was left: when the new one says how far that reached, what was missed is known. */

import { type Epoch, NO_EPOCH, type StreamPosition, sameEpoch } from '../market.ts';
import type { FeedVoice } from './feed-voice.ts';

export class LeftEpoch {
  readonly #voice: FeedVoice;
  #left: StreamPosition = { epoch: NO_EPOCH, sequence: 0 };

  constructor(voice: FeedVoice) {
    this.#voice = voice;
  }

  leave(epoch: Epoch, sequence: number): void {
    this.#left = { epoch, sequence };
  }

  /** EPOCH_START: the epoch before, and its last record that counts. */
  started(previous: Epoch, lastSequence: number): void {
    const { epoch, sequence } = this.#left;
    this.#left = { epoch: NO_EPOCH, sequence: 0 };
    if (!sameEpoch(epoch, previous) || sequence === 0 || sequence > lastSequence) return;
    this.#voice.tell({ type: 'trades-missed', from: sequence, to: lastSequence + 1 });
  }
}
