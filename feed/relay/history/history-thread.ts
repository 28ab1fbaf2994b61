/** Answers questions about the past in a thread of its own, so that reading disks holds nobody up. */

import { Worker } from 'node:worker_threads';

/** What the thread is given, and what it gives back: whose message it is, and its bytes. */
export interface PeerMessage {
  readonly peer: string;
  readonly message: Uint8Array;
}

export interface HistoryThreadOptions {
  readonly directory: string;
  readonly send: (peer: string, message: Uint8Array) => void;
  /** The thread has died; what is asked from now on is not answered. */
  readonly failed: (error: unknown) => void;
}

export class HistoryThread {
  readonly #options: HistoryThreadOptions;
  #worker: Worker | undefined;

  constructor(options: HistoryThreadOptions) {
    this.#options = options;
  }

  /** Begins with the first question. */
  receive(peer: string, message: Uint8Array): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage({ peer, message } satisfies PeerMessage);
  }

  /** Whether anything has been asked yet. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const { directory, send, failed } = this.#options;
    const worker = new Worker(threadOf(import.meta.filename), { workerData: { directory } });
    worker.on('message', ({ peer, message }: PeerMessage) => send(peer, message));
    worker.on('error', (error) => {
      this.#worker = undefined;
      failed(error);
    });
    return worker;
  }
}

/** Beside this file, with its ending: .ts in a clone, .js where the house is installed. */
function threadOf(path: string): string {
  return path.replace(/history-thread(\.\w+)$/, 'history-worker$1');
}
