/** What the truth strip says for a while: complaints of the gateway, and what was made good. */

import type { TouchlineClient } from '../../browser/index.ts';
import { formatAge, groupThousands } from '../format.ts';
import type { StateHistory } from '../shown-state.ts';
import { texts } from '../texts.ts';

const NOTICE_MS = 10_000;

export class Notices {
  linkChangedAtMs = 0;
  #text = '';
  #untilMs = 0;
  #told: StateHistory['recovery'];

  constructor(client: TouchlineClient) {
    client.on('link', () => {
      this.linkChangedAtMs = performance.now();
    });
    client.on('error', (error) => {
      // What is tried again by itself is no news.
      if (!error.retryable) this.#say(error.message, performance.now());
    });
  }

  /** The empty string when there is nothing to say. */
  text(nowMs: number, history: StateHistory | undefined): string {
    const recovery = history?.recovery;
    if (recovery !== undefined && recovery !== this.#told) {
      const missed = groupThousands(String(recovery.missed));
      this.#say(texts.strip.recovered(missed, formatAge(recovery.afterMs)), nowMs);
    }
    this.#told = recovery;
    return nowMs < this.#untilMs ? this.#text : '';
  }

  #say(text: string, nowMs: number): void {
    this.#text = text;
    this.#untilMs = nowMs + NOTICE_MS;
  }
}
