/** The IPC channel to the process that started this one. */

const FLUSH_LIMIT_MS = 500;

export class ParentLink {
  #unsent = 0;
  #whenSent: (() => void) | undefined;

  private constructor() {
    // The channel alone must not keep a process alive whose work is done.
    process.channel?.unref();
  }

  static ofThisProcess(): ParentLink | undefined {
    return process.send === undefined ? undefined : new ParentLink();
  }

  /** A parent that has gone is no error here: `onGone` tells. */
  send(message: object): void {
    if (process.send === undefined || !process.connected) return;
    this.#unsent++;
    process.send(message, () => {
      this.#unsent--;
      if (this.#unsent === 0) this.#whenSent?.();
    });
  }

  onMessage(listener: (message: unknown) => void): void {
    process.on('message', listener);
    // Adding a listener takes a reference on the channel again.
    process.channel?.unref();
  }

  onGone(listener: () => void): void {
    process.on('disconnect', listener);
    if (!process.connected) listener();
  }

  /** Resolves when everything sent has left, or cannot any more. */
  flushed(): Promise<void> {
    if (this.#unsent === 0 || !process.connected) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenSent = resolve;
      setTimeout(resolve, FLUSH_LIMIT_MS);
    });
  }
}
