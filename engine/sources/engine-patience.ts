/** Decides when an engine that a source plays into is lost: at once, or when it does not come back. */

import type { OrderEntryEvent } from '../protocol/node.ts';

const DEFAULT_PATIENCE_MS = 30_000;

export interface EnginePatienceOptions {
  /** So long a lost engine may take to come back. Default: 30,000. */
  readonly patienceMs: number | undefined;
  /** Commands that nothing has been heard of. */
  readonly unanswered: () => number;
  /** Whether the engine has told anything that another life of it would not know. */
  readonly hasTold: () => boolean;
  readonly lost: (unanswered: number) => void;
}

export class EnginePatience {
  readonly #options: EnginePatienceOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EnginePatienceOptions) {
    this.#options = options;
  }

  /** A lost engine may come back with all that it had; then the play goes on where it was. */
  heard(event: OrderEntryEvent): void {
    const { patienceMs = DEFAULT_PATIENCE_MS, unanswered, hasTold, lost } = this.#options;
    switch (event.type) {
      case 'disconnected':
        this.end();
        this.#timer = setTimeout(() => lost(event.unanswered), patienceMs);
        break;
      case 'commands-lost':
        lost(event.unanswered);
        break;
      case 'logged-on':
        this.end();
        // What it had told is of another life. Before it told anything, there is nothing to lose.
        if (!event.isResumed && hasTold()) lost(unanswered());
        break;
      default:
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
