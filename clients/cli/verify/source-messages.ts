/** What the source process tells its parent, checked and put in a queue to be read in order. */

export type SourceMessage =
  | { readonly type: 'step'; readonly line: number; readonly transaction: number }
  | {
      readonly type: 'problem';
      readonly line: number;
      readonly code: string;
      readonly message: string;
      /** The line was used all the same. */
      readonly isWarning: boolean;
    }
  | { readonly type: 'end'; readonly summary: Readonly<Record<string, unknown>> };

export class SourceMessages {
  readonly #queue: SourceMessage[] = [];
  #wake: () => void = () => undefined;

  /** Takes any message of the process; those that are none of these are left out. */
  receive(message: unknown): void {
    const known = parseSourceMessage(message);
    if (known === undefined) return;
    this.#queue.push(known);
    this.#wake();
  }

  take(): SourceMessage | undefined {
    return this.#queue.shift();
  }

  /** Resolves at the next message. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function parseSourceMessage(value: unknown): SourceMessage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const message = value as Readonly<Record<string, unknown>>;
  const line = Number(message['line']);
  switch (message['type']) {
    case 'step':
      return { type: 'step', line, transaction: Number(message['transaction'] ?? 0) };
    case 'problem': {
      const code = String(message['code']);
      const isWarning = message['isWarning'] === true;
      return { type: 'problem', line, code, message: String(message['message']), isWarning };
    }
    case 'end':
      return { type: 'end', summary: (message['summary'] ?? {}) as Record<string, unknown> };
    default:
      return undefined;
  }
}
